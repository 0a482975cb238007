import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { CartOutcome, CheckoutItem } from '../../../src/cell/selling/checkout.ts';
import { DEFAULT_LAYERS } from '../../../src/domain/promotion.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { cartLines, cartOf, item } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules } from '../../../proof/builders/promotions.ts';
import { cartStage, cheap, dear, flash } from '../../world/stage/cart-stage.ts';
import { expiredOrder } from '../../world/checks/order-marks.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const YEAR_MS = 365 * 24 * 3_600_000;
const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + YEAR_MS;
const LAST_YEAR = NEXT_YEAR - 2 * YEAR_MS;

const openCell = (options: CellOptions = {}) => OpenCell.open(redis, { ...cartStage, ...options });

const refused = (refusal: Refusal): CartOutcome => ({ word: 'refused', refusal });
const invalid = (pointer: string): CartOutcome =>
  refused({ code: 'invalid', errors: [{ pointer, detail: expect.any(String) }] });
const notOpen = refused({ code: 'sale_not_open', opensAt: new Date(NEXT_YEAR).toISOString() });
const over = refused({ code: 'sale_over' });
const unavailable = (id: string) => refused({ code: 'coupon_unavailable', promotion: id });
const limited = (limit: number, taken: number, offer = 'a') =>
  refused({ code: 'limit_reached', limit, taken, offer });
const soldOut = (offer: string, unitsLeft: number) =>
  ({ word: 'sold_out', offer, unitsLeft }) as CartOutcome;
const balanceShort = (balance: 'points' | 'redPacket', available: number) =>
  refused({ code: 'balance_short', balance, available });

interface Case {
  readonly word: string;
  readonly why: string;
  readonly cell?: CellOptions;
  readonly before?: (cell: OpenCell) => Promise<unknown>;
  readonly cart?: Partial<Omit<CheckoutItem, 'lines'>>;
  readonly lines?: readonly (readonly [offer: string, quantity: unknown])[];
  readonly backlogLimit?: number;
  readonly answer: CartOutcome;
}

const limit2: CellOptions = { offers: [{ ...cheap, limit: 2 }, dear] };
const layersWithout = (layer: string): CellOptions => ({
  rules: { ...plainRules, layers: DEFAULT_LAYERS.filter(({ name }) => name !== layer) },
});
const within = (fields: object): CellOptions => ({ offers: [cheap, { ...dear, ...fields }] });
const both = [
  ['a', 1],
  ['b', 1],
] as const;

