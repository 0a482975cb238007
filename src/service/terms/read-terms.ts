import type { Pool } from 'pg';
import type { OfferId, SaleId, ShopperId } from '../../domain/ids.ts';
import { isOwnedBy } from '../../domain/promotion.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { balancesOf } from '../../ledger/books/balances.ts';
import type { Balances } from '../../ledger/books/balances.ts';
import { findSale } from '../../ledger/sale-row.ts';
import { mayRead, storesOfSale } from '../../ledger/sale-stores.ts';
import { findOffer } from '../../ledger/terms/offer-rows.ts';
import { budgetsOfSale, promotionsOfSale } from '../../ledger/terms/sale-rules.ts';
import * as versions from '../../ledger/versions.ts';
import { promotionView } from './promotion-view.ts';
import type { PromotionView } from './promotion-view.ts';
import { budgetTermsView, offerTermsView, saleTermsView } from './terms-views.ts';
import type { BudgetTermsView, OfferWithCap, SaleTermsView } from './terms-views.ts';

export interface ReadTermsDeps {
  readonly pool: Pool;
}

/** Something as the ledger has it. A change that names this version replaces exactly this. */
export interface Versioned<View> {
  readonly view: View;
  readonly version: string;
}

type Read<View> = Promise<Versioned<View> | Refusal>;

/** For operators. */
export async function termsOfSale({ pool }: ReadTermsDeps, id: SaleId): Read<SaleTermsView> {
  const sale = await findSale(pool, id);
  if (!sale) return NOT_FOUND;
  const stores = await storesOfSale(pool, id);
  return { view: saleTermsView(sale, stores), version: versions.saleVersion(sale, stores) };
}

/** @param store the merchant's, who reads only what is the store's; null: an operator */
export async function termsOfOffer(
  { pool }: ReadTermsDeps,
  sale: SaleId,
  id: OfferId,
  store: string | null,
): Read<OfferWithCap> {
  const offer = (await mayRead(pool, sale, store)) && (await findOffer(pool, sale, id, store));
  if (!offer) return NOT_FOUND;
  return { view: offerTermsView(offer), version: versions.offerVersion(offer) };
}

/** @param store as for offers */
export async function termsOfBudget(
  { pool }: ReadTermsDeps,
  sale: SaleId,
  id: string,
  store: string | null,
): Read<BudgetTermsView> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  const budget = (await budgetsOfSale(pool, sale)).find((one) => one.id === id);
  if (!budget || (store !== null && budget.store !== store)) return NOT_FOUND;
  return { view: budgetTermsView(budget), version: versions.budgetVersion(budget) };
}

/** @param store as for offers */
export async function termsOfPromotion(
  { pool }: ReadTermsDeps,
  sale: SaleId,
  id: string,
  store: string | null,
): Read<PromotionView> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  const promotion = (await promotionsOfSale(pool, sale)).find((one) => one.id === id);
  if (!promotion || (store !== null && !isOwnedBy(promotion, store))) return NOT_FOUND;
  return { view: promotionView(promotion), version: versions.promotionVersion(promotion) };
}

/**
 * Lists the promotions of a sale, by id.
 * @param store as for offers
 */
export async function promotionsOf(
  { pool }: ReadTermsDeps,
  sale: SaleId,
  store: string | null,
): Promise<readonly PromotionView[] | Refusal> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  const all = await promotionsOfSale(pool, sale);
  return all.filter((one) => store === null || isOwnedBy(one, store)).map(promotionView);
}

/** For operators. A shopper who was given nothing has balances of 0. */
export async function balancesOfShopper(
  { pool }: ReadTermsDeps,
  sale: SaleId,
  shopper: ShopperId,
): Read<Balances & { readonly shopper: string }> {
  if (!(await mayRead(pool, sale, null))) return NOT_FOUND;
  const balances = await balancesOf(pool, sale, shopper);
  return { view: { shopper, ...balances }, version: versions.balancesVersion(balances) };
}
