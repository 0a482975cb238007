import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CartOutcome, CheckoutItem } from '../../src/cell/checkout.ts';
import { totalMinor } from '../../src/domain/order.ts';
import { DEFAULT_LAYERS } from '../../src/domain/promotion.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import type { Reply } from '../../src/platform/script.ts';
import {
  OpenCell,
  cartLines,
  cartOf,
  item,
  newSerial,
  onSale,
  plainRules,
  promotion,
  walletOf,
} from '../world/cell.ts';
import type { CellOptions } from '../world/cell.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
let redis: Redis;

beforeAll(async () => {
  world = await createWorld();
  redis = createRedis(world.redisUrl, { kind: 'hot', onError: console.error });
  await whenReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await world.dispose();
});

const YEAR_MS = 365 * 24 * 3_600_000;
const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + YEAR_MS;
const LAST_YEAR = NEXT_YEAR - 2 * YEAR_MS;

const a = onSale('a', { lane: 'cart', price: 1_000, units: 10 });
const b = onSale('b', { lane: 'cart', price: 2_500, store: 'store-2', units: 10 });
const flash = onSale('f', { units: 10 });

/** Two stores, an automatic promotion with a budget, a coupon, and a shopper with all there is. */
const stage: CellOptions = {
  offers: [a, b, flash],
  rules: {
    ...plainRules,
    promotions: [
      promotion('auto', { stores: ['store-1'] as never, budget: 'purse' }),
      promotion('coupon', {
        layer: 'cross_store',
        isCoupon: true,
        effect: { kind: 'fixed', off: 500, from: 3_000 },
        budget: 'purse',
      }),
    ],
  },
  potsLeft: new Map([['budget:purse', 5_000]]),
  wallets: [walletOf('u1', { points: 50, redPacketMinor: 300, coupons: [['coupon', 2]] })],
};
const openCell = (options: CellOptions = {}) => OpenCell.open(redis, { ...stage, ...options });

const refused = (refusal: Refusal): CartOutcome => ({ word: 'refused', refusal });
const invalid = (pointer: string): CartOutcome =>
  refused({ code: 'invalid', errors: [{ pointer, detail: expect.any(String) }] });
const notOpen = refused({ code: 'sale_not_open', opensAt: new Date(NEXT_YEAR).toISOString() });
const over = refused({ code: 'sale_over' });
const unavailable = (id: string) => refused({ code: 'coupon_unavailable', promotion: id });
const limited = (limit: number, taken: number) => refused({ code: 'limit_reached', limit, taken });
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

const limit2: CellOptions = { offers: [{ ...a, limit: 2 }, b] };
const layersWithout = (layer: string): CellOptions => ({
  rules: { ...plainRules, layers: DEFAULT_LAYERS.filter(({ name }) => name !== layer) },
});
const within = (fields: object): CellOptions => ({ offers: [a, { ...b, ...fields }] });
const both = [
  ['a', 1],
  ['b', 1],
] as const;

