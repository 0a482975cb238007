import type { OfferId, StoreId } from '../../domain/ids.ts';
import { DEFAULT_LAYERS } from '../../domain/promotion.ts';
import type { Budget, Effect, Promotion } from '../../domain/promotion.ts';
import { DEFAULT_BOUNDS } from '../../domain/sale.ts';
import type { EarlyAccess, OfferPut, SaleStore, SaleTerms } from '../../domain/sale.ts';
import { fromTimestamp } from '../../domain/timestamps.ts';
import type { GivenBalances } from '../../ledger/terms/put-balances.ts';
import type { EffectBody } from './effect-body.ts';
import type { OfferBody } from './offer-body.ts';
import type { BalancesBody, BudgetBody, PromotionBody } from './promotion-schemas.ts';
import { DEFAULT_COOLDOWN, DEFAULT_HOLDS } from './sale-body.ts';
import type { AccessBody, SaleBody } from './sale-body.ts';

export const accessOf = (body: AccessBody = []): EarlyAccess[] =>
  body.map(({ members, from }) => ({ members, fromMs: fromTimestamp(from) }));

/** Each function turns a checked body into terms of the domain and fills in the defaults. */
export function saleTerms(body: SaleBody): SaleTerms {
  const { after, seconds } = body.cooldown ?? DEFAULT_COOLDOWN;
  return {
    name: body.name,
    currency: body.currency,
    opensAtMs: fromTimestamp(body.opensAt),
    closesAtMs: fromTimestamp(body.closesAt),
    payWithinS: body.payWithinSeconds,
    cells: body.cells ?? 1,
    layers: body.layers ?? DEFAULT_LAYERS,
    pointsRate: body.pointsRate ?? 1,
    holdsPerShopper: body.holdsPerShopper ?? DEFAULT_HOLDS,
    cooldownAfter: after,
    cooldownS: seconds,
    hasClawback: body.clawback ?? false,
    access: accessOf(body.access),
    visibleFromMs: body.visibleFrom === undefined ? null : fromTimestamp(body.visibleFrom),
  };
}

/** @returns null when the body leaves the members of the sale as they are */
export function saleStores({ stores }: SaleBody): SaleStore[] | null {
  return stores?.map((store) => ({ ...DEFAULT_BOUNDS, ...store })) ?? null;
}

export function offerOf(id: OfferId, body: OfferBody): OfferPut {
  const { opensAt, closesAt } = body;
  return {
    id,
    store: body.store,
    title: body.title,
    priceMinor: body.price,
    listPriceMinor: body.listPrice ?? body.price,
    cap: body.cap,
    limitPerShopper: body.limitPerShopper ?? null,
    lane: body.lane ?? 'cart',
    categories: body.categories ?? [],
    excludes: body.excludes ?? [],
    opensAtMs: opensAt === undefined ? null : fromTimestamp(opensAt),
    closesAtMs: closesAt === undefined ? null : fromTimestamp(closesAt),
    access: accessOf(body.access),
    isPaused: body.paused ?? null,
    warnAt: body.warnAt ?? null,
    image: body.image ?? null,
  };
}

/** @param own the caller's store, which owns the budget if the body names none; null: platform */
export function budgetOf(id: string, body: BudgetBody, own: StoreId | null): Budget {
  return {
    id,
    store: body.store ?? own,
    amountMinor: body.amount,
    policy: body.policy,
  };
}

function effectOf(body: EffectBody): Effect {
  switch (body.kind) {
    case 'tiers':
    case 'freeUnits':
    case 'gift':
      return body;
    case 'every':
      return { ...body, times: body.times ?? null };
    case 'percent':
      return { ...body, cap: body.cap ?? null, from: body.from ?? 0 };
    case 'fixed':
      return { ...body, from: body.from ?? 0 };
    case 'packet':
      return { ...body, boost: body.boost ?? null };
  }
}

/** @param own the caller's store, the default for `stores`; null: the promotion is for any */
export function promotionOf(id: string, body: PromotionBody, own: StoreId | null): Promotion {
  const { claims } = body;
  return {
    id,
    layer: body.layer,
    stores: body.stores ?? (own === null ? null : [own]),
    offers: body.offers ?? null,
    categories: body.categories ?? null,
    members: body.members ?? null,
    isFullPriceOnly: body.fullPriceOnly ?? false,
    isCoupon: body.coupon ?? false,
    effect: effectOf(body.effect),
    budget: body.budget ?? null,
    funder: body.funder,
    claims: claims ? { quota: claims.quota, limitPerShopper: claims.limitPerShopper ?? 1 } : null,
  };
}

/** A balance that the body does not name stays unchanged. */
export function givenBalances({ points, redPacket }: BalancesBody): GivenBalances {
  return {
    ...(points === undefined ? {} : { points }),
    ...(redPacket === undefined ? {} : { redPacketMinor: redPacket }),
  };
}
