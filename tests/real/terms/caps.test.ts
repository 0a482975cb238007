import { describe, expect, test, vi } from 'vitest';
import { homeCell } from '../../../src/domain/ids.ts';
import type { OfferId, OrderId, ShopperId } from '../../../src/domain/ids.ts';
import type { OfferPatch } from '../../../src/domain/sale.ts';
import { listDeadLetters, releaseDeadLetter } from '../../../src/ledger/cells/dead-letters.ts';
import { alignAllCaps } from '../../../src/ledger/terms/align-caps.ts';
import { patchOffer as patchInLedger } from '../../../src/ledger/terms/put-offer.ts';
import { pack, unpack } from '../../../src/platform/codec.ts';
import { alignCaps } from '../../../src/service/terms/align-caps-loop.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import type { CapChanged } from '../../../src/service/terms/change-offer.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { Actor } from '../../world/servers/child-process.ts';
import { cancel, addressOf, surely } from '../../world/stage/life.ts';
import { readRaw, rewrite } from '../../world/checks/outbox.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { buyReturned } from '../../world/checks/rush.ts';
import type { World } from '../../world/servers/world.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let world: World;
let shop: Shop;

withShop((made, itsWorld) => {
  shop = made;
  world = itsWorld;
});

const A = 'a' as OfferId;

async function patch(fields: OfferPatch): Promise<CapChanged> {
  const changed = await patchOffer(shop.api, shop.sale, A, fields, OPERATOR);
  if ('code' in changed) throw new Error(JSON.stringify(changed));
  return changed;
}

/** Changes the cap in the ledger alone, without telling any cell. */
async function patchUnheard(cap: number): Promise<void> {
  const change = await patchInLedger(shop.api.pool, shop.sale, A, { cap }, OPERATOR);
  expect(change.kind).toBe('changed');
}

async function buy(shopper: string, quantity = 1): Promise<OrderId> {
  return surely(await shop.buy({ shopper, quantity })).order.id;
}

/** Expects no broken promise. @returns where the units are */
async function units() {
  const { brokenPromises, units: totals } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  return totals;
}

const stockOf = async (cell: number) =>
  Number(await shop.worker.redis.hget((await addressOf(shop, cell)).keys.stock, 'a'));

/** Does a worker’s rounds: cells are told of cuts, hand units back, and others get them. */
async function level(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await shop.settleAll();
    await alignAllCaps(shop.worker.pool);
  }
}

/** The driver’s error for a command whose connection is gone. */
const cut = new Error('Connection is closed.');

