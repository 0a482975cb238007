import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { ORDER_MARKS } from '../../../src/domain/inbox-instruction.ts';
import type { Instruction, MovedInstruction } from '../../../src/domain/inbox-instruction.ts';
import { pack, unpackAll } from '../../../src/platform/codec.ts';
import { cartLines, cartOf, item } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import type { Mark } from '../../world/checks/order-marks.ts';
import { readRaw } from '../../world/checks/outbox.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const openCell = (options?: CellOptions) => OpenCell.open(redis, options);

const moved = (fields: Partial<MovedInstruction>): Instruction => ({
  kind: 'moved',
  mark: ORDER_MARKS.expired,
  at: 1,
  orders: [],
  units: [],
  pots: [],
  wallets: [],
  ...fields,
});
const withdraw = (...units: (readonly [offer: string, asked: number])[]): Instruction => ({
  kind: 'withdraw',
  units,
});

/** Sends instructions, numbered from 1 by default. */
const tell = (cell: OpenCell, bodies: readonly Instruction[], first = 1) =>
  cell.instruct(bodies.map((body, i) => [first + i, body]));

/** The marks in a shopper’s record, each a serial, a mark and a time. */
async function marksOf(cell: OpenCell, shopper: string): Promise<unknown[]> {
  const record = await redis.hgetBuffer(cell.keys.shoppers, shopper);
  return unpackAll(record!).filter((one) => (one as unknown[]).length === 3);
}

const marks = Object.keys(ORDER_MARKS) as Mark[];

