import { useSignal } from '@preact/signals';
import { usePage, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import { Field } from '../kit/parts/ask/field.tsx';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { readClaims } from '../kit/session/claims.ts';
import type { Role } from '../kit/session/claims.ts';
import { returnAddress } from '../kit/session/sign-in-address.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { signInWords } from './words.ts';

/** Where a visitor goes who came from no page. */
const HOMES: Readonly<Record<Role, string>> = {
  shopper: '/sign-in',
  merchant: '/merchant',
  operator: '/ops',
};

function TokenForm() {
  const words = useWords(signInWords);
  const kit = useWords(kitWords);
  const { session, router, clock } = usePage();
  const token = useSignal('');
  const error = useSignal<string | null>(null);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const given = token.value.trim();
    const claims = readClaims(given);
    if (!claims) return void (error.value = words.notToken);
    if (claims.untilMs <= clock.now()) return void (error.value = words.expired);
    const then = router.query('then').value;
    session.signIn(given);
    router.go(returnAddress(then === '' ? null : then, HOMES[claims.role]));
  };
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <Field label={words.token} hint={words.hint} error={error.value}>
        {(control) => (
          <textarea
            {...control}
            rows={5}
            autocomplete="off"
            spellcheck={false}
            value={token.value}
            onInput={({ currentTarget: { value } }) => (token.value = value)}
          />
        )}
      </Field>
      <div>
        <Button kind="main" submits>
          {kit.signIn}
        </Button>
      </div>
    </form>
  );
}

export function SignInPage() {
  const words = useWords(signInWords);
  const kit = useWords(kitWords);
  const { session } = usePage();
  const claims = session.state.value === 'signed_in' ? session.claims.value : null;
  return (
    <PageFrame title={words.title}>
      {claims ? (
        <EmptyState title={words.signedIn} body={words.signedInBody(claims.sub)}>
          <Button onPress={() => session.signOut()}>{kit.signOut}</Button>
        </EmptyState>
      ) : (
        <TokenForm />
      )}
    </PageFrame>
  );
}
