import type { OrderView } from '../../../src/domain/order.ts';
import { purchaseName } from '../../checker/compare-books.ts';
import type { Asked, Evidence } from '../../checker/compare-books.ts';

/** What a claim was answered with; `amount` in minor units, 0: a coupon. */
export interface ClaimAnswer {
  readonly promotion: string;
  readonly amount: number;
}

/** Whose order, and under which key. */
export interface CartName {
  readonly shopper: string;
  readonly key: string;
}

/** What the clients of a rush of carts know, from the answers they got and nothing else. */
export class CartNotes implements Evidence {
  readonly asked = new Map<string, Asked[]>();
  readonly acknowledged = new Map<string, Set<string>>();
  readonly soldOut = new Set<string>();
  /** How many answers of each kind: `claimed`, `quoted`, `placed`, a code with what was asked … */
  readonly answers: Record<string, number> = {};
  /** As placed; replays are not repeated. */
  readonly orders: OrderView[] = [];
  readonly claims: ClaimAnswer[] = [];
  /** Answers that contradict another answer, in words. */
  readonly faults: string[] = [];

  count(kind: string): void {
    this.answers[kind] = (this.answers[kind] ?? 0) + 1;
  }

  noteAsked({ shopper, key }: CartName, lines: Asked): void {
    this.asked.set(purchaseName(shopper, key), [lines]);
  }

  /** @param expectedTotal what the order was sent with, in minor units */
  noteOrder({ shopper, key }: CartName, order: OrderView, expectedTotal: number): void {
    this.acknowledged.set(purchaseName(shopper, key), new Set([order.id]));
    this.orders.push(order);
    if (order.total === expectedTotal) return;
    this.faults.push(`${order.id}: costs ${order.total}, although ${expectedTotal} was expected`);
  }

  /** The same key must be answered with the same bytes. */
  noteReplay({ shopper, key }: CartName, first: string, again: string): void {
    if (first === again) return;
    this.faults.push(`${shopper} ${key}: the same order was answered twice, not alike`);
  }
}