/** Every refusal of a cart, under the word the script gives it. */
const refusals: Case[] = [
  {
    word: 'key_reused',
    why: 'the key named another cart',
    before: (cell) => cell.checkOut({ key: 'k' as never, fingerprint: 'another' }),
    cart: { key: 'k' as never },
    answer: refused({ code: 'key_reused' }),
  },
  {
    word: 'key_reused',
    why: 'the key named an order of the flash lane',
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
  {
    word: 'invalid',
    why: '51 lines',
    lines: Array.from({ length: 51 }, () => ['a', 1] as const),
    answer: invalid('/lines'),
  },
  {
    word: 'invalid',
    why: 'worth more than an order may be, over its lines',
    cell: within({ price: 90_000_000 }),
    lines: both,
    answer: invalid('/lines'),
  },
  {
    word: 'invalid',
    why: 'a red packet where the sale has no such layer',
    cell: layersWithout('red_packet'),
    cart: { redPacket: 1 },
    answer: invalid('/redPacket'),
  },
  {
    word: 'invalid',
    why: 'points where the sale has no such layer',
    cell: layersWithout('points'),
    cart: { points: 1 },
    answer: invalid('/points'),
  },
  {
    word: 'unknown_offer',
    why: 'the cell has no such offer',
    lines: [
      ['a', 1],
      ['none', 1],
    ],
    answer: refused({ code: 'unknown_offer', offer: 'none' }),
  },
  { word: 'sale_over', why: 'it was closed', cell: { state: 'closed' }, answer: over },
  { word: 'sale_over', why: 'its end is past', cell: { closesAtMs: LAST_YEAR }, answer: over },
  {
    word: 'sale_over',
    why: 'the end of one of the offers is past',
    cell: within({ closes_at: LAST_YEAR }),
    lines: both,
    answer: over,
  },
  {
    word: 'sale_paused',
    why: 'it is paused',
    cell: { state: 'paused' },
    answer: refused({ code: 'sale_paused' }),
  },
  { word: 'sale_not_open', why: 'it is to come', cell: { opensAtMs: NEXT_YEAR }, answer: notOpen },
  {
    word: 'sale_not_open',
    why: 'the opening of one of the offers is to come',
    cell: within({ opens_at: NEXT_YEAR }),
    lines: both,
    answer: notOpen,
  },
  {
    word: 'limit_reached',
    why: 'two lines of one offer are more than the limit',
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
    why: 'with a cart before',
    cell: limit2,
    before: (cell) => cell.checkOut({ lines: cartLines(['b', 1], ['a', 1], ['a', 1]) }),
    answer: limited(2, 2),
  },
  {
    word: 'limit_reached',
    why: 'with an order of the flash lane before',
    cell: { offers: [{ ...flash, limit: 2 }, a] },
    before: (cell) => cell.buy([item({ offer: 'f' })]),
    lines: [
      ['a', 1],
      ['f', 2],
    ],
    answer: limited(2, 1),
  },
  {
    word: 'limit_reached',
    why: 'the shopper has 64 orders',
    cell: { offers: [a, { ...flash, units: 99 }] },
    before: (cell) => cell.buy(Array.from({ length: 64 }, () => item({ offer: 'f' }))),
    answer: limited(64, 64),
  },
  {
    word: 'sold_out',
    why: 'fewer units are left',
    lines: [
      ['b', 1],
      ['a', 11],
    ],
    answer: soldOut('a', 10),
  },
  {
    word: 'sold_out',
    why: 'fewer are left than two lines of one offer take together',
    lines: [
      ['a', 6],
      ['b', 1],
      ['a', 5],
    ],
    answer: soldOut('a', 10),
  },
  {
    word: 'coupon_unavailable',
    why: 'it is not held',
    cart: { coupons: ['coupon'], shopper: 'u2' as never },
    answer: unavailable('coupon'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the last one is used',
    cell: { wallets: [walletOf('u1', { coupons: [['coupon', 1]] })] },
    before: (cell) => cell.checkOut({ coupons: ['coupon'], lines: cartLines(['b', 2]) }),
    cart: { coupons: ['coupon'] },
    answer: unavailable('coupon'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the sale has no such coupon',
    cart: { coupons: ['coupon', 'foreign'] },
    answer: unavailable('foreign'),
  },
  {
    word: 'coupon_unavailable',
    why: 'the promotion needs no coupon',
    cart: { coupons: ['auto'] },
    answer: unavailable('auto'),
  },
  {
    word: 'coupon_unavailable',
    why: 'it is named twice, though two are held',
    cart: { coupons: ['coupon', 'coupon'] },
    answer: unavailable('coupon'),
  },
  {
    word: 'balance_short',
    why: 'a cent more than the red packet holds',
    cart: { redPacket: 301 },
    answer: balanceShort('redPacket', 300),
  },
  {
    word: 'balance_short',
    why: 'a point more than there are',
    cart: { points: 51 },
    answer: balanceShort('points', 50),
  },
  {
    word: 'balance_short',
    why: 'the balance is below nothing',
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
    expect(answer).toMatchObject({ ...one.answer, seq: 0 });
    expect(await cell.dump()).toEqual(before);
  });

  test('every word in the header of the script is among these', () => {
    const source = readFileSync(new URL('../../lua/checkout.lua', import.meta.url), 'utf8');
    const header = source.slice(source.indexOf('outcome: the'), source.indexOf(']]'));
    const named = [...header.matchAll(/'(\w+)'/g)].map(([, word]) => word!);
    const shown = ['replayed', 'unreadable', ...refusals.map(({ word }) => word)];
    expect(named.filter((word) => !shown.includes(word))).toEqual([]);
    expect(named.length).toBeGreaterThan(12);
  });
});

/** Bought with all there is: 1000 × 2 − 100, 2500 − 500 shared, − red packet − points. */
const rich = {
  lines: cartLines(['a', 2], ['b', 1]),
  coupons: ['coupon'],
  redPacket: 'max',
  points: 50,
} as const;
const RICH_TOTAL = 2_000 - 100 + 2_500 - 500 - 300 - 50;

describe('a cart that is placed', () => {
  test('takes stock, budgets, coupons, balances, and says so to shopper and ledger', async () => {
    const cell = await openCell();
    const cart = cartOf({ ...rich, expectedTotalMinor: RICH_TOTAL });
    const reply = await cell.checkOut(cart);
    if (reply.word !== 'placed') throw new Error(JSON.stringify(reply));
    expect(reply).toMatchObject({ word: 'placed', rulesVersion: 7, seq: 1 });
    const { receipt, payByMs } = reply;
    expect(totalMinor(receipt)).toBe(RICH_TOTAL);
    expect(receipt.applied.map((one) => [one.promotion, one.discountMinor])).toEqual([
      ['auto', 100],
      ['coupon', 500],
      ['red_packet', 300],
      ['points', 50],
    ]);
    expect(await cell.read()).toMatchObject({
      ...{ seq: 1, placed: 1, settled: 0, tag: cart.serial },
      unitsByOffer: new Map(Object.entries({ a: 8, b: 9, f: 10 })),
      pots: new Map([['budget:purse', 4_400]]),
    });
    const left = { points: 0, redPacketMinor: 0, coupons: new Map([['coupon', 1]]) };
    expect(await cell.holdings('u1')).toMatchObject(left);
    const { serial, key, fingerprint, shopper } = cart;
    expect(await cell.ordersOf('u1')).toEqual([
      {
        ...{ id: `${cell.id.sale}_0_${serial}`, sale: cell.id.sale, key, ...receipt },
        ...{ payByMs, rulesVersion: 7 },
      },
    ]);
    const [written] = await cell.outbox();
    expect(written).toMatchObject({ seq: 1, tag: serial, prev: '', orderCount: 1 });
    const { orders, atMs, ...entry } = written!.entry!;
    expect(orders).toEqual([{ serial, shopper, key, fingerprint, ...receipt }]);
    expect(entry).toMatchObject({ payByMs: atMs + 900_000, rulesVersion: 7, claims: [] });
    expect(payByMs).toBe(entry.payByMs);
  });

  test('writes to nothing but those, and to the wallet only when it was used', async () => {
    const cell = await openCell();
    const changes = async (cart: Partial<CheckoutItem>) => {
      const before = await cell.dump();
      expect(await cell.checkOut(cart)).toMatchObject({ word: 'placed' });
      const after = await cell.dump();
      const names = Object.keys(cell.keys) as (keyof OpenCell['keys'])[];
      const text = (one: unknown) => JSON.stringify(one);
      return names.filter((name) => text(after[cell.keys[name]]) !== text(before[cell.keys[name]]));
    };
    const always = ['meta', 'stock', 'shoppers', 'outbox'];
    expect((await changes({ lines: cartLines(['b', 1]) })).toSorted()).toEqual(always.toSorted());
    const all = [...always, 'pots', 'wallets'];
    expect((await changes(rich)).toSorted()).toEqual(all.toSorted());
  });

  test('may have 50 lines, and 999 units of one, and cost nothing', async () => {
    const offers = [...Array(49).keys()].map((i) => onSale(`o${i}`, { lane: 'cart', price: 7 }));
    const free = onSale('free', { lane: 'cart', price: 0, units: 999 });
    const cell = await openCell({ offers: [...offers, free] });
    const lines = cartLines(['free', 999], ...offers.map(({ offer }) => [offer, 2] as const));
    const reply = await cell.checkOut({ lines });
    if (reply.word !== 'placed') throw new Error(JSON.stringify(reply));
    expect(reply.receipt.lines).toHaveLength(50);
    expect(totalMinor(reply.receipt)).toBe(49 * 14 - 100);
    expect(await cell.unitsLeft('free')).toBe(0);
    const nothing = await openCell({ offers: [free] });
    const unpaid = await nothing.checkOut({ lines: cartLines(['free', 1]), expectedTotalMinor: 0 });
    expect(unpaid).toMatchObject({ word: 'placed', receipt: { applied: [] } });
  });

  test('stands beside orders of the flash lane: one record, one chain, one limit', async () => {
    const cell = await openCell();
    await cell.buy([item({ offer: 'f', key: 'one' })], { tag: 'first' });
    await cell.checkOut({ key: 'two' as never });
    await cell.buy([item({ offer: 'f', key: 'three' })]);
    expect((await cell.ordersOf('u1')).map(({ key }) => key)).toEqual(['one', 'two', 'three']);
    const chain = await cell.outbox();
    expect(chain.map(({ prev }) => prev)).toEqual(['', 'first', chain[1]!.tag]);
  });
});

describe('the same key gives the same answer', () => {
  test('to the byte, whatever has changed since, also after the cell was rebuilt', async () => {
    const cell = await openCell();
    const cart = cartOf(rich);
    const [, , payBy, version, , , receipt] = await cell.checkOutRaw(cart);
    const expected = ['replayed', cart.serial, payBy, version, receipt];
    const again = async (to: OpenCell) => {
      const before = await to.dump();
      const reply = await to.checkOutRaw({ ...cart, serial: newSerial() });
      expect(await to.dump()).toEqual(before);
      const outcome = reply[6] as readonly Reply[];
      return outcome.map((part, i) => (i < 2 ? String(part) : part));
    };
    expect(await again(cell)).toEqual(expected);
    await cell.instruct([[1, { kind: 'state', state: 'closed' }]]);
    expect(await again(cell)).toEqual(expected);
    const carts = await cell.ownedOrders();
    const rebuilt = { id: cell.id, epoch: 2, carts, rules: plainRules, wallets: [], offers: [] };
    expect(await again(await openCell(rebuilt))).toEqual(expected);
  });

  test('of an order of the flash lane as well', async () => {
    const cell = await openCell();
    const bought = item({ offer: 'f', quantity: 2, key: 'k' });
    await cell.buy([bought]);
    const { key, fingerprint } = bought;
    const reply = await cell.checkOut({ key: key as never, fingerprint });
    const line = { offer: 'f', store: 'store-1', quantity: 2, priceMinor: 990, netMinor: 1_980 };
    expect(reply).toMatchObject({
      ...{ word: 'replayed', serial: bought.serial },
      receipt: { lines: [line], applied: [] },
    });
  });

  test('but a refusal is not remembered', async () => {
    const cell = await openCell({ state: 'paused' });
    const cart = cartOf({});
    expect(await cell.checkOut(cart)).toMatchObject({ refusal: { code: 'sale_paused' } });
    await cell.instruct([[1, { kind: 'state', state: 'open' }]]);
    expect(await cell.checkOut(cart)).toMatchObject({ word: 'placed' });
  });
});
