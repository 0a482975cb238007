import type { OrderState, OrderView } from '../../../src/domain/order.ts';
import type { RefundView } from '../../../src/domain/refunds/refund.ts';
import { purchaseName } from '../../checker/compare-books.ts';
import type { Asked, Evidence } from '../../checker/compare-books.ts';

/** What the clients know about one order; money in minor units. */
export interface OrderNote {
  /** The order as placed. */
  readonly order: OrderView;
  readonly shopper: string;
  readonly token: string;
  /** True if the shopper had been told `sold_out` before. */
  readonly isSecondTry: boolean;
  /** From the last answer. */
  state: OrderState;
  /** Cash refunded. */
  refunded: number;
  unitsRefunded: number;
  unitsRestocked: number;
}

export const unitsOf = ({ lines }: OrderView): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

const ENDED_UNPAID: readonly OrderState[] = ['expired', 'cancelled'];

/** True when all its units went back unpaid. */
export const hasEndedUnpaid = ({ state }: Pick<OrderNote, 'state'>): boolean =>
  ENDED_UNPAID.includes(state);

/** Units that stay sold: paid, or refunded without going on sale again. */
export function unitsForGood(note: OrderNote): number {
  if (note.state === 'reserved' || hasEndedUnpaid(note)) return 0;
  return unitsOf(note.order) - note.unitsRestocked;
}

/** What the clients know from answers about orders that they pay, leave, cancel and refund. */
export class LifeNotes implements Evidence {
  readonly asked = new Map<string, Asked[]>();
  readonly acknowledged = new Map<string, Set<string>>();
  readonly soldOut = new Set<string>();
  /** Counts of answers by kind: `placed`, `order sold_out` … */
  readonly answers: Record<string, number> = {};
  /** Placed orders by id. */
  readonly orders = new Map<string, OrderNote>();
  /** Contradictions between answers, in words. */
  readonly faults: string[] = [];

  count(kind: string): void {
    this.answers[kind] = (this.answers[kind] ?? 0) + 1;
  }

  noteAsked(shopper: string, key: string, lines: Asked): void {
    this.asked.set(purchaseName(shopper, key), [lines]);
  }

  noteOrder(key: string, placed: Pick<OrderNote, 'order' | 'shopper' | 'token' | 'isSecondTry'>) {
    const { order, shopper } = placed;
    this.acknowledged.set(purchaseName(shopper, key), new Set([order.id]));
    const nothing = { refunded: 0, unitsRefunded: 0, unitsRestocked: 0 };
    const note: OrderNote = { ...placed, state: order.state, ...nothing };
    this.orders.set(order.id, note);
    return note;
  }

  noteRefund(note: OrderNote, { state, cash, lines, restocked }: RefundView): void {
    const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    note.state = state;
    note.refunded += cash;
    note.unitsRefunded += units;
    if (restocked) note.unitsRestocked += units;
  }
}
