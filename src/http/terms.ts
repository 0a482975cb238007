import type { OfferId, StoreId } from '../domain/ids.ts';
import type { Offer, SaleTerms } from '../domain/sale.ts';
import type { OfferBody, SaleBody } from './schemas.ts';

/** Bodies of the schemas, defaults filled in, as the domain knows them. */
export function saleTerms(body: SaleBody): SaleTerms {
  return {
    name: body.name,
    currency: body.currency,
    opensAtMs: Date.parse(body.opensAt),
    closesAtMs: Date.parse(body.closesAt),
    payWithinS: body.payWithinSeconds,
    cells: body.cells ?? 1,
  };
}

export function offerOf(id: OfferId, body: OfferBody): Offer {
  const { opensAt, closesAt } = body;
  return {
    id,
    store: body.store as StoreId,
    title: body.title,
    priceMinor: body.price,
    listPriceMinor: body.listPrice ?? body.price,
    cap: body.cap,
    limitPerShopper: body.limitPerShopper ?? null,
    lane: body.lane ?? 'cart',
    categories: body.categories ?? [],
    excludes: body.excludes ?? [],
    opensAtMs: opensAt === undefined ? null : Date.parse(opensAt),
    closesAtMs: closesAt === undefined ? null : Date.parse(closesAt),
  };
}
