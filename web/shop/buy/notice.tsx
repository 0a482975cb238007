import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import type { Refusal } from '../refusal.ts';
import { refusalText, stepOf, stepText } from './refusal-help.ts';
import type { Step } from './refusal-help.ts';
import { buyWords } from './words.ts';

interface RefusalNoticeProps {
  readonly refusal: Refusal;
  readonly titleOf: (offer: string) => string;
  readonly ordersHref: string;
  readonly onStep: (step: Step) => void;
}

/** Why it did not work, what that means, and the next step. */
export function RefusalNotice({ refusal, titleOf, ordersHref, onStep }: RefusalNoticeProps) {
  const words = useWords(buyWords);
  const step = stepOf(refusal);
  const isLast = refusal.code === 'sold_out';
  return (
    <div class="notice" role="alert">
      <p>{refusalText(refusal, words, titleOf)}</p>
      {step?.kind === 'orders' && <a href={ordersHref}>{words.next.orders}</a>}
      {step && step.kind !== 'orders' && (
        <Button onPress={() => onStep(step)}>{stepText(step, words, isLast)}</Button>
      )}
    </div>
  );
}

interface UnsureNoticeProps {
  /** Null: an earlier page left the attempt. */
  readonly refusal: Refusal | null;
  /** Whether the page sends it again without a tap. */
  readonly isAlone: boolean;
  readonly isSignedIn: boolean;
  readonly ordersHref: string;
  /** Forgets the attempt. */
  readonly onStartOver: () => void;
}

/** Nobody knows yet whether the order stands. */
export function UnsureNotice(props: UnsureNoticeProps) {
  const { refusal, isAlone, isSignedIn, ordersHref, onStartOver } = props;
  const words = useWords(buyWords);
  const text = isAlone ? words.unsure : words.unsureOld;
  return (
    <div class="notice" role="alert">
      <p>
        {refusal?.code === 'rate_limited' && `${refusal.message ?? ''} `}
        {isSignedIn ? text : words.unsureSignIn}
      </p>
      {isSignedIn && <a href={ordersHref}>{words.lookFirst}</a>}
      {isSignedIn && !isAlone && <Button onPress={onStartOver}>{words.startOver}</Button>}
    </div>
  );
}

interface SoldOutNoticeProps {
  readonly title: string;
  readonly isWaiting: boolean;
  /** Undefined: nothing else is in the cart. */
  readonly onRemove?: () => void;
}

/** Which offer of the cart is sold out, and how the rest can be bought. */
export function SoldOutNotice({ title, isWaiting, onRemove }: SoldOutNoticeProps) {
  const words = useWords(buyWords);
  return (
    <div class="notice">
      <p>{isWaiting ? words.waitsFor(title) : words.soldOut(title)}</p>
      {onRemove && <Button onPress={onRemove}>{words.next.remove}</Button>}
    </div>
  );
}
