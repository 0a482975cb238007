import { useSignal } from '@preact/signals';
import { usePage, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import { Field } from '../kit/parts/ask/field.tsx';
import { readClaims } from '../kit/session/claims.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { useEnter } from './enter.ts';
import { signInWords } from './words.ts';

/** Takes a token that the visitor has. */
export function TokenForm() {
  const words = useWords(signInWords);
  const kit = useWords(kitWords);
  const { clock } = usePage();
  const enter = useEnter();
  const token = useSignal('');
  const error = useSignal<string | null>(null);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const given = token.value.trim();
    const claims = readClaims(given);
    if (!claims) return void (error.value = words.notToken);
    if (claims.untilMs <= clock.now()) return void (error.value = words.expired);
    enter(given, claims.role);
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
