import { countOrders } from '../../proof/checker/ledger-facts.ts';
import type { RushOffer } from '../../proof/crowd/rush-plan.ts';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';
import { shopperName } from '../../proof/crowd/tokens.ts';
import { benchSale } from '../over-http/put-on-sale.ts';
import { cartName, checkCarts } from '../over-http/rush-check.ts';
import { PLENTY, SHOPPERS } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

export const COUPON = 'a-15';
/** The platform takes `off` for each full `every` of the whole cart, in minor units. */
export const CROSS = { every: 30_000, off: 5_000 };
const CROSS_ID = 'cross-300-50';

const OFFERS = 30;
const LINES = 5;
/** Offers alternate between the stores, one price a store, so that all answers are equally long. */
const STORES = [
  { store: 'store-a', price: 12_900 },
  { store: 'store-b', price: 8_900 },
  { store: 'store-c', price: 4_900 },
];
/** The most that the grant route takes. */
const SHOPPERS_PER_GRANT = 500;
/** The most that a shopper may hold. An order uses one. */
const COUPONS_EACH = 64;

const offerName = (number: number): string => `offer-${String(number).padStart(2, '0')}`;

const promotions: NonNullable<SaleFile['promotions']> = [
  {
    id: 'a-tiers',
    layer: 'store',
    stores: ['store-a'],
    effect: {
      kind: 'tiers',
      tiers: [
        { from: 20_000, off: 2_000 },
        { from: 40_000, off: 5_000 },
      ],
    },
    funder: 'store',
  },
  {
    id: 'b-10-percent',
    layer: 'store',
    stores: ['store-b'],
    effect: { kind: 'percent', bps: 1_000, cap: 5_000 },
    funder: 'store',
  },
  {
    id: COUPON,
    layer: 'store_coupon',
    stores: ['store-a'],
    coupon: true,
    effect: { kind: 'fixed', off: 1_500, from: 10_000 },
    funder: 'store',
  },
];

const grants: NonNullable<SaleFile['coupons']> = Array.from(
  { length: SHOPPERS / SHOPPERS_PER_GRANT },
  (_, grant) => ({
    promotion: COUPON,
    each: COUPONS_EACH,
    shoppers: Array.from({ length: SHOPPERS_PER_GRANT }, (_, i) =>
      shopperName(grant * SHOPPERS_PER_GRANT + i),
    ),
  }),
);

interface CartSale {
  readonly offers?: number;
  /** Units of each offer. */
  readonly units?: number;
  /** The budget of the platform's promotion. Without one, the promotion has no bound. */
  readonly budget?: { readonly id: string; readonly amount: number; readonly policy: Policy };
}
export type Policy = 'partial' | 'whole';

/**
 * A sale of three stores with four promotions: one store's tiers, another's percentage, a store
 * coupon that every shopper holds, and 50 off every 300 from the platform.
 */
export function cartSale(id: string, { offers = OFFERS, units = PLENTY, budget }: CartSale = {}) {
  const cross = {
    id: CROSS_ID,
    layer: 'cross_store',
    effect: { kind: 'every', ...CROSS },
    funder: 'platform',
    ...(budget ? { budget: budget.id } : {}),
  } as const;
  return {
    sale: benchSale(id),
    offers: Array.from({ length: offers }, (_, i) => {
      const name = offerName(i);
      return { id: name, title: `Bench ${name}`, cap: units, ...STORES[i % STORES.length]! };
    }),
    ...(budget ? { budgets: [budget] } : {}),
    promotions: [...promotions, cross],
    coupons: grants,
  } satisfies SaleFile;
}

/** Lines for consecutive offers, starting at `first`; behind the last offer comes the first. */
export const linesFrom = (first: number, lines: number, quantity = 1, offers = OFFERS) =>
  Array.from({ length: lines }, (_, i) => ({ offer: offerName((first + i) % offers), quantity }));

/** A cart of five lines from three stores with a coupon; `first` is an offer of the first store. */
function cartRequest(first: number, quantity: number): RushOffer {
  const lines = linesFrom(first, LINES, quantity);
  const body = JSON.stringify({ lines, coupons: [COUPON] });
  return { id: cartName(lines), body, weight: 1, limitPerShopper: null };
}

/** One cart for each offer of the first store, which it begins with. */
export const cartRequests = (quantity: number): RushOffer[] =>
  Array.from({ length: OFFERS / STORES.length }, (_, i) =>
    cartRequest(i * STORES.length, quantity),
  );

/** Orders of such carts. */
export const cartOrders: Wares = {
  route: 'orders',
  path: '/orders',
  requests: cartRequests(1),
  success: 'placed',
  sale: (id, units) => cartSale(id, { units }),
  count: countOrders,
  check: (pool, { sale, journals, amount }) =>
    checkCarts(pool, {
      sale,
      journals,
      caps: new Map(cartOrders.requests.map(({ id }) => [id, amount])),
    }),
};

/** Quotes for the same carts. */
export const cartQuotes: Wares = {
  ...cartOrders,
  route: 'quotes',
  path: '/quotes',
  success: 'status 200',
};
