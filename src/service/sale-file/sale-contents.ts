import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Budget, Promotion } from '../../domain/promotion.ts';
import type { OfferPut, SaleStore, SaleTerms } from '../../domain/sale.ts';
import type { Grant } from '../../ledger/terms/grant-coupons.ts';
import type { GivenBalances } from '../../ledger/terms/put-balances.ts';

/** The contents of a sale file in the terms of the domain. */
export interface SaleContents {
  readonly terms: SaleTerms;
  /** All members of the sale; null: those that are, and the stores of the offers. */
  readonly stores: readonly SaleStore[] | null;
  readonly offers: readonly OfferPut[];
  readonly budgets: readonly Budget[];
  readonly promotions: readonly Promotion[];
  readonly coupons: readonly Omit<Grant, 'key'>[];
  readonly balances: readonly (GivenBalances & { readonly shopper: ShopperId })[];
}

/** A sale file that has no fault in itself. */
export interface SaleDocument extends SaleContents {
  readonly id: SaleId;
}
