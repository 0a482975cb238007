import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { SaleState } from '../../domain/sale.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A sale that holds something of a shopper. */
export interface SaleOfShopper {
  readonly sale: SaleId;
  readonly state: SaleState;
  /**
   * Why the shopper cannot be erased there. `draft`: it was never opened · `live`: its keys are
   * still in Redis · `unreadable`: it has a dead letter that nobody can read · null: nothing.
   */
  readonly obstacle: 'draft' | 'live' | 'unreadable' | null;
  /** Until then at least, Redis keeps the keys of a closed sale; null: the sale is not closed. */
  readonly keysUntilMs: number | null;
}

/** All that a sale holds of a shopper, ready to print as JSON. */
export interface ShopperData {
  readonly orders: readonly object[];
  readonly claims: readonly object[];
  readonly coupons: readonly object[];
  readonly balances: object | null;
  readonly deadLetters: readonly object[];
}

const sales = query<SaleOfShopper>('privacy/sales');
const exported = query<ShopperData>('privacy/export');

/** The sales that hold something of a shopper, by id. */
export const salesOfShopper = (on: Queryable, shopper: ShopperId): Promise<SaleOfShopper[]> =>
  rows(on, sales, [shopper]);

export const dataOfShopper = async (
  on: Queryable,
  sale: SaleId,
  shopper: ShopperId,
): Promise<ShopperData> => (await rows(on, exported, [sale, shopper]))[0]!;
