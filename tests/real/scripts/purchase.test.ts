import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { ItemOutcome } from '../../../src/cell/selling/purchase.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { storeId } from '../../../proof/builders/ids.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import type { BatchSettings } from '../../../proof/builders/open-cell.ts';
import { expiredOrder } from '../../world/checks/order-marks.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const openCell = (options?: CellOptions) => OpenCell.open(redis, options);

const YEAR_MS = 365 * 24 * 3_600_000;
const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + YEAR_MS;
const YEAR_AFTER = NEXT_YEAR + YEAR_MS;
const LAST_YEAR = NEXT_YEAR - 2 * YEAR_MS;

const refused = (refusal: Refusal): ItemOutcome => ({ word: 'refused', refusal });
const invalid = (pointer: string): ItemOutcome =>
  refused({ code: 'invalid', errors: [{ pointer, detail: expect.any(String) }] });
const notOpen = (ms: number) =>
  refused({ code: 'sale_not_open', opensAt: new Date(ms).toISOString() });
const placed = (priceMinor = 990, store = 'store-1'): ItemOutcome => ({
  word: 'placed',
  priceMinor,
  store: storeId(store),
  place: expect.any(Number) as number,
});
const over = refused({ code: 'sale_over' });
const busy = refused({ code: 'busy', retryAfterS: 1 });

const words = (outcomes: readonly ItemOutcome[]): string[] =>
  outcomes.map((one) => (one.word === 'refused' ? one.refusal.code : one.word));

interface Case {
  readonly word: string;
  readonly why: string;
  readonly cell?: CellOptions;
  readonly before?: (cell: OpenCell) => Promise<unknown>;
  readonly item?: Partial<Item>;
  readonly settings?: BatchSettings;
  readonly answer: ItemOutcome;
}

const offers = (fields: Parameters<typeof onSale>[1]): CellOptions => ({
  offers: [onSale('a', fields)],
});

