import type { Budget } from '../../domain/promotion.ts';
import type { Offer, SaleStore } from '../../domain/sale.ts';
import { saleHead } from '../../domain/terms/sale-head.ts';
import type { SaleHead } from '../../domain/terms/sale-head.ts';
import { offerTerms } from './sale-view.ts';
import type { OfferTermsView } from './sale-view.ts';
import { present } from './promotion-view.ts';
import type { Shown } from './promotion-view.ts';

/**
 * The terms of things in the words of the API. Without its `id`, each is a body for the PUT that
 * sets it: a field without a value is left out. Figures that move by themselves are not in it.
 */

export type SaleTermsView = Omit<SaleHead, 'state' | 'rulesVersion' | 'visibleFrom'> & {
  readonly visibleFrom?: string;
  readonly stores: readonly SaleStore[];
};

export function saleTermsView(
  sale: Parameters<typeof saleHead>[0],
  stores: readonly SaleStore[],
): SaleTermsView {
  const { state: _, rulesVersion: __, visibleFrom, ...terms } = saleHead(sale);
  return { ...terms, ...present({ visibleFrom }), stores };
}

export type OfferWithCap = Shown<OfferTermsView> & {
  readonly id: string;
  readonly store: string;
  readonly cap: number;
};

export const offerTermsView = (offer: Offer): OfferWithCap => ({
  ...present(offerTerms(offer)),
  id: offer.id,
  store: offer.store,
  cap: offer.cap,
});

/** The store of a budget of the platform is left out. */
export interface BudgetTermsView {
  readonly id: string;
  readonly store?: string;
  readonly amount: number;
  readonly policy: string;
}

export const budgetTermsView = ({ id, store, amountMinor, policy }: Budget): BudgetTermsView => ({
  id,
  ...present({ store }),
  amount: amountMinor,
  policy,
});
