import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import type { Stop } from '../../world/children/stop-points.ts';
import { Actor } from '../../world/servers/child-process.ts';
import { buySoon } from '../../world/checks/rush.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

/** Every step of a recovery, and the outcome of one that stalls there and wakes. */
const steps: [Stop['when'], call: string, woken: object][] = [
  ['after', 'info', { outcome: 'not_needed' }],
  ['before', 'cells/rows/claim-epoch', { failed: expect.any(String) }],
  ['after', 'commit cells/rows/claim-epoch', { outcome: 'overtaken' }],
  ['after', 'evalsha fence', { outcome: 'overtaken' }],
  ['after', 'xrangeBuffer', { outcome: 'overtaken' }],
  ['before', 'cells/settle/move-cursor', { failed: expect.any(String) }],
  ['after', 'commit processes/hand-overs/drop-entries', { outcome: 'overtaken' }],
  ['after', 'cells/rows/mark-drained', { outcome: 'overtaken' }],
  ['after', 'commit books/withdrawals/list-open', { outcome: 'overtaken' }],
  ['after', 'evalsha fence stock', { outcome: 'overtaken' }],
  ['before', 'evalsha fence meta', { outcome: 'overtaken' }],
  ['after', 'evalsha fence meta', { outcome: 'overtaken' }],
  ['before', 'cells/rows/mark-open', { failed: expect.any(String) }],
  ['after', 'commit cells/rows/mark-open', { outcome: 'opened' }],
];

let world: World;
let shop: Shop;
/** The orders before the recovery, by key. */
let bought: Map<string, Placed>;
let purchases = 0;

const cell = () => ({ sale: shop.sale, cell: 0 });
const presentCell = async () => (await findCursor(shop.worker.pool, cell()))!;
const takeOver = async () => {
  const { pool, connections, protocol, time } = shop.worker;
  const deps = { ...SILENT, pool, connections, protocol, time, takeOverMs: 0 };
  return recover(deps, cell(), await presentCell());
};
const startActor = () => {
  const { redisUrl, databaseUrl } = world;
  return Actor.start('cell-actor.ts', { redisUrl, databaseUrl, idleInTransactionMs: 1_000 });
};

const buy = (key = `k${++purchases}`) => buySoon(shop, { shopper: key, key });

/** All keys of the cell with their contents, and its row in the ledger. */
async function wholeCell(): Promise<unknown[]> {
  const { pool, redis } = shop.worker;
  const keys = (await redis.keys(`{${shop.sale}.0}*`)).toSorted();
  const contents = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return [keys, contents, await findCursor(pool, cell())];
}

async function expectNothingLost(): Promise<void> {
  for (const [key, { order }] of bought) {
    expect(await buy(key)).toMatchObject({ isReplay: true, order: { id: order.id } });
  }
  await shop.settleAll();
  expect((await shop.audit()).brokenPromises).toEqual([]);
}

withStage('file', Shop.create, (made, itsWorld) => {
  shop = made;
  world = itsWorld;
});
beforeAll(async () => {
  await shop.open([offer('a', { cap: 10_000 })]);
});
beforeEach(async () => {
  const keys = Array.from({ length: 5 }, () => `k${++purchases}`);
  bought = new Map();
  for (const key of keys) bought.set(key, await buy(key));
});

describe('a recovery that stalls', () => {
  let actor: Actor;

  beforeAll(async () => {
    actor = await startActor();
  });
  afterAll(() => actor.end());

  test.each(steps)('%s %s is overtaken and changes nothing when it wakes', async (...row) => {
    const [when, call, woken] = row;
    const stop: Stop = { when, call, signal: 'SIGSTOP' };
    actor.tell({ act: 'recover', cell: cell(), seen: await presentCell(), stop });
    expect(await actor.next()).toEqual({ stopped: true });
    expect(await takeOver()).toBe('opened');
    await expectNothingLost();
    const healthy = await wholeCell();
    actor.wake();
    expect(await actor.next()).toEqual(woken);
    expect(await wholeCell()).toEqual(healthy);
    await buy();
  });
});

describe('a recovery that is killed', () => {
  let actors: Actor[];

  beforeAll(async () => {
    actors = await Promise.all(steps.map(startActor));
  });
  afterAll(async () => {
    await Promise.all(actors.map((actor) => actor.end()));
  });

  test.each(steps)('%s %s is started again, and nothing is lost', async (when, call) => {
    const actor = actors.pop()!;
    const stop: Stop = { when, call, signal: 'SIGKILL' };
    actor.tell({ act: 'recover', cell: cell(), seen: await presentCell(), stop });
    expect(await actor.next()).toEqual({ stopped: true });
    await actor.death();
    expect(await takeOver()).toBe('opened');
    await expectNothingLost();
  });
});
