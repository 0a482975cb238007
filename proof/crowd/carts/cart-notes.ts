import type { OrderView } from '../../../src/domain/order.ts';
import { purchaseName } from '../../checker/compare-books.ts';
import type { Asked, Evidence } from '../../checker/compare-books.ts';

/** The answer to a claim; `amount` in minor units, 0 for a coupon. */
export interface ClaimAnswer {
  readonly promotion: string;
  readonly amount: number;
}

/** The shopper and key of an order. */
export interface CartName {
  readonly shopper: string;
  readonly key: string;
}

/** What the clients of a rush of carts know from their answers. */
export class CartNotes implements Evidence {
  readonly asked = new Map<string, Asked[]>();
  readonly acknowledged = new Map<string, Set<string>>();
  readonly soldOut = new Set<string>();
  /** Counts of answers by kind: `claimed`, `quoted`, `placed`, a request with a code … */
  readonly answers: Record<string, number> = {};
  /** Orders as placed, without replays. */
  readonly orders: OrderView[] = [];
  readonly claims: ClaimAnswer[] = [];
  /** Contradictions between answers, in words. */
  readonly faults: string[] = [];

  count(kind: string): void {
    this.answers[kind] = (this.answers[kind] ?? 0) + 1;
  }

  noteAsked({ shopper, key }: CartName, lines: Asked): void {
    this.asked.set(purchaseName(shopper, key), [lines]);
  }

  /** @param expectedTotal the total sent with the order, in minor units */
  noteOrder({ shopper, key }: CartName, order: OrderView, expectedTotal: number): void {
    this.acknowledged.set(purchaseName(shopper, key), new Set([order.id]));
    this.orders.push(order);
    if (order.total === expectedTotal) return;
    this.faults.push(`${order.id}: costs ${order.total}, but ${expectedTotal} was expected`);
  }

  /** Notes the answer to a repeated key, which must have the same bytes as the first. */
  noteReplay({ shopper, key }: CartName, first: string, again: string): void {
    if (first === again) return;
    this.faults.push(`${shopper} ${key}: the same order got two different answers`);
  }
}
