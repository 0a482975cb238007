import type { StoreId } from '../ids.ts';
import { isOwnedBy } from '../promotion.ts';
import type { Promotion } from '../promotion.ts';
import type { Sale } from '../sale.ts';

/** Who looks at a sale: anyone, a merchant of `store`, or an operator. */
export type Viewer =
  | { readonly kind: 'public' }
  | { readonly kind: 'store'; readonly store: StoreId }
  | { readonly kind: 'operator' };

export const PUBLIC: Viewer = { kind: 'public' };

/** Whether everyone sees the sale. Once it was opened, everyone does. */
export const isAnnounced = (
  { state, visibleFromMs }: Pick<Sale, 'state' | 'visibleFromMs'>,
  nowMs: number,
): boolean => state !== 'draft' || (visibleFromMs !== null && nowMs >= visibleFromMs);

export const isMember = ({ stores }: Pick<Sale, 'stores'>, store: string): boolean =>
  stores.some((one) => one.store === store);

/** A draft is hidden from everyone but operators and the merchants of its stores. */
export function maySee(sale: Sale, viewer: Viewer, nowMs: number): boolean {
  if (viewer.kind === 'operator' || isAnnounced(sale, nowMs)) return true;
  return viewer.kind === 'store' && isMember(sale, viewer.store);
}

/** Only its own store and operators see which budget a promotion draws from. */
const shown = (promotion: Promotion, store: StoreId | null): Promotion =>
  store !== null && isOwnedBy(promotion, store) ? promotion : { ...promotion, budget: null };

/**
 * The part of a sale that a viewer may see. Nobody but operators sees what belongs to another
 * store: its membership, its budgets, and, before the sale is announced, its offers and promotions.
 * @returns null when the viewer may not know that there is such a sale
 */
export function seenBy(sale: Sale, viewer: Viewer, nowMs: number): Sale | null {
  if (!maySee(sale, viewer, nowMs)) return null;
  if (viewer.kind === 'operator') return sale;
  const own = viewer.kind === 'store' && isMember(sale, viewer.store) ? viewer.store : null;
  const isTheirs = ({ store }: { readonly store: StoreId | null }) => own !== null && store === own;
  const isOpen = isAnnounced(sale, nowMs);
  const promotions = sale.promotions.filter((one) => isOpen || isOwnedBy(one, own!));
  return {
    ...sale,
    stores: sale.stores.filter(isTheirs),
    offers: isOpen ? sale.offers : sale.offers.filter(isTheirs),
    budgets: sale.budgets.filter(isTheirs),
    promotions: promotions.map((promotion) => shown(promotion, own)),
  };
}