describe('orders that have moved', () => {
  test('return units, pots and wallets, and are marked', async () => {
    const [one, other] = [item({ shopper: 'u1' }), item({ shopper: 'u2' })];
    const cell = await openCell({
      orders: [one, other],
      potsLeft: new Map([['budget:b', 5]]),
      wallets: [walletOf('u2', { coupons: [['c', 1]], points: 1 })],
    });
    const back = { coupons: ['c', 'c', 'd'], points: 20, red_packet: 300 };
    const told = moved({
      at: 1_700_000_000_000,
      orders: [
        ['u1', one.serial],
        ['u2', other.serial],
      ],
      units: [
        ['a', 2],
        ['fresh', 3],
      ],
      pots: [['budget:b', 70]],
      wallets: [{ shopper: 'u2', ...back }],
    });
    expect(await tell(cell, [told])).toEqual({ word: 'applied', inbox: 1, watermark: 0 });
    expect(await cell.unitsLeft('a')).toBe(102);
    expect(await cell.unitsLeft('fresh')).toBe(3);
    expect((await cell.read()) as object).toMatchObject({ pots: new Map([['budget:b', 75]]) });
    expect(await cell.wallet('u2')).toMatchObject({ points: 21, redPacketMinor: 300 });
    expect(await marksOf(cell, 'u1')).toEqual([[one.serial, 1, 1_700_000_000_000]]);
    expect(await marksOf(cell, 'u2')).toEqual([[other.serial, 1, 1_700_000_000_000]]);
    expect(await cell.ordersOf('u2')).toMatchObject([{ key: other.key }]);
  });

  test('of an unknown shopper return units and leave no record', async () => {
    const cell = await openCell();
    await tell(cell, [moved({ orders: [['nobody', item().serial]], units: [['a', 1]] })]);
    expect(await cell.unitsLeft('a')).toBe(101);
    expect(await redis.hexists(cell.keys.shoppers, 'nobody')).toBe(0);
  });

  test('of one shopper are all marked, over one instruction or several', async () => {
    const orders = [item(), item(), item()];
    const cell = await openCell({ orders });
    const [first, second, third] = orders.map(({ serial }) => ['u1', serial] as const);
    await tell(cell, [moved({ orders: [first!, second!] }), moved({ mark: 3, orders: [third!] })]);
    const expected = orders.map(({ serial }, i) => [serial, i < 2 ? 1 : 3, 1]);
    expect(await marksOf(cell, 'u1')).toEqual(expected);
    expect(await cell.ordersOf('u1')).toHaveLength(3);
  });

  test('are marked once, however often the cell is told', async () => {
    const one = item();
    const cell = await openCell({ orders: [one] });
    const told = [moved({ orders: [['u1', one.serial]], units: [['a', 1]] })];
    await tell(cell, told);
    const before = await cell.dump();
    expect(await tell(cell, told)).toEqual({ word: 'applied', inbox: 1, watermark: 0 });
    expect(await cell.dump()).toEqual(before);
  });

  test.each(marks)(
    'that are %s keep their keys, and each key gives the same answer',
    async (mark) => {
      const cell = await openCell({ offers: [onSale('a'), onSale('c', { lane: 'cart' })] });
      const one = item({ key: 'flash' });
      const cart = cartOf({ key: 'cart' as never, lines: cartLines(['c', 2], ['a', 1]) });
      await cell.buy([one]);
      await cell.checkOut(cart);
      const [flashBefore] = await cell.buy([one]);
      const cartBefore = await cell.checkOut(cart);
      const orders = [one, cart].map(({ serial }) => ['u1', serial] as const);
      await tell(cell, [moved({ mark: ORDER_MARKS[mark], orders })]);
      expect(flashBefore).toMatchObject({ word: 'replayed', serial: one.serial });
      expect(await cell.buy([one])).toEqual([flashBefore]);
      expect(await cell.checkOut(cart)).toEqual(cartBefore);
      expect(await cell.buy([{ ...one, fingerprint: 'other' }])).toMatchObject([
        { refusal: { code: 'key_reused' } },
      ]);
    },
  );

  test.each([
    ['expired', 0],
    ['cancelled', 0],
    ['paid', 4],
  ] as const)('that are %s leave %i units of a limit taken', async (mark, taken) => {
    const limited = { limit: 4, lane: 'flash' } as const;
    const cell = await openCell({ offers: [onSale('a', limited), onSale('c', { lane: 'cart' })] });
    const flash = item({ quantity: 2 });
    const cart = cartOf({ lines: cartLines(['a', 2], ['c', 1]) });
    await cell.buy([flash]);
    await cell.checkOut(cart);
    const orders = [flash, cart].map(({ serial }) => ['u1', serial] as const);
    await tell(cell, [moved({ mark: ORDER_MARKS[mark], orders })]);
    const refusal = { code: 'limit_reached', limit: 4, taken };
    expect(await cell.buy([item({ quantity: 5 })])).toMatchObject([{ refusal }]);
    expect(await cell.checkOut({ lines: cartLines(['a', 5]) })).toMatchObject({ refusal });
    const [outcome] = await cell.buy([item({ quantity: 4 })]);
    expect(outcome!.word).toBe(taken === 0 ? 'placed' : 'refused');
  });

  test('keep counting towards the shopper’s 64', async () => {
    const orders = Array.from({ length: 64 }, () => item());
    const cell = await openCell({ orders });
    await tell(cell, [moved({ orders: orders.map(({ serial }) => ['u1', serial] as const) })]);
    const refusal = { code: 'limit_reached', limit: 64, taken: 64, of: 'orders' };
    expect(await cell.buy([item()])).toMatchObject([{ refusal }]);
  });

  test('stay marked when another order of the shopper is released', async () => {
    const [kept, gone] = [item(), item()];
    const cell = await openCell({ orders: [kept, gone] });
    const release = { kind: 'release', shopper: 'u1', serial: gone.serial } as const;
    const nothing = { units: [], pots: [], coupons: [], points: 0, red_packet: 0 };
    await tell(cell, [moved({ orders: [['u1', kept.serial]] }), { ...release, ...nothing }]);
    expect(await marksOf(cell, 'u1')).toEqual([[kept.serial, 1, 1]]);
    expect(await cell.ordersOf('u1')).toMatchObject([{ key: kept.key }]);
  });
});

