import { DEFAULT_LAYERS } from '../../src/domain/promotion.ts';
import { offerBody, saleBody } from '../../proof/builders/sale-files.ts';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';
import { cartOrders, cartSale, linesFrom } from '../carts/cart-wares.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

/** The principals of each kind of attack. */
export const ATTACKERS = 50;
const OFFERS = 1_000;
/** It has offers and discounts in the mall. */
export const MALL_STORE = 'store-a';
/** As long as a title may be, in characters of three bytes: the page of the sale has 1 MB. */
const TITLE = '商'.repeat(200);
/** A best deal tries all combinations of this many coupons. */
const COUPONS = 12;
const LAYER = 'deals';
const LARGE_CART = 50;
const DRAFT_OFFERS_EACH = 8;

const numbered = <Item>(count: number, make: (number: number) => Item): Item[] =>
  Array.from({ length: count }, (_, number) => make(number));

export const attackerName = (number: number): string => `attacker-${number}`;
/** The store of a merchant who attacks the draft. */
export const draftStore = (number: number): string => `draft-store-${number}`;
export const draftOffer = (store: number, number: number): string => `offer-${store}-${number}`;

const deals: NonNullable<SaleFile['promotions']> = numbered(COUPONS, (number) => ({
  id: `deal-${number}`,
  layer: LAYER,
  coupon: true,
  effect: { kind: 'fixed', off: 100 + number, from: 1_000 },
  funder: 'platform',
}));

/** Large in all that attackers may ask for: offers, promotions, coupons of each attacker. */
function mallSale(id: string, units: number): SaleFile {
  const { sale, offers, promotions, coupons } = cartSale(id, { offers: OFFERS, units });
  const shoppers = numbered(ATTACKERS, attackerName);
  return {
    sale: { ...sale, layers: [...DEFAULT_LAYERS, { name: LAYER, basis: 'activity', pick: 'all' }] },
    offers: offers.map((offer) => ({ ...offer, title: TITLE })),
    promotions: [...promotions, ...deals],
    coupons: [...coupons, ...deals.map((deal) => ({ promotion: deal.id, shoppers }))],
  };
}

/** Orders of carts in the mall, so that its report has something to add up. */
export const mallWares: Wares = { ...cartOrders, sale: mallSale };

/** The body of the quote that costs most: many lines, and all combinations of the coupons. */
export const largeQuote = (first: number): string =>
  JSON.stringify({ lines: linesFrom(first, LARGE_CART, 1, OFFERS), best: true });

export const draftOfferBody = (store: number, price: number, title = 'A thing') =>
  offerBody({ store: draftStore(store), title, price, cap: PLENTY });

/** A sale that is never opened, in which each attacking merchant has offers. */
export const draftSale = (id: string): SaleFile => ({
  sale: { id, ...saleBody({ name: id }) },
  offers: numbered(ATTACKERS, (store) =>
    numbered(DRAFT_OFFERS_EACH, (number) => ({
      id: draftOffer(store, number),
      ...draftOfferBody(store, 990, TITLE),
    })),
  ).flat(),
});
