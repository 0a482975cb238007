import type { SaleId } from '../domain/ids.ts';
import type { Promotion } from '../domain/promotion.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

export interface PromotionRow {
  readonly sale: SaleId;
  readonly body: Promotion;
}

const ofSale = query<PromotionRow>('promotions/of-sale');
const upsert = query('promotions/upsert');

/** By id, by code unit. */
export async function promotionsOfSale(on: Queryable, sale: SaleId): Promise<Promotion[]> {
  return (await rows(on, ofSale, [sale])).map(({ body }) => body);
}

export async function upsertPromotion(
  on: Queryable,
  sale: SaleId,
  promotion: Promotion,
): Promise<void> {
  await run(on, upsert, [sale, promotion.id, JSON.stringify(promotion)]);
}

/** A merchant's own: it prices only the lines of one store. */
export const isOfStore = ({ stores }: Pick<Promotion, 'stores'>, store: string): boolean =>
  stores?.length === 1 && stores[0] === store;