describe('units that are withdrawn', () => {
  test('leave the stock and go into an entry under the instruction’s number', async () => {
    const offers = [onSale('a', { units: 10 }), onSale('b', { units: 3 }), onSale('c')];
    const cell = await openCell({ offers, inbox: 6 });
    expect(await tell(cell, [withdraw(['a', 4], ['b', 5])], 7)).toMatchObject({ inbox: 7 });
    expect(await cell.unitsLeft('a')).toBe(6);
    expect(await cell.unitsLeft('b')).toBe(0);
    const [entry] = await cell.outbox();
    expect(entry).toMatchObject({ seq: 1, prev: '', orderCount: 0, fault: null });
    const units = [
      ['a', 4],
      ['b', 3],
    ];
    expect(entry!.entry).toMatchObject({ orders: [], claims: [], withdrawn: { number: 7, units } });
    expect((await readRaw(redis, cell.address))[0]).toMatchObject({ v: '3', orders: '0' });
    expect(await cell.read()).toMatchObject({ seq: 1, placed: 0 });
  });

  test('are none where no units are left, or a negative number', async () => {
    const cell = await openCell({ offers: [onSale('a', { units: -2 })] });
    await tell(cell, [withdraw(['a', 5], ['none', 5])]);
    expect(await cell.unitsLeft('a')).toBe(-2);
    const units = [
      ['a', 0],
      ['none', 0],
    ];
    expect((await cell.outbox())[0]!.entry).toMatchObject({ withdrawn: { units } });
  });

  test('include units that earlier instructions of the list added', async () => {
    const cell = await openCell({ offers: [onSale('a', { units: 1 })] });
    const given: Instruction = { kind: 'units', offer: 'a', units: 6 };
    await tell(cell, [given, withdraw(['a', 9]), given]);
    expect(await cell.unitsLeft('a')).toBe(6);
    const withdrawn = { number: 2, units: [['a', 7]] };
    expect((await cell.outbox())[0]!.entry).toMatchObject({ withdrawn });
  });

  test('are withdrawn once, however often the cell is told', async () => {
    const cell = await openCell();
    const told = [withdraw(['a', 4])];
    await tell(cell, told);
    const before = await cell.dump();
    expect(await tell(cell, told)).toEqual({ word: 'applied', inbox: 1, watermark: 0 });
    expect(await cell.dump()).toEqual(before);
  });

  test('join the chain of entries with earlier and later sales', async () => {
    const cell = await openCell();
    await cell.buy([item()]);
    await tell(cell, [withdraw(['a', 1]), withdraw(['a', 1])]);
    await cell.buy([item()]);
    const items = await cell.outbox();
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(items.map(({ prev }) => prev)).toEqual(['', ...items.slice(0, 3).map(({ tag }) => tag)]);
    expect(new Set(items.map(({ tag }) => tag)).size).toBe(4);
    expect(await cell.read()).toMatchObject({ seq: 4, placed: 2 });
  });

  test('are refused by a cell of another epoch', async () => {
    const cell = await openCell();
    await redis.set(cell.keys.fence, 2);
    const before = await cell.dump();
    expect(await tell(cell, [withdraw(['a', 1])])).toMatchObject({ word: 'fenced' });
    expect(await cell.dump()).toEqual(before);
  });
});

const noPairs = [null, 5, 'a', [5], ['a', 5], [[5, 5]], [['a']], [['a', -1]], [['a', 1.5]]];
const noReturn = [{}, 5, { shopper: 'u1', coupons: [5], points: 0, red_packet: 0 }];
const malformed: object[] = [
  ...[null, -1, 4, 1.5, '1', NaN].map((mark) => ({ ...moved({}), mark })),
  ...[null, -1, '1', 1e15].map((at) => ({ ...moved({}), at })),
  ...[null, 5, ['u1'], [[1, 's']], [['u1', 5]]].map((orders) => ({ ...moved({}), orders })),
  ...noPairs.flatMap((list) => [
    { ...moved({}), units: list },
    { ...moved({}), pots: list },
    { ...withdraw(), units: list },
  ]),
  ...[null, 5, ...noReturn.map((one) => [one])].map((wallets) => ({ ...moved({}), wallets })),
  moved({ orders: [['unreadable', item().serial]] }),
  moved({ wallets: [{ shopper: 'no wallet', coupons: [], points: 0, red_packet: 0 }] }),
];

test(`${malformed.length} malformed instructions are named, and nothing is written`, async () => {
  const cell = await openCell({ orders: [item()] });
  await redis.hset(cell.keys.shoppers, 'unreadable', 'not a record');
  await redis.hset(cell.keys.wallets, 'no wallet', pack([1, 2, ['c'], []]));
  const before = await cell.dump();
  for (const body of malformed) {
    const list = [withdraw(['a', 1]), moved({ units: [['a', 1]] }), body as Instruction];
    const what = `${JSON.stringify(body)} was taken`;
    expect(await tell(cell, list), what).toEqual({ word: 'malformed', number: 3 });
    expect(await cell.dump(), what).toEqual(before);
  }
});
