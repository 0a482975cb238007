import { useEffect } from 'preact/hooks';
import { useLoad, usePage, useWords } from '../kit/page/hooks.ts';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../kit/parts/tell/skeleton.tsx';
import { cameFrom } from './enter.ts';
import { RoleForm } from './role-form.tsx';
import { SignedInView } from './signed-in.tsx';
import { TokenForm } from './token-form.tsx';
import { platformAddress, readWays } from './ways.ts';
import type { Ways } from './ways.ts';
import { signInWords } from './words.ts';

const LINES = 6;

/** Sends the visitor to the platform, which comes back with a token. */
function ToPlatform({ url }: { readonly url: string }) {
  const words = useWords(signInWords);
  const page = usePage();
  const address = platformAddress(url, location.origin, cameFrom(page, '/sign-in'));
  useEffect(() => location.replace(address), [address]);
  return (
    <EmptyState title={words.toPlatform(new URL(url).host)} body={words.toPlatformBody}>
      <a class="button button-main" href={address}>
        {words.goThere}
      </a>
    </EmptyState>
  );
}

/** In development a visitor may be anybody, or bring a token, as everywhere. */
function OpenDoor() {
  const words = useWords(signInWords);
  return (
    <div class="door stack">
      <div>
        <h2>{words.open}</h2>
        <p class="muted">{words.openBody}</p>
      </div>
      <RoleForm />
      <details>
        <summary>{words.haveToken}</summary>
        <TokenForm />
      </details>
    </div>
  );
}

function WaysIn({ url, isOpen }: Ways) {
  if (isOpen) return <OpenDoor />;
  return url === null ? <TokenForm /> : <ToPlatform url={url} />;
}

export function SignInPage() {
  const words = useWords(signInWords);
  const { session } = usePage();
  const load = useLoad(readWays, []);
  const claims = session.state.value === 'signed_in' ? session.claims.value : null;
  return (
    <PageFrame title={words.title}>
      {claims ? (
        <SignedInView claims={claims} />
      ) : (
        <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
          {(ways) => <WaysIn {...ways} />}
        </LoadedView>
      )}
    </PageFrame>
  );
}
