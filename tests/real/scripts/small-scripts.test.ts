import type { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { cellEpoch } from '../../../src/cell/cell-address.ts';
import { CellConnections } from '../../../src/cell/connections.ts';
import { load, loadContents, raise, raiseFence } from '../../../src/cell/cells/load-contents.ts';
import { cellKeys } from '../../../src/cell/keys.ts';
import { cellConstants, cellScripts, loadCellScript } from '../../../src/cell/cells/script-set.ts';
import { callWallets } from '../../../src/cell/selling/wallets.ts';
import type { CellId, ShopperId } from '../../../src/domain/ids.ts';
import { callScript, isNoScript, scriptText } from '../../../src/platform/script.ts';
import { claimOf, item } from '../../../proof/builders/carts.ts';
import { contentsOf } from '../../../proof/builders/cell-contents.ts';
import { newCellId } from '../../../proof/builders/ids.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { dumpCell } from '../../../proof/builders/dump-cell.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const at = (cell: CellId, epoch: number) => cellEpoch(new CellConnections(redis), cell, epoch);

const units = [[1, { kind: 'units', offer: 'a', units: 5 }]];

/** A script of a cell: its SHA and a call to it, made as its callers make it. */
interface Call {
  readonly sha: string;
  readonly make: () => Promise<{ readonly word: string }>;
}

async function callsOf(cell: OpenCell): Promise<Record<string, Call>> {
  const { shas, keys } = cell;
  const [loadSha, raiseSha] = await Promise.all(
    [load, raise].map((script) => loadCellScript(cell.address, script)),
  );
  const part = { fence: keys.fence, part: keys.stock };
  return {
    purchase: { sha: shas.purchase, make: () => cell.purchase([item()]) },
    instruct: { sha: shas.instruct, make: () => cell.instruct(units, { watermark: 1 }) },
    read: { sha: shas.read, make: () => cell.read() },
    lookup: { sha: shas.lookup, make: () => cell.lookup('u1') },
    checkout: { sha: shas.checkout, make: () => cell.checkOut({}) },
    claim: { sha: shas.claim, make: () => cell.claimReply([claimOf()]) },
    wallets: { sha: shas.wallets, make: () => callWallets(cell.address, ['u1' as ShopperId]) },
    load: { sha: loadSha!, make: () => callScript(redis, load, loadSha!, part, {}, ['a', 7]) },
    raise: { sha: raiseSha!, make: () => callScript(redis, raise, raiseSha!, keys, {}) },
  };
}

const claims = { quota: 5, limitPerShopper: 5 };
const rules = {
  ...plainRules,
  promotions: [promotion('coupon', { layer: 'store', isCoupon: true, claims })],
};
const potsLeft = new Map([['quota:coupon', 5]]);

const soldFrom = async (): Promise<OpenCell> => {
  const cell = await OpenCell.open(redis, { orders: [item()], rules, potsLeft });
  await cell.buy([item()]);
  return cell;
};

describe('load', () => {
  test('fills a namespace with what the ledger has, of any size', async () => {
    const orders = Array.from({ length: 1_300 }, (_, i) => item({ shopper: `u${i % 650}` }));
    const offers = Array.from({ length: 1_100 }, (_, i) => onSale(`o${i}`, { units: i }));
    const potsLeft = new Map(Array.from({ length: 600 }, (_, i) => [`budget:b${i}`, i]));
    const filled = { offers, orders, potsLeft, inbox: 41, state: 'paused' } as const;
    const cell = await OpenCell.open(redis, filled);
    const { unitsByOffer, pots, ...rest } = (await cell.read()) as Extract<
      Awaited<ReturnType<OpenCell['read']>>,
      { word: 'read' }
    >;
    const fresh = { seq: 0, tag: '', placed: 0, settled: 0, watermark: 0 };
    expect(rest).toEqual({ word: 'read', state: 'paused', inbox: 41, restocked: 41, ...fresh });
    expect(unitsByOffer).toEqual(new Map(offers.map((one) => [one.offer, one.units])));
    expect(pots).toEqual(potsLeft);
    const own = orders.filter(({ shopper }) => shopper === 'u649').map(({ key }) => key);
    expect((await cell.ordersOf('u649')).map(({ key }) => key)).toEqual(own);
  });

  test('changes nothing when repeated', async () => {
    const cell = newCellId();
    const contents = contentsOf(cell, { orders: [item()] });
    await raiseFence(at(cell, 1));
    await loadContents(at(cell, 1), contents);
    const before = await dumpCell(redis, cell);
    expect(await loadContents(at(cell, 1), contents)).toBe(true);
    expect(await dumpCell(redis, cell)).toEqual(before);
  });

  test('leaves a namespace without meta closed to every script', async () => {
    const cell = await soldFrom();
    await redis.del(cell.keys.meta);
    const before = await cell.dump();
    const { load: _, raise: __, ...calls } = await callsOf(cell);
    for (const { make } of Object.values(calls)) {
      expect(await make()).toEqual({ word: 'fenced', epoch: '' });
    }
    expect(await cell.dump()).toEqual(before);
  });

  test('writes nothing for a recovery that was overtaken', async () => {
    const cell = newCellId();
    await raiseFence(at(cell, 2));
    await raiseFence(at(cell, 3));
    const before = await dumpCell(redis, cell);
    expect(await loadContents(at(cell, 2), contentsOf(cell))).toBe(false);
    expect(await dumpCell(redis, cell)).toEqual(before);
  });
});

describe('raise', () => {
  test('moves the fence only up', async () => {
    const cell = newCellId();
    const answers = [];
    for (const epoch of [5, 5, 3, 6, 20, 9]) answers.push(await raiseFence(at(cell, epoch)));
    expect(answers).toEqual([null, 5, 5, null, null, 20]);
    expect(await redis.get(cellKeys(cell, 1).fence)).toBe('20');
  });

  test('replaces a fence that names no epoch', async () => {
    const cell = newCellId();
    const { fence } = cellKeys(cell, 1);
    await redis.rpush(fence, 'a list');
    expect(await raiseFence(at(cell, 3))).toBeNull();
    for (const text of ['no number', 'inf', 'nan', '1e9']) {
      await redis.set(fence, text);
      expect(await raiseFence(at(cell, 4))).toBeNull();
      expect(await redis.get(fence)).toBe('4');
    }
  });

  test('sets the fence again after everything was flushed', async () => {
    const cell = newCellId();
    await raiseFence(at(cell, 5));
    await redis.flushall();
    expect(await raiseFence(at(cell, 1))).toBeNull();
  });
});

describe('read and lookup', () => {
  test('return what the cell holds and write nothing', async () => {
    const cell = await OpenCell.open(redis, {
      offers: [onSale('a'), onSale('b', { units: 0 })],
      potsLeft: new Map([['quota:c', 3]]),
    });
    const { payByMs } = await cell.sell([item({ quantity: 3 })], { tag: 't' });
    const before = await cell.dump();
    expect(await cell.read()).toEqual({
      ...{ word: 'read', state: 'open', inbox: 0, restocked: 0, seq: 1, tag: 't' },
      ...{ placed: 1, settled: 0, watermark: 0 },
      unitsByOffer: new Map([
        ['a', 97],
        ['b', 0],
      ]),
      pots: new Map([['quota:c', 3]]),
    });
    expect(await cell.ordersOf('u1')).toMatchObject([{ payByMs }]);
    expect(await cell.lookup('u2')).toEqual({ word: 'none' });
    expect(await cell.dump()).toEqual(before);
  });
});

describe('no script serves a cell that has moved on', () => {
  test.each([2, 7])('all are refused and write nothing when the fence stands at %s', async (to) => {
    const cell = await soldFrom();
    const calls = await callsOf(cell);
    await raiseFence(at(cell.id, to));
    const before = await cell.dump();
    for (const { make } of Object.values(calls)) {
      expect(await make()).toEqual({ word: 'fenced', epoch: String(to) });
    }
    expect(await cell.dump()).toEqual(before);
  });

  test('all are refused under a fence below their epoch, as from an old backup', async () => {
    const cell = await OpenCell.open(redis, { epoch: 3 });
    const { raise: _, ...calls } = await callsOf(cell);
    await redis.set(cell.keys.fence, 2);
    const before = await cell.dump();
    for (const { make } of Object.values(calls)) {
      expect(await make()).toEqual({ word: 'fenced', epoch: '2' });
    }
    expect(await cell.dump()).toEqual(before);
  });

  test('all but raise are refused once everything was flushed, and create nothing', async () => {
    const cell = await soldFrom();
    const { raise: _, ...calls } = await callsOf(cell);
    await redis.flushall();
    for (const { make } of Object.values(calls)) {
      expect(await make()).toEqual({ word: 'fenced', epoch: '' });
    }
    expect(await redis.dbsize()).toBe(0);
  });

  test('no call brings back a script that was flushed', async () => {
    const cell = await soldFrom();
    const calls = Object.values(await callsOf(cell));
    const before = await cell.dump();
    await redis.script('FLUSH');
    for (let tries = 0; tries < 2; tries++) {
      for (const { make } of calls) {
        const error = await make().catch((reason: unknown) => reason);
        expect(isNoScript(error)).toBe(true);
      }
    }
    const known = await redis.script('EXISTS', ...calls.map(({ sha }) => sha));
    expect(known).toEqual(calls.map(() => 0));
    expect(await cell.dump()).toEqual(before);
  });

  test('a script has a name of its own in each cell and epoch', () => {
    const cells = [newCellId(), newCellId()];
    const connections = new CellConnections(redis);
    const texts = Object.values({ ...cellScripts, load, raise }).flatMap((script) =>
      cells.flatMap((cell) =>
        [1, 2].map((epoch) =>
          scriptText(script, cellConstants(cellEpoch(connections, cell, epoch))),
        ),
      ),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('while memory is full', () => {
  afterEach(async () => {
    await redis.config('SET', 'maxmemory', '0');
  });
  const fill = () => redis.config('SET', 'maxmemory', '1');

  const key = { key: 'k' as never };
  const buyers: [what: string, buy: (cell: OpenCell) => Promise<{ word: string }[]>][] = [
    ['purchase', async (cell) => [...(await cell.buy([item(key)]))]],
    ['cart', async (cell) => [await cell.checkOut(key)]],
    ['claim', async (cell) => [...(await cell.claim([claimOf(key)]))]],
  ];

  test.each(buyers)('a %s fails and writes nothing', async (_, buy) => {
    const cell = await soldFrom();
    await fill();
    const before = await cell.dump();
    await expect(buy(cell)).rejects.toThrow(/^OOM/);
    expect(await cell.dump()).toEqual(before);
    await redis.config('SET', 'maxmemory', '0');
    expect((await buy(cell))[0]!.word).toMatch(/^(placed|claimed)$/);
  });

  test('the watermark still trims, and instructions are applied', async () => {
    const cell = await soldFrom();
    await fill();
    const applied = { word: 'applied', inbox: 1, watermark: 1 };
    expect(await cell.instruct(units, { watermark: 1, settled: 1 })).toEqual(applied);
    expect(await cell.outbox()).toEqual([]);
    expect(await cell.unitsLeft('a')).toBe(104);
  });

  test('a cell can be read and an order can be looked up', async () => {
    const cell = await soldFrom();
    await fill();
    expect(await cell.read()).toMatchObject({ seq: 1, placed: 1 });
    expect(await cell.ordersOf('u1')).toHaveLength(2);
  });

  test('a cell can be opened in a new epoch', async () => {
    const cell = await soldFrom();
    await fill();
    expect(await raiseFence(at(cell.id, 2))).toBeNull();
    expect(await loadContents(at(cell.id, 2), contentsOf(cell.id))).toBe(true);
    const dump = await cell.dump();
    expect(dump[cellKeys(cell.id, 2).meta]).toBeDefined();
  });
});
