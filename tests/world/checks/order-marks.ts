import { ORDER_MARKS } from '../../../src/domain/inbox-instruction.ts';
import type { OwnedOrder } from '../../../src/domain/order.ts';
import { item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import { ownedOrder } from '../../../proof/builders/cell-contents.ts';
import { newCellId } from '../../../proof/builders/ids.ts';

export type Mark = keyof typeof ORDER_MARKS;

/** An order of the flash lane with a mark, as the ledger knows it; it is not a hold. */
export const markedOrder = (one: Item, mark: Mark, atMs: number): OwnedOrder => ({
  ...ownedOrder(newCellId(), one),
  mark: { mark: ORDER_MARKS[mark], atMs },
});

/** An order that expired unpaid. */
export const expiredOrder = (shopper: string, atMs: number): OwnedOrder =>
  markedOrder(item({ shopper }), 'expired', atMs);
