import type { ComponentChildren } from 'preact';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { pastSteps } from './order-steps.ts';
import type { PastStep } from './order-steps.ts';
import type { ShownOrder } from './read-order.ts';
import { orderWords } from './words.ts';

interface StepProps {
  readonly title: string;
  readonly at: string | null;
  readonly children?: ComponentChildren;
}

function Step({ title, at, children }: StepProps) {
  return (
    <li class="step">
      <strong>{title}</strong>
      {/* Its line is there before the time is known. */}
      <span class="small muted">{at === null ? '\u00A0' : <Time ms={msOf(at)} />}</span>
      {children}
    </li>
  );
}

function Refund(props: { step: Extract<PastStep, { kind: 'refunded' }>; currency: string }) {
  const { step, currency } = props;
  const words = useWords(orderWords);
  const formats = useFormats();
  const texts = [
    ...(step.cash > 0 ? [words.refundedOf(formats.money(step.cash, currency))] : []),
    ...(step.redPacket > 0 ? [words.refundedPacket(formats.money(step.redPacket, currency))] : []),
    ...(step.points > 0 ? [words.refundedPoints(step.points)] : []),
  ];
  return (
    <Step title={words.refunded} at={step.at}>
      <span>{texts.join(' · ')}</span>
    </Step>
  );
}

interface TimeLineProps {
  readonly shown: ShownOrder;
  /** What is next, as the last step. */
  readonly children: ComponentChildren;
}

/** What happened to an order, and what is next. */
export function TimeLine({ shown, children }: TimeLineProps) {
  const words = useWords(orderWords);
  return (
    <ol class="steps" aria-label={words.history}>
      {pastSteps(shown).map((step, i) => {
        if (step.kind === 'placed') return <Step key={i} title={words.placed} at={step.at} />;
        if (step.kind === 'moved') {
          return <Step key={i} title={words.state[step.to]} at={step.at} />;
        }
        return <Refund key={i} step={step} currency={shown.order.currency} />;
      })}
      <li class="step step-next">{children}</li>
    </ol>
  );
}
