import { homeCell } from '../../src/domain/ids.ts';
import type { ShopperId } from '../../src/domain/ids.ts';
import { offerBody, saleBody } from '../builders/sale-files.ts';
import type { SaleFile } from '../fleet/sale-admin.ts';

export const CELLS = 4;
/** Short, so that orders expire within an episode. */
export const PAY_WITHIN_S = 5;
/** Unpaid orders that a shopper may have at once. */
export const MOST_HOLDS = 8;
export const COUPON = 'cloud-10-off';
const CARDHOLDERS_A_CELL = 25;
const COUPONS_EACH = 2;

/** Names a shopper whose orders this cell takes; another number names another shopper. */
export function shopperOf(name: string, cell: number, number: number): string {
  for (let salt = 0; ; salt++) {
    const shopper = `${name}-${cell}-${number}-${salt}`;
    if (homeCell(shopper as ShopperId, CELLS) === cell) return shopper;
  }
}

export const cellOf = (shopper: string): number => homeCell(shopper as ShopperId, CELLS);

/** Shoppers of a cell who hold coupons. */
export const cardholdersOf = (cell: number): string[] =>
  Array.from({ length: CARDHOLDERS_A_CELL }, (_, i) => shopperOf('cardholder', cell, i));

const kiln = { store: 'kiln-and-cup', categories: ['kitchen'] };
const cloud = { store: 'cloud-linen', categories: ['home'] };

const promotions: SaleFile['promotions'] = [
  {
    id: 'kiln-7-percent',
    layer: 'store',
    stores: ['kiln-and-cup'],
    effect: { kind: 'percent', bps: 700, cap: 3_000 },
    funder: 'store',
  },
  {
    id: COUPON,
    layer: 'store_coupon',
    stores: ['cloud-linen'],
    coupon: true,
    effect: { kind: 'fixed', off: 1_000, from: 10_000 },
    funder: 'store',
  },
  {
    id: 'every-250',
    layer: 'cross_store',
    effect: { kind: 'every', every: 25_000, off: 3_000 },
    budget: 'cross',
    funder: 'platform',
  },
];

/**
 * The sale of an episode: both lanes, limits per shopper, discounts with a budget, coupons, and an
 * offer (`last-cups`) that sells out and comes back.
 */
export const chaosSale = (id: string): SaleFile => ({
  sale: {
    id,
    ...saleBody({ name: 'Chaos', cells: CELLS, payWithinSeconds: PAY_WITHIN_S }),
    holdsPerShopper: MOST_HOLDS,
    cooldown: { after: 64, seconds: 0 },
  },
  offers: [
    { id: 'kettle', ...offerBody({ ...kiln, price: 9_900, cap: 6_000, lane: 'flash' }) },
    {
      id: 'lamp',
      ...offerBody({ ...cloud, price: 14_900, cap: 1_200, lane: 'flash', limitPerShopper: 2 }),
    },
    { id: 'last-cups', ...offerBody({ ...kiln, price: 2_900, cap: 60, lane: 'flash' }) },
    { id: 'teapot', ...offerBody({ ...kiln, price: 12_900, cap: 3_000 }) },
    { id: 'blanket', ...offerBody({ ...cloud, price: 11_900, cap: 3_000 }) },
    { id: 'bowls', ...offerBody({ ...kiln, price: 7_333, cap: 800, limitPerShopper: 3 }) },
  ],
  budgets: [{ id: 'cross', amount: 400_000, policy: 'partial' }],
  promotions,
  coupons: [
    {
      promotion: COUPON,
      shoppers: Array.from({ length: CELLS }, (_, cell) => cardholdersOf(cell)).flat(),
      each: COUPONS_EACH,
    },
  ],
});