/** Every refusal of one item, under the script’s word for it. */
const refusals: Case[] = [
  {
    word: 'key_reused',
    why: 'the key belongs to another order',
    cell: { orders: [item({ key: 'k', quantity: 2 })] },
    item: { key: 'k', quantity: 1 },
    answer: refused({ code: 'key_reused' }),
  },
  ...[0, -1, 1.5, 1000, 1e9, 2 ** 53, NaN, Infinity, -Infinity, '1', '', true, null, [1]].map(
    (quantity): Case => ({
      word: 'invalid',
      why: `a quantity of ${JSON.stringify(quantity)} (${String(quantity)})`,
      item: { quantity },
      answer: invalid('/lines/0/quantity'),
    }),
  ),
  {
    word: 'invalid',
    why: 'the order is worth more than one may be',
    cell: offers({ price: 45_000_001 }),
    item: { quantity: 2 },
    answer: invalid('/lines/0/quantity'),
  },
  {
    word: 'unknown_offer',
    why: 'the cell does not know the offer',
    item: { offer: 'none' },
    answer: { word: 'unknown_offer' },
  },
  {
    word: 'cart_lane',
    why: 'the offer is sold in carts',
    cell: offers({ lane: 'cart' }),
    answer: { word: 'cart_lane' },
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
    why: 'the end of the offer is past',
    cell: offers({ closes_at: LAST_YEAR }),
    answer: over,
  },
  {
    word: 'sale_paused',
    why: 'the sale is paused',
    cell: { state: 'paused' },
    answer: refused({ code: 'sale_paused' }),
  },
  {
    word: 'sale_paused',
    why: 'the offer is paused',
    cell: offers({ paused: true }),
    answer: refused({ code: 'sale_paused', offer: 'a' }),
  },
  {
    word: 'sale_not_open',
    why: 'the shopper’s tier may not order yet',
    cell: { opensAtMs: NEXT_YEAR, access: `[[${LAST_YEAR},["gold"]]]` },
    item: { member: 'iron' },
    answer: notOpen(NEXT_YEAR),
  },
  {
    word: 'sale_not_open',
    why: 'the sale’s opening is to come',
    cell: { opensAtMs: NEXT_YEAR },
    answer: notOpen(NEXT_YEAR),
  },
  {
    word: 'sale_not_open',
    why: 'the opening of the offer is to come',
    cell: offers({ opens_at: YEAR_AFTER }),
    answer: notOpen(YEAR_AFTER),
  },
  {
    word: 'busy',
    why: 'the ledger is too far behind',
    settings: { backlogLimit: 0 },
    answer: busy,
  },
  {
    word: 'limit_reached',
    why: 'one unit more than the limit',
    cell: { ...offers({ limit: 3 }), orders: [item({ quantity: 2 })] },
    item: { quantity: 2 },
    answer: refused({ code: 'limit_reached', limit: 3, taken: 2 }),
  },
  {
    word: 'holds',
    why: 'the shopper has too many unpaid orders',
    cell: { holdLimit: 2, orders: [item(), item()] },
    answer: refused({ code: 'limit_reached', limit: 2, taken: 2, of: 'holds' }),
  },
  {
    word: 'orders',
    why: 'the shopper has 64 orders already',
    cell: { ...offers({ units: 99 }), orders: Array.from({ length: 64 }, () => item()) },
    answer: refused({ code: 'limit_reached', limit: 64, taken: 64, of: 'orders' }),
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
    cell: offers({ units: 1 }),
    item: { quantity: 2 },
    answer: { word: 'sold_out', unitsLeft: 1 },
  },
  {
    word: 'returning',
    why: 'its units came back to an empty shelf a moment ago',
    cell: offers({ units: 0 }),
    before: (cell) => cell.instruct([[1, { kind: 'units', offer: 'a', units: 1 }]]),
    answer: { word: 'returning' },
  },
  ...[1979, 1981, 0, -2, 1980.5, NaN, '1980'].map((expectedTotal): Case => ({
    word: 'price_changed',
    why: `${expectedTotal} was expected for 1980`,
    item: { quantity: 2, expectedTotal },
    answer: refused({ code: 'price_changed', total: 1980 }),
  })),
];

