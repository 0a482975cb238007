import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Dialog } from '../../kit/parts/ask/dialog.tsx';
import { Field } from '../../kit/parts/ask/field.tsx';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';
import { useDesk } from '../desk/desk.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';
import { useActing } from './acting.ts';
import type { Asked } from './acting.ts';
import { ALL, pauseOrResume, targetsOf } from './pausing.ts';
import type { Outcome } from './pausing.ts';
import { refusalText } from './refused.ts';

interface Target {
  readonly which: string;
  readonly text: string;
}

/** What may be chosen: each sale to which it can be done, and all of them once there are two. */
function useTargets({ deed, which }: Asked): Target[] {
  const { actions } = useWords(opsWords);
  const now = useDesk().sales.now.value;
  if (!('data' in now)) return [];
  const sales = targetsOf(deed, now.data.items);
  const targets = sales.map(({ sale, name }) => ({ which: sale, text: `${name} (${sale})` }));
  const all = { which: ALL, text: actions.all(sales.length) };
  // Who asked for all keeps that choice when meanwhile only one is left.
  const hasAll = deed === 'pause' && (sales.length > 1 || which === ALL);
  return hasAll ? [all, ...targets] : targets;
}

const wordFor = (which: string, { actions }: OpsWords): string =>
  which === ALL ? actions.allWord : which;

/** Chosen and typed by the operator, before anything is sent. */
interface Draft {
  readonly which: Signal<string>;
  readonly typed: Signal<string>;
  readonly reason: Signal<string>;
}

function Questions({ asked, draft }: { readonly asked: Asked; readonly draft: Draft }) {
  const words = useWords(opsWords);
  const { actions } = words;
  const targets = useTargets(asked);
  const { which, typed, reason } = draft;
  return (
    <>
      <Field label={actions.which}>
        {(control) => (
          <select
            {...control}
            autofocus={asked.which === ''}
            value={which.value}
            onChange={({ currentTarget: { value } }) => (which.value = value)}
          >
            <option value="">{actions.choose}</option>
            {targets.map((target) => (
              <option key={target.which} value={target.which}>
                {target.text}
              </option>
            ))}
          </select>
        )}
      </Field>
      {asked.deed === 'pause' && which.value !== '' && (
        <Field label={actions.type(wordFor(which.value, words))} hint={actions.typeHint}>
          {(control) => (
            <input
              {...control}
              autofocus={asked.which !== ''}
              autocomplete="off"
              spellcheck={false}
              value={typed.value}
              onInput={({ currentTarget: { value } }) => (typed.value = value)}
            />
          )}
        </Field>
      )}
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
    </>
  );
}

function Outcomes(props: { readonly asked: Asked; readonly outcomes: readonly Outcome[] }) {
  const { asked, outcomes } = props;
  const { actions } = useWords(opsWords);
  const kit = useWords(kitWords);
  const { deed } = asked;
  const none = deed === 'pause' ? actions.noneOpen : actions.nonePaused;
  const done = deed === 'pause' ? actions.paused : actions.resumed;
  if (outcomes.length === 0) return <p role="status">{none}</p>;
  return (
    <ul class="stack" role="status">
      {outcomes.map((outcome) => (
        <li key={outcome.sale} class="row">
          <strong>{outcome.sale}</strong>
          {outcome.kind === 'failed' && <Badge tone="bad">{refusalText(outcome.error, kit)}</Badge>}
          {outcome.kind === 'done' && outcome.pendingCells.length === 0 && (
            <Badge tone={deed === 'pause' ? 'warn' : 'good'}>{done}</Badge>
          )}
          {outcome.kind === 'done' && outcome.pendingCells.length > 0 && (
            <Badge tone="warn">{actions.pending(outcome.pendingCells.join(', '))}</Badge>
          )}
        </li>
      ))}
    </ul>
  );
}

type Phase =
  | { readonly kind: 'asking'; readonly error: string | null }
  | { readonly kind: 'sending' }
  | { readonly kind: 'told'; readonly outcomes: readonly Outcome[] };

/** Sends what was decided, and says what became of each sale. */
function useSending(asked: Asked, draft: Draft) {
  const page = usePage();
  const desk = useDesk();
  const words = useWords(opsWords);
  const kit = useWords(kitWords);
  const phase = useSignal<Phase>({ kind: 'asking', error: null });
  const which = draft.which.value;
  const word = wordFor(which, words);
  const isSure = asked.deed === 'resume' || draft.typed.value.trim() === word;
  const isReady = which !== '' && isSure && phase.value.kind === 'asking';
  const send = async () => {
    if (!isReady) return;
    phase.value = { kind: 'sending' };
    try {
      const reason = draft.reason.value;
      const outcomes = await pauseOrResume(page.connection, asked.deed, which, reason);
      phase.value = { kind: 'told', outcomes };
      desk.sales.again();
    } catch (error) {
      phase.value = { kind: 'asking', error: refusalText(error, kit) };
    }
  };
  return { phase: phase.value, isReady, send };
}

function PauseForm({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const { actions } = useWords(opsWords);
  const kit = useWords(kitWords);
  const targets = useTargets(asked);
  // Who has no choice need not make one.
  const first = targets.length === 1 ? targets[0]!.which : '';
  const which = useSignal(asked.which === '' ? first : asked.which);
  const draft = { which, typed: useSignal(''), reason: useSignal('') };
  const { phase, isReady, send } = useSending(asked, draft);
  const name = which.value === ALL ? actions.allName : which.value;
  const isPause = asked.deed === 'pause';
  if (phase.kind === 'told') {
    return (
      <div class="stack">
        <Outcomes asked={asked} outcomes={phase.outcomes} />
        <Button onPress={onClose}>{kit.close}</Button>
      </div>
    );
  }
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void send();
  };
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <p class="muted">{isPause ? actions.pauseHint : actions.resumeHint}</p>
      <Questions asked={asked} draft={draft} />
      {phase.kind === 'asking' && phase.error !== null && (
        <p class="field-error" role="alert">
          {phase.error}
        </p>
      )}
      <Button kind="main" submits isWide isOff={!isReady}>
        {phase.kind === 'sending' && actions.sending}
        {phase.kind === 'asking' && (isPause ? actions.pauseOf(name) : actions.resumeOf(name))}
      </Button>
    </form>
  );
}

/** Pauses at `p` and resumes at `r`, from any view of the desk. */
export function PauseDialog() {
  const { actions } = useWords(opsWords);
  const acting = useActing();
  const asked = acting.value;
  const close = () => (acting.value = null);
  useShortcut({
    key: 'p',
    label: actions.pauseTitle,
    run: () => (acting.value = { deed: 'pause', which: '' }),
  });
  useShortcut({
    key: 'r',
    label: actions.resumeTitle,
    run: () => (acting.value = { deed: 'resume', which: '' }),
  });
  const title = asked?.deed === 'resume' ? actions.resumeTitle : actions.pauseTitle;
  return (
    <Dialog title={title} isOpen={asked !== null} onClose={close}>
      {asked && <PauseForm key={asked.deed} asked={asked} onClose={close} />}
    </Dialog>
  );
}
