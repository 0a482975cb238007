import type { SaleId, StoreId } from '../../domain/ids.ts';
import { TENDERS } from '../../domain/pricing/promotion.ts';
import type { Promotion } from '../../domain/pricing/promotion.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

export interface PromotionRow {
  readonly sale: SaleId;
  readonly body: Promotion;
}

const ofSale = query<PromotionRow>('terms/promotions/of-sale');
const upsert = query('terms/promotions/upsert');

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

/** Layers whose shares go to and from balances that only the platform fills. */
const isOfTender = (layer: string): boolean => TENDERS.some((tender) => tender === layer);

/** The store that alone bears what a promotion takes off, and off its own lines; or null. */
export function ownerOf({ stores, funder, layer, effect }: Promotion): StoreId | null {
  const isPlatforms = funder === 'platform' || effect.kind === 'packet' || isOfTender(layer);
  return stores?.length === 1 && !isPlatforms ? stores[0]! : null;
}

/** A merchant changes, and gives away, only what is the store's own. */
export const isOwnedBy = (promotion: Promotion, store: string): boolean =>
  ownerOf(promotion) === store;
