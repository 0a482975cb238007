import { useSignal } from '@preact/signals';
import { answerOf, releaseDeadLetter, replayDeadLetter } from '../../../client/index.ts';
import type { DeadLetterDetails } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Dialog } from '../../kit/parts/ask/dialog.tsx';
import { Field } from '../../kit/parts/ask/field.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';
import { reasonHeaders } from '../acts/reason.ts';
import { refusalText } from '../acts/refused.ts';
import { useDesk } from '../desk/desk.ts';
import { opsWords } from '../words.ts';

interface LetterActsProps {
  readonly letter: DeadLetterDetails;
  readonly load: Load<DeadLetterDetails>;
}

const CALLS = { replay: replayDeadLetter, release: releaseDeadLetter } as const;

/** Replays or releases the letter, and shows what the service answers. */
function useDeeds({ letter, load }: LetterActsProps) {
  const { connection, announcer } = usePage();
  const desk = useDesk();
  const { letters } = useWords(opsWords);
  const kit = useWords(kitWords);
  const isSending = useSignal(false);
  const error = useSignal<string | null>(null);
  const reason = useSignal('');
  const send = async (deed: keyof typeof CALLS) => {
    if (isSending.peek()) return;
    isSending.value = true;
    error.value = null;
    const path = { letter: String(letter.id) };
    const headers = reasonHeaders(reason.peek());
    try {
      const answer = await answerOf(CALLS[deed]({ client: connection.change, path, headers }));
      load.change(() => answer);
      announcer.tell(deed === 'replay' ? letters.replayed : letters.released);
    } catch (thrown) {
      error.value = refusalText(thrown, kit);
      // Another operator may have decided it.
      load.again();
    }
    isSending.value = false;
    desk.sales.again();
  };
  return { isSending, error, reason, send };
}

/** What can be done with a letter that waits for a decision. */
export function LetterActs(props: LetterActsProps) {
  const { letters, actions } = useWords(opsWords);
  const { isSending, error, reason, send } = useDeeds(props);
  const isAsking = useSignal(false);
  const { kind } = props.letter;
  const release = () => {
    isAsking.value = false;
    void send('release');
  };
  return (
    <div class="stack letter-acts">
      <Field label={actions.reason} hint={actions.reasonHint} isOptional>
        {(control) => (
          <input
            {...control}
            maxLength={200}
            value={reason.value}
            onInput={({ currentTarget: { value } }) => (reason.value = value)}
          />
        )}
      </Field>
      {error.value !== null && (
        <p class="field-error" role="alert">
          {error.value}
        </p>
      )}
      {kind !== 'entry' && (
        <div class="row">
          <Button kind="main" isOff={isSending.value} onPress={() => void send('replay')}>
            {isSending.value ? actions.sending : letters.replay}
          </Button>
          <span class="muted">{letters.replayHint}</span>
        </div>
      )}
      <div class="row">
        <Button isOff={isSending.value} onPress={() => (isAsking.value = true)}>
          {letters.release}
        </Button>
        <span class="muted">{letters.releaseHint}</span>
      </div>
      <Dialog
        title={letters.releaseTitle}
        isOpen={isAsking.value}
        onClose={() => (isAsking.value = false)}
      >
        <div class="stack">
          <p>{letters.releaseHint}</p>
          <p>{letters.releaseSure}</p>
          <Button kind="main" onPress={release}>
            {letters.release}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
