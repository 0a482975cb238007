import type { OfferInstruction } from '../../src/domain/inbox-instruction.ts';
import type { Offer } from '../../src/domain/sale.ts';
import { offerId, storeId } from './ids.ts';

/** 100 units of the flash lane at 9.90 instead of 19.90, unless told otherwise. */
export const offer = (id: string, more: Partial<Offer> = {}): Offer => ({
  id: offerId(id),
  store: storeId('store-1'),
  title: `Offer ${id}`,
  priceMinor: 990,
  listPriceMinor: 1990,
  cap: 100,
  limitPerShopper: null,
  lane: 'flash',
  categories: [],
  excludes: [],
  opensAtMs: null,
  closesAtMs: null,
  access: [],
  isPaused: false,
  warnAt: null,
  image: null,
  ...more,
});

/** An offer of a cell with the units the cell may sell. */
export interface OfferOnSale extends OfferInstruction {
  readonly units: number;
}

/** 100 units of the flash lane at 9.90, the full price, unless told otherwise. */
export const onSale = (offer: string, more: Partial<OfferOnSale> = {}): OfferOnSale => ({
  offer,
  store: 'store-1',
  lane: 'flash',
  price: 990,
  limit: 0,
  opens_at: 0,
  closes_at: 0,
  full_price: true,
  categories: [],
  excludes: [],
  paused: false,
  access: '',
  units: 100,
  ...more,
});
