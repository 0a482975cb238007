import type { OrderState } from './order.ts';

/**
 * Every move of an order from one state to another. Postgres alone decides races: an update changes
 * an order only in a state of `from`. docs/architecture.md draws this table.
 */
export const orderMoves = {
  pay: { from: ['reserved'], to: ['paid'] },
  expire: { from: ['reserved'], to: ['expired'] },
  cancel: { from: ['reserved'], to: ['cancelled'] },
  refund: { from: ['paid', 'partly_refunded'], to: ['partly_refunded', 'refunded'] },
} as const satisfies Record<string, { from: readonly OrderState[]; to: readonly OrderState[] }>;
export type OrderMove = keyof typeof orderMoves;

/** Who moved an order and why. The order's history has both. */
export interface Mover {
  /** `shopper`, `expirer`, `settlement`, `provider:<name>`, `merchant:<store>`, `operator`. */
  readonly who: string;
  readonly why: string;
}
