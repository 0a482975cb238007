import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { useFormats, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import type { Outcome, Payment } from './payment.ts';
import { TimeLeft, useIsOver } from './receipt.tsx';
import { payWords } from './words.ts';

export interface StepProps {
  readonly payment: Payment;
  /** What the shopper has chosen, while its answer is not known. */
  readonly under: Outcome | null;
  readonly onAct: (outcome: Outcome) => void;
}

/** A step that comes by itself takes the focus, so that those who hear the page are told. */
function NewStep({
  title,
  body,
  children,
}: {
  readonly title: string;
  readonly body?: string;
  readonly children?: ComponentChildren;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => head.current?.focus(), []);
  return (
    <section class="stack">
      <h2 ref={head} tabIndex={-1}>
        {title}
      </h2>
      {body !== undefined && <p class="muted">{body}</p>}
      {children}
    </section>
  );
}

export function BackLink({ returnUrl }: Pick<Payment, 'returnUrl'>) {
  const words = useWords(payWords);
  if (returnUrl === null) return null;
  return (
    <p>
      <a href={returnUrl}>{words.back}</a>
    </p>
  );
}

const TRIALS = ['decline', 'challenge', 'slow'] as const;

function Choices({ payment, under, onAct }: StepProps) {
  const words = useWords(payWords);
  const formats = useFormats();
  const bodies = {
    decline: words.declineBody,
    challenge: words.challengeBody,
    slow: words.slowBody,
  };
  const isOff = under !== null;
  const total = formats.money(payment.amount, payment.currency);
  return (
    <>
      <TimeLeft payByMs={payment.payByMs} />
      <Button kind="main" isWide isOff={isOff} onPress={() => onAct('authorize')}>
        {under === 'authorize' ? words.acting : words.pay(total)}
      </Button>
      <section class="stack" aria-labelledby="try-out">
        <h2 id="try-out" class="receipt-head muted">
          {words.tryOut}
        </h2>
        <ul class="trials">
          {TRIALS.map((outcome) => (
            <li key={outcome} class="trial">
              <Button isWide isOff={isOff} onPress={() => onAct(outcome)}>
                {under === outcome ? words.acting : words[outcome]}
              </Button>
              <p class="muted small">{bodies[outcome]}</p>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** The bank's question before it says yes. */
function Challenge({ payment, under, onAct }: StepProps) {
  const words = useWords(payWords);
  const formats = useFormats();
  const isOff = under !== null;
  const total = formats.money(payment.amount, payment.currency);
  return (
    <NewStep title={words.asked} body={words.askedBody(total)}>
      <TimeLeft payByMs={payment.payByMs} />
      <Button kind="main" isWide isOff={isOff} onPress={() => onAct('authorize')}>
        {under === 'authorize' ? words.acting : words.itIsMe}
      </Button>
      <Button isWide isOff={isOff} onPress={() => onAct('decline')}>
        {under === 'decline' ? words.acting : words.itIsNotMe}
      </Button>
    </NewStep>
  );
}

/** What the shopper can do now. */
export function PayStepView(props: StepProps) {
  const { payment } = props;
  const words = useWords(payWords);
  const isOver = useIsOver(payment);
  const { state, step } = payment;
  if (state !== 'open') return <NewStep title={words.states[state]} />;
  if (step === 'bank') return <NewStep title={words.bank} body={words.bankBody} />;
  if (isOver) return <NewStep title={words.over} body={words.overBody} />;
  return step === 'challenge' ? <Challenge {...props} /> : <Choices {...props} />;
}
