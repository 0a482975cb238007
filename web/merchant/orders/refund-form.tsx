import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { answerOf, previewRefund, refundOrder } from '../../../client/index.ts';
import type { OrderDetails, RefundBody, RefundPreview } from '../../../client/index.ts';
import { newKey } from '../../kit/api/new-key.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Check } from '../../kit/parts/ask/check.tsx';
import { keptSignal } from '../../kit/session/kept.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { saveProblemOf } from '../saving/save-problem.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { useActing } from '../saving/use-saving.ts';
import type { Acting } from '../saving/use-saving.ts';
import { useLater } from '../typed/later.ts';
import { TextField } from '../typed/text-field.tsx';
import {
  EMPTY_REFUND,
  bodyOf,
  readRefund,
  refundable,
  stillOpen,
  unitsLeft,
  unitsOf,
} from './typed-refund.ts';
import type { TypedRefund, SentRefund } from './typed-refund.ts';
import { RefundAmounts } from './refund-amounts.tsx';
import { ordersWords } from './words.ts';

interface RefundFormProps {
  readonly order: OrderDetails;
  /** Reads the order again. */
  readonly onDone: () => void;
}

type Preview =
  | { readonly kind: 'none' | 'asking' }
  | { readonly kind: 'shown'; readonly body: string; readonly preview: RefundPreview }
  | { readonly kind: 'failed'; readonly problem: SaveProblem };

/** Asks for the exact amounts whenever the choice has changed. */
function useAmounts(order: string, body: RefundBody | null, changedBy: number) {
  const { connection } = usePage();
  const shown = useSignal<Preview>({ kind: 'none' });
  const asked = body && JSON.stringify(body);
  // An order that was refunded meanwhile gives other amounts.
  useLater(asked && `${asked} ${changedBy}`, (signal) => {
    if (!body || asked === null) return;
    shown.value = { kind: 'asking' };
    const call = previewRefund({ client: connection.read, path: { order }, body, signal });
    answerOf(call).then(
      (preview) => {
        if (!signal.aborted) shown.value = { kind: 'shown', body: asked, preview };
      },
      (error: unknown) => {
        if (!signal.aborted) shown.value = { kind: 'failed', problem: saveProblemOf(error) };
      },
    );
  });
  const now = shown.value;
  // Amounts of another choice must not be confirmed.
  const isOld = now.kind === 'shown' && now.body !== asked;
  return isOld ? ({ kind: 'asking' } as const) : now;
}

/** The refund as it is typed, and the way to make it once. */
function useRefund({ order, onDone }: RefundFormProps) {
  const { connection, tabStore, announcer } = usePage();
  const formats = useFormats();
  const { refund: words } = useWords(ordersWords);
  const kept = useMemo(
    () => keptSignal<TypedRefund>(tabStore, `refund.${order.id}`, EMPTY_REFUND, readRefund),
    [order.id],
  );
  const acting = useActing();
  const typed = kept.value.value;
  const lines = refundable(order);
  const body = bodyOf(typed, lines);
  const keep = (change: Partial<TypedRefund>) => {
    kept.value.value = { ...kept.value.peek(), ...change };
  };
  const send = async (sent: SentRefund) => {
    keep({ sent });
    const call = refundOrder({
      client: connection.change,
      path: { order: order.id },
      headers: { 'Idempotency-Key': sent.key },
      body: sent.body,
    });
    try {
      const { cash } = await answerOf(call);
      kept.clear();
      announcer.tell(words.done(formats.money(cash, order.currency)));
      onDone();
    } catch (error) {
      keep({ sent: stillOpen(sent, saveProblemOf(error)) });
      throw error;
    }
  };
  return { typed, lines, body, keep, acting, send };
}

interface UnansweredProps {
  readonly acting: Acting;
  readonly onAgain: () => void;
}

/** A refund was sent, and nobody knows whether it was made: asking again finds out. */
function Unanswered({ acting, onAgain }: UnansweredProps) {
  const { refund: words } = useWords(ordersWords);
  const state = acting.now.value;
  return (
    <div class="notice notice-warn" role="alert">
      <p>{words.unanswered}</p>
      {state.kind === 'failed' && <SaveFailed problem={state.problem} isRead />}
      <div>
        <Button kind="main" onPress={onAgain}>
          {words.askAgain}
        </Button>
      </div>
    </div>
  );
}

/** Refunds units of lines: the exact amounts are shown first, and the button says them again. */
export function RefundForm(props: RefundFormProps) {
  const { order } = props;
  const { refund: words } = useWords(ordersWords);
  const formats = useFormats();
  const { typed, lines, body, keep, acting, send } = useRefund(props);
  const amounts = useAmounts(order.id, body, order.refunds.length);
  const state = acting.now.value;
  const isSending = state.kind === 'busy';
  if (typed.sent && !isSending) {
    const { sent } = typed;
    return <Unanswered acting={acting} onAgain={() => void acting.run(() => send(sent))} />;
  }
  if (lines.length === 0) return <p class="muted">{words.notNow}</p>;
  const isOff = isSending || body === null || amounts.kind !== 'shown';
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isOff && body) void acting.run(() => send({ key: newKey(), body }));
  };
  const cash = amounts.kind === 'shown' ? formats.money(amounts.preview.cash, order.currency) : '–';
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      {lines.map((line) => {
        const left = formats.count(unitsLeft(line));
        return (
          <TextField
            key={line.line}
            label={words.units(line.title)}
            hint={words.of(left)}
            keys="numeric"
            value={typed.units[line.line] ?? ''}
            onType={(text) => keep({ units: { ...typed.units, [line.line]: text } })}
            error={unitsOf(typed, line) === null ? words.tooMany(left) : null}
            isOptional
          />
        );
      })}
      <Check label={words.restock} isOn={typed.restock} onSwitch={(restock) => keep({ restock })} />
      <div aria-live="polite">
        {body === null && <p class="preview">{words.choose}</p>}
        {body !== null && amounts.kind === 'asking' && <p class="preview">{words.asking}</p>}
        {body !== null && amounts.kind === 'shown' && (
          <RefundAmounts preview={amounts.preview} order={order} />
        )}
      </div>
      {body !== null && amounts.kind === 'failed' && (
        <SaveFailed problem={amounts.problem} isRead />
      )}
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
      <div>
        <Button kind="main" submits isOff={isOff}>
          {isSending ? words.refunding : words.confirm(cash)}
        </Button>
      </div>
    </form>
  );
}
