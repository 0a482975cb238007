import type { OrderDetails } from '../../../client/index.ts';
import type { ShownOrder } from './read-order.ts';

type Payment = NonNullable<OrderDetails['payments']>[number];
type State = OrderDetails['state'];

/** One line of the order's history, oldest first. */
export type PastStep =
  | { readonly kind: 'placed'; readonly at: string | null }
  | { readonly kind: 'moved'; readonly to: State; readonly at: string }
  | {
      readonly kind: 'refunded';
      readonly at: string;
      readonly cash: number;
      readonly redPacket: number;
      readonly points: number;
    };

/** What happened to the order so far. Each refund stands for the move that it made. */
export function pastSteps({ order, details }: Pick<ShownOrder, 'order' | 'details'>): PastStep[] {
  const placed: PastStep = { kind: 'placed', at: order.createdAt };
  if (!details) return [placed];
  const moved = details.moves
    .filter(({ to }) => to !== 'reserved' && to !== 'partly_refunded' && to !== 'refunded')
    .map(({ to, at }): PastStep => ({ kind: 'moved', to, at }));
  const refunded = details.refunds.map(({ at, cash, redPacket, points = 0 }): PastStep => {
    return { kind: 'refunded', at, cash, redPacket, points };
  });
  return [placed, ...moved, ...refunded];
}

/** What the shopper can do with the order next; there is one main action at a time. */
export type NextAction =
  | 'pay'
  /** A payment failed; another one may be made. */
  | 'pay_again'
  /** The money is on its way: nothing to do. */
  | 'confirming'
  /** The time is over, and the order is about to expire. */
  | 'late'
  | 'done';

const isUnderWay = ({ state }: Payment): boolean => state === 'authorized' || state === 'captured';

/**
 * @param returned what the provider said as it sent the shopper back; empty: nothing
 * @param nowMs by the server's clock
 * @param payByMs when the hold of the order ends
 */
export function nextAction(
  { order, details }: Pick<ShownOrder, 'order' | 'details'>,
  returned: string,
  nowMs: number,
  payByMs: number,
): NextAction {
  if (order.state !== 'reserved') return 'done';
  if (order.total === 0) return 'confirming';
  const payments = details?.payments ?? [];
  const last = payments.at(-1);
  if (payments.some(isUnderWay)) return 'confirming';
  if (nowMs >= payByMs) return 'late';
  if (last?.state === 'failed' || returned === 'failed') return 'pay_again';
  if (returned === 'authorized' || returned === 'captured') return 'confirming';
  return 'pay';
}

/** Whether news of the order are due soon, so that it is worth a look every few seconds. */
export const isMoving = (action: NextAction, { order }: Pick<ShownOrder, 'order'>): boolean =>
  action === 'confirming' || action === 'late' || !order.settled;
