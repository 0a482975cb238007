import type { ComponentChildren } from 'preact';
import { usePage, useWords } from '../../page/hooks.ts';
import type { Role } from '../../session/claims.ts';
import { SIGN_IN } from '../../session/sign-in-address.ts';
import { kitWords } from '../../words/kit-words.ts';
import { Button } from '../ask/button.tsx';
import { ErrorState } from '../tell/error-state.tsx';

interface AdmitProps {
  /** Who may see the view. The service checks again: this only spares a visitor refusals. */
  readonly roles: readonly Role[];
  readonly children: ComponentChildren;
}

const refused = (code: 'unauthenticated' | 'forbidden') =>
  ({ code, status: 0, message: null, requestId: null }) as const;

/** Shows a view to those who may see it, and to all others how to sign in. */
export function Admit({ roles, children }: AdmitProps) {
  const claims = usePage().session.claims.value;
  if (!claims) return <ErrorState problem={refused('unauthenticated')} />;
  if (!roles.includes(claims.role)) return <ErrorState problem={refused('forbidden')} />;
  return <>{children}</>;
}

/** The way out, at the foot of every page but the sign-in, which has one in its content. */
export function SignOut() {
  const words = useWords(kitWords);
  const { session, router } = usePage();
  if (session.state.value === 'anonymous' || router.path.value === SIGN_IN) return null;
  return (
    <Button kind="bare" onPress={() => session.signOut()}>
      {words.signOut}
    </Button>
  );
}

/** Who is signed in. */
export function SignedIn() {
  const words = useWords(kitWords);
  const { claims } = usePage().session;
  if (!claims.value) return null;
  const { sub, store } = claims.value;
  const name = store === null ? sub : `${sub} · ${store}`;
  return (
    <span class="page-visitor muted small">
      <span class="unseen">{words.signedInAs(name)}</span>
      <span aria-hidden="true">{name}</span>
    </span>
  );
}