/** Every refusal of a cart, under the script’s word for it. */
const refusals: Case[] = [
  {
    word: 'key_reused',
    why: 'the key belongs to another cart',
    before: (cell) => cell.checkOut({ key: 'k' as never, fingerprint: 'another' }),
    cart: { key: 'k' as never },
    answer: refused({ code: 'key_reused' }),
  },
  {
    word: 'key_reused',
    why: 'the key belongs to an order of the flash lane',
    before: (cell) => cell.buy([item({ key: 'k', offer: 'f' })]),
    cart: { key: 'k' as never },
    answer: refused({ code: 'key_reused' }),
  },
  {
    word: 'busy',
    why: 'the ledger is too far behind',
    before: (cell) => cell.checkOut({}),
    backlogLimit: 1,
    answer: refused({ code: 'busy', retryAfterS: 1 }),
  },
  ...[0, -1, 1.5, 1000, 2 ** 53, NaN, Infinity, '1', '', true, null, [1]].map((quantity): Case => ({
    word: 'invalid',
    why: `a quantity of ${JSON.stringify(quantity)} (${String(quantity)})`,
    lines: [
      ['a', 1],
      ['b', quantity],
    ],
    answer: invalid('/lines/1/quantity'),
  })),
  { word: 'invalid', why: 'no lines', lines: [], answer: invalid('/lines') },
  {
    word: 'invalid',
    why: '51 lines',
    lines: Array.from({ length: 51 }, () => ['a', 1] as const),
    answer: invalid('/lines'),
  },
  {
    word: 'invalid',
    why: 'the lines together are worth more than an order may be',
    cell: within({ price: 90_000_000 }),
    lines: both,
    answer: invalid('/lines'),
  },
  {
    word: 'invalid',
    why: 'a red packet in a sale without that layer',
    cell: layersWithout('red_packet'),
    cart: { redPacket: 1 },
    answer: invalid('/redPacket'),
  },
  {
    word: 'invalid',
    why: 'points in a sale without that layer',
    cell: layersWithout('points'),
    cart: { points: 1 },
    answer: invalid('/points'),
  },
  {
    word: 'unknown_offer',
    why: 'the cell does not know the offer',
    lines: [
      ['a', 1],
      ['none', 1],
    ],
    answer: refused({ code: 'unknown_offer', offer: 'none' }),
  },
  { word: 'sale_over', why: 'the sale is closed', cell: { state: 'closed' }, answer: over },
  {
    word: 'sale_over',
    why: 'the sale’s end is past',
    cell: { closesAtMs: LAST_YEAR },
    answer: over,
  },
  {
    word: 'sale_over',
    why: 'the end of one offer is past',
    cell: within({ closes_at: LAST_YEAR }),
    lines: both,
    answer: over,
  },
  {
    word: 'sale_paused',
    why: 'the sale is paused',
    cell: { state: 'paused' },
    answer: refused({ code: 'sale_paused' }),
  },
  {
    word: 'sale_not_open',
    why: 'the sale’s opening is to come',
    cell: { opensAtMs: NEXT_YEAR },
    answer: notOpen,
  },
  {
    word: 'sale_not_open',
    why: 'the opening of one offer is to come',
    cell: within({ opens_at: NEXT_YEAR }),
    lines: both,
    answer: notOpen,
  },
  {
    word: 'limit_reached',
    why: 'two lines of one offer together exceed the limit',
    cell: limit2,
    lines: [
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ],
    answer: limited(2, 0),
  },
  {
    word: 'limit_reached',
    why: 'an earlier cart counts towards the limit',
    cell: limit2,
    before: (cell) => cell.checkOut({ lines: cartLines(['b', 1], ['a', 1], ['a', 1]) }),
    answer: limited(2, 2),
  },
  {
    word: 'limit_reached',
    why: 'an earlier order of the flash lane counts towards the limit',
    cell: { offers: [{ ...flash, limit: 2 }, cheap] },
    before: (cell) => cell.buy([item({ offer: 'f' })]),
    lines: [
      ['a', 1],
      ['f', 2],
    ],
    answer: limited(2, 1, 'f'),
  },
  {
    word: 'orders',
    why: 'the shopper has 64 orders already',
    cell: { offers: [cheap, { ...flash, units: 99 }] },
    before: (cell) => cell.buy(Array.from({ length: 64 }, () => item({ offer: 'f' }))),
    answer: refused({ code: 'limit_reached', limit: 64, taken: 64, of: 'orders' }),
  },
  {
    word: 'holds',
    why: 'the shopper has too many unpaid orders',
    cell: { holdLimit: 2 },
    before: (cell) => cell.checkOutAll([cartOf(), cartOf()]),
    answer: refused({ code: 'limit_reached', limit: 2, taken: 2, of: 'holds' }),
  },
  {
    word: 'rate_limited',
    why: 'too many of the shopper’s orders expired unpaid lately',
    cell: { cooldownAfter: 1, cooldownMs: YEAR_MS, carts: [expiredOrder('u1', NEXT_YEAR)] },
    answer: refused({ code: 'rate_limited', retryAfterS: expect.any(Number) }),
  },
  {
    word: 'sold_out',
    why: 'fewer units are left than asked for',
    lines: [
      ['b', 1],
      ['a', 11],
    ],
    answer: soldOut('a', 10),
  },
  {
    word: 'sold_out',
    why: 'fewer units are left than two lines of one offer ask for together',
    lines: [
      ['a', 6],
      ['b', 1],
      ['a', 5],
    ],
    answer: soldOut('a', 10),
  },
  {
    word: 'returning',
    why: 'units of a line came back to an empty shelf a moment ago',
    cell: { offers: [cheap, { ...dear, units: 0 }] },
    before: (cell) => cell.instruct([[1, { kind: 'units', offer: 'b', units: 1 }]]),
    lines: both,
    answer: { word: 'returning', offer: 'b' as never },
  },
  {
    word: 'coupon_unavailable',
    why: 'the shopper does not hold the coupon',
    cart: { coupons: ['coupon'], shopper: 'u2' as never },
    answer: unavailable('coupon'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the shopper has used the last coupon',
    cell: { wallets: [walletOf('u1', { coupons: [['coupon', 1]] })] },
    before: (cell) => cell.checkOut({ coupons: ['coupon'], lines: cartLines(['b', 2]) }),
    cart: { coupons: ['coupon'] },
    answer: unavailable('coupon'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the sale does not have the coupon',
    cart: { coupons: ['coupon', 'foreign'] },
    answer: unavailable('foreign'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the shopper holds a coupon that the sale has dropped',
    cell: { wallets: [walletOf('u1', { coupons: [['gone', 1]] })] },
    cart: { coupons: ['gone'] },
    answer: unavailable('gone'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the promotion needs no coupon',
    cart: { coupons: ['auto'] },
    answer: unavailable('auto'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the coupon is named twice, even though the shopper holds two',
    cart: { coupons: ['coupon', 'coupon'] },
    answer: unavailable('coupon'),
  },
  {
    word: 'balance_short',
    why: 'one cent more than the red packet holds',
    cart: { redPacket: 301 },
    answer: balanceShort('redPacket', 300),
  },
  {
    word: 'balance_short',
    why: 'one point more than the shopper has',
    cart: { points: 51 },
    answer: balanceShort('points', 50),
  },
  {
    word: 'balance_short',
    why: 'the balance is negative',
    cell: { wallets: [walletOf('u1', { redPacketMinor: -5 })] },
    cart: { redPacket: 1 },
    answer: balanceShort('redPacket', 0),
  },
  ...[899, 901, 0, -2, 900.5, NaN].map((expectedTotalMinor): Case => ({
    word: 'price_changed',
    why: `${expectedTotalMinor} was expected for 900`,
    cart: { expectedTotalMinor },
    answer: { word: 'price_changed', receipt: expect.any(Object) },
  })),
];

const linesOf = ({ lines = [['a', 1]] }: Case) => cartLines(...(lines as [string, number][]));

describe('a refusal names its reason and writes nothing', () => {
  test.each(refusals)('$word: $why', async (one) => {
    const cell = await openCell(one.cell);
    await one.before?.(cell);
    const before = await cell.dump();
    const answer = await cell.checkOut({ ...one.cart, lines: linesOf(one) }, one.backlogLimit);
    expect(answer).toMatchObject({ ...one.answer, seq: null });
    expect(await cell.dump()).toEqual(before);
  });

  test('every word in the script’s header is among these', () => {
    const source = readFileSync(new URL('../../../lua/checkout.lua', import.meta.url), 'utf8');
    const header = source.slice(source.indexOf('outcome: the'), source.indexOf(']]'));
    const named = [...header.matchAll(/'(\w+)'/g)].map(([, word]) => word!);
    const shown = ['replayed', 'unreadable', ...refusals.map(({ word }) => word)];
    expect(named.filter((word) => !shown.includes(word))).toEqual([]);
    expect(named.length).toBeGreaterThan(12);
  });
});
