import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { instruct } from '../../../src/cell/cells/inbox.ts';
import { purchase } from '../../../src/cell/selling/purchase.ts';
import { RETURNING_MS } from '../../../src/cell/selling/sold-out-memory.ts';
import type { Instruction } from '../../../src/domain/inbox-instruction.ts';
import { pack } from '../../../src/platform/codec.ts';
import { cartLines, item } from '../../../proof/builders/carts.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { columns } from '../../../proof/builders/script-arguments.ts';
import { expectAllOrNothing, runSabotaged } from '../../world/checks/sabotage.ts';
import type { Branch } from '../../world/checks/sabotage.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const empty = onSale('a', { units: 0 });
const unit: Instruction = { kind: 'units', offer: 'a', units: 1 };
const back = { units: [['a', 1]], pots: [], points: 0, red_packet: 0, coupons: [] };
const release = { kind: 'release', shopper: 'u9', serial: item().serial, ...back };
const moved = { ...back, kind: 'moved', mark: 1, at: 5, orders: [], wallets: [] };

const openEmpty = () => OpenCell.open(redis, { offers: [empty, onSale('b')] });

/** The word of the answer to a purchase of one unit. */
const ask = async (cell: OpenCell, shopper = 'u1', offer = 'a') =>
  (await cell.buy([item({ shopper, offer })]))[0]!.word;

const untilSold = (cell: OpenCell) =>
  until(async () => (await ask(cell)) === 'placed', { describe: 'the unit is sold' });

async function nowMs(): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Math.floor(Number(seconds) * 1_000 + Number(microseconds) / 1_000);
}

const times = (cell: OpenCell) => redis.hgetall(cell.keys.shelves);

test.each([unit, release, moved])('$kind: a unit that comes to an empty shelf', async (body) => {
  const cell = await openEmpty();
  await cell.instruct([[1, body]]);
  expect(await ask(cell)).toBe('returning');
  expect(await cell.unitsLeft('a')).toBe(1);
  await untilSold(cell);
  expect(await ask(cell)).toBe('sold_out');
});

test('units that come to a shelf with units are for sale at once', async () => {
  const cell = await openEmpty();
  await cell.instruct([
    [1, { ...unit, offer: 'b' }],
    [2, { ...moved, units: [['b', 1]] }],
  ]);
  expect(await cell.buy([item({ offer: 'b', quantity: 102 })])).toMatchObject([{ word: 'placed' }]);
  expect(await times(cell)).toEqual({});
});

test('another unit delays neither the first nor other offers', async () => {
  const cell = await openEmpty();
  await cell.instruct([[1, unit]]);
  const before = await times(cell);
  const cameAtMs = Number(before.a) - RETURNING_MS;
  await until(async () => (await nowMs()) > cameAtMs, { describe: 'a millisecond passes' });
  await cell.instruct([[2, unit]]);
  expect(await times(cell)).toEqual(before);
  expect(await ask(cell, 'u1', 'b')).toBe('placed');
});

test('a shelf that was emptied again is delayed again', async () => {
  const cell = await openEmpty();
  await cell.instruct([[1, unit]]);
  await untilSold(cell);
  await cell.instruct([[2, unit]]);
  expect(await ask(cell)).toBe('returning');
});

test('a repeated order is answered while units are returning', async () => {
  const cell = await OpenCell.open(redis, { offers: [onSale('a', { units: 1 })] });
  const one = item();
  await cell.buy([one]);
  await cell.instruct([[1, unit]]);
  expect(await cell.buy([one, item()])).toMatchObject([
    { word: 'replayed', serial: one.serial },
    { word: 'returning' },
  ]);
});

/** Units of `a` are returning, and none of `c` is left. */
async function openReturning(): Promise<OpenCell> {
  const cell = await OpenCell.open(redis, { offers: [empty, { ...empty, offer: 'c' }] });
  await cell.instruct([[1, unit]]);
  return cell;
}

async function openLongAfter(): Promise<OpenCell> {
  const cell = await openReturning();
  await redis.hset(cell.keys.meta, 'shelves_from', 1);
  return cell;
}

const buyTwice: Branch['run'] = (cell, failsAt) => {
  const args = { batch: columns([item(), item()]), tag: 'tag', backlog_limit: 1_000 };
  return runSabotaged(cell, purchase, args, failsAt);
};
const telling =
  (body: object): Branch['run'] =>
  (cell, failsAt) => {
    const args = { watermark: 0, watermark_tag: '', settled: 0, tag: 't' };
    const instructions = pack([[2, body]]);
    return runSabotaged(cell, instruct, { ...args, instructions }, failsAt);
  };

const branches: Branch[] = [
  {
    name: 'units are returning',
    open: openReturning,
    run: buyTwice,
    answer: { seq: null, outcomes: [{ word: 'returning' }, { word: 'returning' }] },
    writes: [],
  },
  {
    name: 'units come to one empty shelf while those of another are returning',
    open: openReturning,
    run: telling({ ...unit, offer: 'c' }),
    answer: { word: 'applied', inbox: 2 },
    writes: ['HINCRBY', 'HSET', 'HSET', 'HSET', 'HSET'],
  },
  {
    name: 'units come to an empty shelf long after others did',
    open: openLongAfter,
    run: telling({ ...moved, units: [['c', 1]] }),
    answer: { word: 'applied', inbox: 2 },
    writes: ['HINCRBY', 'UNLINK', 'HSET', 'HSET', 'HSET', 'HSET'],
  },
];

test.each(branches)('a script whose call to Redis fails does all or nothing: $name', (branch) =>
  expectAllOrNothing(redis, branch),
);

test('times that are over do not pile up', async () => {
  const cell = await OpenCell.open(redis, { offers: [empty, { ...empty, offer: 'c' }] });
  await cell.instruct([[1, { ...unit, offer: 'c' }]]);
  await until(async () => (await ask(cell, 'u1', 'c')) === 'placed', { describe: 'c is sold' });
  await cell.instruct([[2, unit]]);
  expect(Object.keys(await times(cell))).toEqual(['a']);
});

test('a clock that is set back keeps no units off sale', async () => {
  const cell = await openEmpty();
  await cell.instruct([[1, unit]]);
  const nextYear = Date.now() + 365 * 24 * 3_600_000;
  await redis.hset(cell.keys.shelves, 'a', nextYear);
  await redis.hset(cell.keys.meta, 'shelves_from', nextYear);
  expect(await ask(cell)).toBe('placed');
});

test('a gift takes returning units', async () => {
  const effect = { kind: 'gift', from: 0, offer: 'a' as never, quantity: 1 } as const;
  const gift = promotion('gift', { layer: 'store', effect });
  const rules = { ...plainRules, promotions: [gift] };
  const cell = await OpenCell.open(redis, {
    offers: [empty, onSale('b', { lane: 'cart' })],
    rules,
  });
  await cell.instruct([[1, unit]]);
  expect(await cell.checkOut({ lines: cartLines(['a', 1]) })).toMatchObject({ word: 'returning' });
  expect(await cell.checkOut({ lines: cartLines(['b', 1]) })).toMatchObject({
    receipt: { lines: [{ offer: 'b' }, { offer: 'a', isGift: true }] },
  });
  expect(await ask(cell)).toBe('sold_out');
});
