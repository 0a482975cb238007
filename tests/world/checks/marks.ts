import { ORDER_MARKS } from '../../../src/domain/inbox-instruction.ts';
import type { OwnedOrder } from '../../../src/domain/order.ts';
import { item, newCellId, ownedOrder } from '../../../proof/builders/open-cell.ts';
import type { Item } from '../../../proof/builders/open-cell.ts';

export type Mark = keyof typeof ORDER_MARKS;

/** An order of the flash lane that is no hold any more, as the ledger knows it. */
export const markedOrder = (one: Item, mark: Mark, atMs: number): OwnedOrder => ({
  ...ownedOrder(newCellId(), one),
  mark: { mark: ORDER_MARKS[mark], atMs },
});

/** One that expired unpaid. */
export const expiredOrder = (shopper: string, atMs: number): OwnedOrder =>
  markedOrder(item({ shopper }), 'expired', atMs);