describe('a refusal names its reason and writes nothing', () => {
  test.each(refusals)('$word: $why', async ({ cell: options = {}, answer, ...one }) => {
    const cell = await openCell(options);
    await one.before?.(cell);
    const before = await cell.dump();
    const reply = await cell.sell([item(one.item)], one.settings);
    expect(reply).toMatchObject({ seq: null, outcomes: [answer] });
    expect(await cell.dump()).toEqual(before);
  });

  test('every outcome in the script’s header is among these', () => {
    const source = readFileSync(new URL('../../../lua/purchase.lua', import.meta.url), 'utf8');
    const header = source.slice(source.indexOf('outcome:'), source.indexOf(']]'));
    const named = [...header.matchAll(/'(\w+)'/g)].map(([, word]) => word!);
    const shown = ['placed', 'replayed', 'unreadable', ...refusals.map(({ word }) => word)];
    expect(named.filter((word) => !shown.includes(word))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });
});

describe('a purchase', () => {
  test('takes the units, records the order and answers price, store and times', async () => {
    const cell = await openCell({ ...offers({ units: 5, store: 's2' }), inbox: 41 });
    const one = item({ quantity: 2, expectedTotal: 1980 });
    const [seconds] = await redis.time();
    const reply = await cell.sell([one]);
    const shared = { word: 'batch', rulesVersion: 7, restocked: 41, seq: 1 };
    expect(reply).toMatchObject({ ...shared, outcomes: [placed(990, 's2')] });
    expect(reply.payByMs - reply.atMs).toBe(900_000);
    expect(reply.atMs).toBeGreaterThanOrEqual(Number(seconds) * 1000);
    expect(await cell.unitsLeft('a')).toBe(3);
    expect(await cell.ordersOf('u1')).toMatchObject([{ key: one.key, payByMs: reply.payByMs }]);
    expect(await cell.read()).toMatchObject({ seq: 1, placed: 1, settled: 0 });
  });

  test('may be free, or worth as much as an order may be', async () => {
    const cell = await openCell({
      offers: [onSale('a', { price: 0 }), onSale('b', { price: 45_000_000 })],
    });
    const items = [item({ expectedTotal: 0 }), item({ offer: 'b', quantity: 2 })];
    expect(await cell.buy(items)).toEqual([placed(0), placed(45_000_000)]);
  });

  test('may take all the units left, up to 999', async () => {
    const cell = await openCell(offers({ units: 999, limit: 999 }));
    expect(await cell.buy([item({ quantity: 999 })])).toEqual([placed()]);
    expect(await cell.unitsLeft('a')).toBe(0);
  });

  test('happens within the windows of the sale and of the offer', async () => {
    const cell = await openCell(offers({ opens_at: LAST_YEAR, closes_at: NEXT_YEAR }));
    expect(await cell.buy([item()])).toEqual([placed()]);
  });
});

/** Everything that can be wrong with one purchase. */
interface Plight {
  readonly key: string;
  readonly quantity: number;
  readonly offer: string;
  readonly lane: 'flash' | 'cart';
  readonly backlogLimit: number;
  readonly state: 'open' | 'paused' | 'closed';
  readonly paused: boolean;
  readonly opensAtMs: number;
  readonly offerOpensAtMs: number;
  readonly limit: number;
  readonly units: number;
  readonly price: number;
  readonly expectedTotal: number;
}

const allWrong: Plight = {
  key: 'used',
  quantity: 1000,
  offer: 'none',
  lane: 'cart',
  backlogLimit: 0,
  state: 'closed',
  paused: true,
  opensAtMs: NEXT_YEAR,
  offerOpensAtMs: YEAR_AFTER,
  limit: 1,
  units: 1,
  price: 90_000_000,
  expectedTotal: 1,
};

/** The answers in order, each with the change that removes its cause. */
const inOrder: [answer: ItemOutcome, repair: Partial<Plight>][] = [
  [refused({ code: 'key_reused' }), { key: 'fresh' }],
  [invalid('/lines/0/quantity'), { quantity: 2 }],
  [{ word: 'unknown_offer' }, { offer: 'a' }],
  [{ word: 'cart_lane' }, { lane: 'flash' }],
  [busy, { backlogLimit: 1 }],
  [over, { state: 'paused' }],
  [refused({ code: 'sale_paused' }), { state: 'open' }],
  [refused({ code: 'sale_paused', offer: 'a' }), { paused: false }],
  [notOpen(YEAR_AFTER), { offerOpensAtMs: 0 }],
  [notOpen(NEXT_YEAR), { opensAtMs: LAST_YEAR }],
  [refused({ code: 'limit_reached', limit: 1, taken: 1 }), { limit: 0 }],
  [{ word: 'sold_out', unitsLeft: 1 }, { units: 2 }],
  [invalid('/lines/0/quantity'), { price: 100 }],
  [refused({ code: 'price_changed', total: 200 }), { expectedTotal: 200 }],
  [placed(100), {}],
];

const earlier = item({ key: 'used', fingerprint: 'first' });

const openInPlight = ({ state, opensAtMs, ...plight }: Plight) => {
  const { lane, limit, units, price, paused, offerOpensAtMs } = plight;
  const terms = { lane, limit, units, price, paused, opens_at: offerOpensAtMs };
  return openCell({ ...offers(terms), state, opensAtMs, orders: [earlier] });
};

describe('the first reason in order is the answer', () => {
  test('when everything is wrong at once', async () => {
    let plight = allWrong;
    for (const [answer, repair] of inOrder) {
      const cell = await openInPlight(plight);
      const { key, quantity, offer, expectedTotal, backlogLimit } = plight;
      const one = item({ key, quantity, offer, expectedTotal });
      expect(await cell.buy([one], { backlogLimit })).toEqual([answer]);
      plight = { ...plight, ...repair };
    }
  });

  test('a repeated order is answered whatever has gone wrong, and writes nothing', async () => {
    const cell = await openInPlight(allWrong);
    const before = await cell.dump();
    const again = { ...item(allWrong as never), fingerprint: 'first' };
    const reply = await cell.sell([again], { backlogLimit: 0 });
    const first = { serial: earlier.serial, quantity: 1, priceMinor: 990, store: 'store-1' };
    const then = { payByMs: Date.UTC(2025, 0, 2), rulesVersion: 1, seq: null };
    expect(reply.outcomes).toEqual([{ word: 'replayed', ...first, ...then }]);
    expect(reply.seq).toBeNull();
    expect(await cell.dump()).toEqual(before);
  });

  test('a refusal is not remembered, so its key may be tried again', async () => {
    const cell = await openCell({ state: 'paused' });
    const one = item({ key: 'k' });
    expect(words(await cell.buy([one]))).toEqual(['sale_paused']);
    await cell.instruct([[1, { kind: 'state', state: 'open' }]]);
    expect(words(await cell.buy([one]))).toEqual(['placed']);
  });
});

const hostile = [
  ...['__index', '__gc', '__proto__', 'constructor', 'nil', '1', '-0', '1e3', '0x10', '', ' '],
  ...['a b', '%', '%d+', '[', '{x}:fence', "'", '"', ']]', '\0', 'a\0b', '\r\n*1\r\n', '秒杀'],
  ...["'] = redis.call('FLUSHALL') --", 'return redis.call("FLUSHALL")', 'x'.repeat(300)],
];

describe('an id is only an id', () => {
  test('as shopper, key, fingerprint, offer or store, whatever characters it has', async () => {
    const cell = await openCell({ offers: hostile.map((id) => onSale(id, { store: id })) });
    const keysBefore = await redis.keys('*');
    const items = hostile.map((id) => item({ shopper: id, key: id, fingerprint: id, offer: id }));
    expect(await cell.buy(items)).toEqual(hostile.map((id) => placed(990, id)));
    const again = await cell.buy(items.map((one) => ({ ...one, serial: item().serial })));
    expect(again).toMatchObject(
      items.map(({ serial, offer }) => ({ word: 'replayed', serial, store: offer })),
    );
    const [entry] = await cell.outbox();
    expect(entry!.entry!.orders.map(({ shopper }) => shopper)).toEqual(hostile);
    for (const id of hostile) {
      expect(await cell.unitsLeft(id)).toBe(99);
      expect(await cell.ordersOf(id)).toMatchObject([
        { key: id, lines: [{ offer: id, store: id }] },
      ]);
    }
    const keys = new Set([...keysBefore, cell.keys.shoppers, cell.keys.outbox]);
    expect(new Set(await redis.keys('*'))).toEqual(keys);
  });

  test('and a key only a key, even when the record contains its text elsewhere', async () => {
    const cell = await openCell();
    const first = item({ key: 'first' });
    await cell.buy([first]);
    const elsewhere = ['a', 'store-1', 'firs', 'irst', first.serial, first.fingerprint];
    const outcomes = await cell.buy(elsewhere.map((key) => item({ key })));
    expect(words(outcomes)).toEqual(elsewhere.map(() => 'placed'));
  });
});

describe('a call that cannot be read fails and writes nothing', () => {
  test.each(['', 'x', '-1', '1.5', '1e3', '0x10', ' 1', 'inf', 'nan', '9'.repeat(16)])(
    'a backlog limit of "%s"',
    async (backlogLimit) => {
      const cell = await openCell();
      const before = await cell.dump();
      await expect(cell.buy([item()], { backlogLimit })).rejects.toThrow('not an integer argument');
      expect(await cell.dump()).toEqual(before);
    },
  );

  test('an empty batch', async () => {
    const cell = await openCell();
    const before = await cell.dump();
    await expect(cell.buy([])).rejects.toThrow(/^ERR/);
    expect(await cell.dump()).toEqual(before);
  });
});
