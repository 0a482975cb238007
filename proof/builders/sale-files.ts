import type { OfferId, SaleId, ShopperId, StoreId } from '../../src/domain/ids.ts';
import type { OfferBody } from '../../src/http/terms/offer-body.ts';
import type { SaleBody } from '../../src/http/terms/sale-body.ts';

/** As a client writes it: an id gets its brand when a schema has checked it. */
export type Written<Value> = Value extends OfferId | SaleId | ShopperId | StoreId
  ? string
  : Value extends object
    ? { [Name in keyof Value]: Written<Value[Name]> }
    : Value;

/** The body that sets a sale, open for decades. With an `id` it is a sale file's `sale`. */
export const saleBody = (more: Partial<SaleBody> = {}): SaleBody => ({
  name: 'A drop',
  currency: 'CNY',
  opensAt: '2025-01-01T00:00:00Z',
  closesAt: '2099-01-01T00:00:00Z',
  payWithinSeconds: 900,
  ...more,
});

/** The shortest body that sets an offer. With an `id` it is an offer of a sale file. */
export const offerBody = (more: Partial<Written<OfferBody>> = {}): Written<OfferBody> => ({
  store: 'store-1',
  title: 'A mug',
  price: 990,
  cap: 10,
  ...more,
});