describe('a cut of a cap', () => {
  test('takes evenly from what the cells have left', async () => {
    await shop.open([offer('a', { cap: 41 })], { cells: 4 });
    const { cap, pendingCells } = await patch({ cap: 10 });
    expect(pendingCells).toEqual([]);
    expect(cap).toEqual({ asked: 10, effective: 10, committed: 0, debt: 0 });
    expect(await units()).toMatchObject({ cap: 10, debt: 0, allotted: 10, available: 10 });
    const left = await Promise.all([0, 1, 2, 3].map(stockOf));
    expect(Math.max(...left) - Math.min(...left)).toBeLessThanOrEqual(1);
  });

  test('by PUT works the same, and an earlier PUT sent again counts as a new change', async () => {
    await shop.open([offer('a', { cap: 9 })], { cells: 2 });
    for (const cap of [4, 0, 9, 1]) {
      const changed = await setOffer(shop.api, shop.sale, offer('a', { cap }), OPERATOR);
      expect(changed).toMatchObject({ kind: 'changed', pendingCells: [] });
      expect(await units()).toMatchObject({ cap, allotted: cap, available: cap });
    }
  });

  test('below what is reserved and sold leaves a debt that returned units pay first', async () => {
    await shop.open([offer('a', { cap: 10 })]);
    const orders: OrderId[] = [];
    for (let i = 0; i < 6; i++) orders.push(await buy(`u${i}`));
    await shop.settleAll();
    await payFor(shop.worker.pool, orders[0]!);
    await payFor(shop.worker.pool, orders[1]!);
    const { cap } = await patch({ cap: 3 });
    expect(cap).toEqual({ asked: 3, effective: 6, committed: 6, debt: 3 });
    const after = [];
    for (const [i, order] of orders.slice(2).entries()) {
      expect(await cancel(shop, order, `u${i + 2}`)).toMatchObject({ state: 'cancelled' });
      const { debt, available } = await units();
      after.push([debt, available]);
    }
    expect(after).toEqual([
      [2, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
    const late = await buyReturned(shop, { shopper: 'late', key: 'k' });
    expect(late).toMatchObject({ isReplay: false });
  });

  test('counts unsettled orders, and none of them is refused afterwards', async () => {
    await shop.open([offer('a', { cap: 5 })]);
    for (let i = 0; i < 4; i++) await buy(`u${i}`);
    const { cap, pendingCells } = await patch({ cap: 1 });
    expect(pendingCells).toEqual([]);
    expect(cap).toEqual({ asked: 1, effective: 4, committed: 4, debt: 3 });
    expect(await units()).toMatchObject({ held: 4, buried: 0, available: 0 });
  });

  test('takes from other cells what one cell has sold meanwhile', async () => {
    await shop.open([offer('a', { cap: 8 })], { cells: 2 });
    const buyers = Array.from({ length: 20 }, (_, i) => `u${i}`);
    const ofCell0 = buyers.filter((shopper) => homeCell(shopper as ShopperId, 2) === 0);
    for (const shopper of ofCell0.slice(0, 4)) await buy(shopper);
    expect([await stockOf(0), await stockOf(1)]).toEqual([0, 4]);
    expect(await patch({ cap: 5 })).toMatchObject({ pendingCells: [], cap: { debt: 0 } });
    expect(await units()).toMatchObject({ cap: 5, held: 4, available: 1 });
  });

  test('followed by a raise before the cells are told ends at the last cap', async () => {
    await shop.open([offer('a', { cap: 10 })], { cells: 2 });
    await patchUnheard(2);
    await patchUnheard(8);
    await units();
    await level();
    expect(await units()).toMatchObject({ cap: 8, debt: 0, unassigned: 0, available: 8 });
    await patchUnheard(12);
    await patchUnheard(3);
    await patchUnheard(5);
    await level();
    expect(await units()).toMatchObject({ cap: 5, debt: 0, unassigned: 0, available: 5 });
  });

  test('that is deepened before the cells are told is asked for once', async () => {
    await shop.open([offer('a', { cap: 10 })], { cells: 2 });
    for (const cap of [6, 5]) await patchUnheard(cap);
    await alignAllCaps(shop.worker.pool);
    const { rows } = await shop.worker.pool.query('select sum(asked) as asked from withdrawals');
    expect(rows).toEqual([{ asked: '5' }]);
  });

  test('together with returned units takes back no more than its size', async () => {
    await shop.open([offer('a', { cap: 10 })]);
    const order = await buy('u1', 5);
    await shop.settleAll();
    await patchUnheard(6);
    await cancel(shop, order);
    await units();
    await level();
    expect(await units()).toMatchObject({ cap: 6, debt: 0, unassigned: 0, available: 6 });
  });

  test('that returned units also pay for puts the surplus back on sale by itself', async () => {
    await shop.open([offer('a', { cap: 10 })], { cells: 2 });
    const buyer = Array.from({ length: 9 }, (_, i) => `u${i}`).find(
      (shopper) => homeCell(shopper as ShopperId, 2) === 0,
    )!;
    const order = await buy(buyer, 4);
    await shop.settleAll();
    await patchUnheard(7);
    await cancel(shop, order, buyer);
    for (const _ of ['cells hand back', 'the ledger has it']) await shop.settleAll();
    expect(await units()).toMatchObject({ cap: 7, debt: 0, unassigned: 3, available: 4 });
    await alignCaps(shop.worker);
    expect((await stockOf(0)) + (await stockOf(1))).toBe(7);
    expect(await units()).toMatchObject({ cap: 7, debt: 0, unassigned: 0, available: 7 });
    await alignCaps(shop.worker);
    expect((await stockOf(0)) + (await stockOf(1))).toBe(7);
  });

  test('answers with the cells that are away, and they hand units back later', async () => {
    await shop.open([offer('a', { cap: 20 })], { cells: 2 });
    const { keys } = await addressOf(shop, 1);
    const { redis } = shop.api;
    const call = redis.call.bind(redis) as (...words: unknown[]) => Promise<unknown>;
    const away = vi.spyOn(redis, 'call').mockImplementation((...words: unknown[]) => {
      return words.includes(keys.fence) ? Promise.reject(cut) : call(...words);
    });
    const { cap, pendingCells } = await patch({ cap: 10 });
    expect(pendingCells).toEqual([1]);
    expect(cap).toMatchObject({ asked: 10, effective: 15, debt: 5 });
    away.mockRestore();
    await level();
    expect(await units()).toMatchObject({ cap: 10, debt: 0, available: 10 });
    expect(await patch({ cap: 10 })).toMatchObject({ pendingCells: [] });
  });
});

describe('other terms changed during a sale', () => {
  test('hold for new orders, and earlier orders keep theirs', async () => {
    await shop.open([offer('a')]);
    const before = surely(await shop.buy({ shopper: 'u1', key: 'k' }));
    await patch({ priceMinor: 700, limitPerShopper: 2 });
    expect(surely(await shop.buy({ shopper: 'u2' })).order.lines[0]!.priceMinor).toBe(700);
    const again = await shop.buy({ shopper: 'u1', key: 'k' });
    expect(surely(again).order).toEqual(before.order);
    expect(await shop.buy({ shopper: 'u1', quantity: 2 })).toMatchObject({ taken: 1, limit: 2 });
    await patch({ closesAtMs: Date.UTC(2025, 0, 2) });
    expect(await shop.buy({ shopper: 'u3' })).toEqual({ code: 'sale_over' });
    await patch({ closesAtMs: null });
    expect(await shop.buy({ shopper: 'u3' })).toMatchObject({ isReplay: false });
    await shop.settleAll();
    expect(await units()).toMatchObject({ held: 3, available: 97 });
  });
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const present = async () => ({ epoch: (await addressOf(shop)).epoch, state: 'open' }) as const;

/** Dumps all keys of the cell. @returns restores them, which loses all later writes */
async function keepTail(): Promise<() => Promise<void>> {
  const { redis } = shop.worker;
  const keys = await redis.keys(`{${shop.sale}.0}:*`);
  const kept = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return async () => {
    for (const [i, key] of keys.entries()) await redis.restore(key, 0, kept[i]!, 'REPLACE');
  };
}

const tellCell = async () => {
  await shop.worker.directory.refresh();
  expect(await bringUpToDate(shop.worker, cell())).toEqual({ inbox: expect.any(Number) });
};

/** How far a withdrawal is when its cell has to be rebuilt. */
const ways: [how: string, () => Promise<unknown>][] = [
  ['before the cell is told', async () => {}],
  ['when the cell has handed it back unsettled', tellCell],
  [
    'when the cell has handed it back and lost that entry',
    async () => {
      const loseTail = await keepTail();
      await tellCell();
      await loseTail();
    },
  ],
  [
    'when it is settled and the cell is lost',
    async () => {
      await shop.settleAll();
      await shop.worker.redis.flushall();
    },
  ],
];

test('units handed back but not settled are counted as unsettled', async () => {
  await shop.open([offer('a', { cap: 10 })]);
  await buy('u1', 2);
  await patchUnheard(6);
  await tellCell();
  expect(await units()).toMatchObject({ allotted: 10, available: 4, unsettled: 6, debt: 4 });
  await shop.settleAll();
  expect(await units()).toMatchObject({ allotted: 6, held: 2, available: 4, unsettled: 0 });
});

test.each([
  ['more than the ledger asked for', (number: number) => [number, [['a', 99]]]],
  ['units that nobody asked for', () => [99, [['a', 1]]]],
  ['units of an unknown offer', (number: number) => [number, [['none', 1]]]],
])('a cell that hands back %s is rebuilt', async (_, claimed) => {
  await shop.open([offer('a', { cap: 10 })]);
  await patchUnheard(6);
  await tellCell();
  const address = await addressOf(shop);
  const { redis, pool } = shop.worker;
  const [entry] = await readRaw(redis, address);
  const { withdrawn } = unpack(entry!.body) as { withdrawn: [number: number] };
  const body = pack({ withdrawn: claimed(withdrawn[0]) });
  await rewrite(redis, address, [{ ...entry!, body }]);
  await shop.settleAll();
  expect((await addressOf(shop)).epoch).toBe(address.epoch + 1);
  const [letter] = await listDeadLetters(pool);
  expect(letter).toMatchObject({ seq: 1, position: -1, state: 'buried' });
  const { brokenPromises, units: totals } = await shop.audit();
  expect(brokenPromises.map(({ promise }) => promise)).toEqual(['P2']);
  expect(totals).toMatchObject({ cap: 6, debt: 0, allotted: 6, available: 6 });
  await releaseDeadLetter(pool, letter!.id, OPERATOR);
  await shop.settleAll();
  expect(await units()).toMatchObject({ cap: 6, debt: 0, available: 6 });
});

describe('a cut in a cell that is rebuilt', () => {
  test.each(ways)('%s is taken once', async (_, come) => {
    await shop.open([offer('a', { cap: 10 })]);
    await buy('u1', 2);
    await shop.settleAll();
    await buy('u2', 3);
    await patchUnheard(6);
    await come();
    await recover(shop.worker, cell(), await present());
    await shop.settleAll();
    const lost = 5 - (await units()).held;
    expect(await units()).toMatchObject({ cap: 6, debt: 0, unassigned: 0, available: 1 + lost });
    expect(lost === 0 || lost === 3).toBe(true);
    const { rows } = await shop.worker.pool.query('select asked, taken from withdrawals');
    expect(rows).toEqual([{ asked: 4, taken: 4 }]);
  });

  test('leaves a debt when the cell has sold the units asked for', async () => {
    await shop.open([offer('a', { cap: 10 })]);
    await patchUnheard(2);
    for (let i = 0; i < 5; i++) await buy(`u${i}`);
    await recover(shop.worker, cell(), await present());
    expect(await units()).toMatchObject({ cap: 2, debt: 3, held: 5, available: 0 });
  });

  test.each([
    ['before', 'books/withdrawals/settle'],
    ['after', 'books/withdrawals/settle'],
    ['after', 'commit books/offers/assign'],
  ])('is taken once even when the recovery is killed %s %s', async (when, call) => {
    await shop.open([offer('a', { cap: 10 })]);
    await patchUnheard(6);
    const { redisUrl, databaseUrl } = world;
    const setting = { redisUrl, databaseUrl, idleInTransactionMs: 1_000 };
    const actor = await Actor.start('cell-actor.ts', setting);
    const stop = { when, call, signal: 'SIGKILL' };
    actor.tell({ act: 'recover', cell: cell(), seen: await present(), stop });
    expect(await actor.next()).toEqual({ stopped: true });
    await actor.death();
    await shop.worker.directory.refresh();
    const { epoch, state } = shop.worker.directory.cell(cell())!;
    const again = { ...shop.worker, takeOverMs: 0 };
    expect(await recover(again, cell(), { epoch, state })).toBe('opened');
    await shop.settleAll();
    expect(await units()).toMatchObject({ cap: 6, debt: 0, unassigned: 0, available: 6 });
  });
});
