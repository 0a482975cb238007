import { expect, test } from 'vitest';
import { PROTOCOL } from '../../../src/cell/protocol.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { reopenCells } from '../../../src/service/cells/reopen-after-release.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { Rush, buySoon } from '../../world/checks/rush.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR, offerId } from '../../../proof/builders/ids.ts';
import { surely } from '../../world/stage/life.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';

/** Releases of the service, by their protocols. */
const OLDER = PROTOCOL;
const BETWEEN = PROTOCOL + 1;
const NEWER = PROTOCOL + 2;

/** Batches of purchases that any process sent to a cell. */
let batches = 0;
const observer = {
  ...ignore,
  onError: () => {},
  onRecovery: () => {},
  onBatch: () => void batches++,
};
const CAP = 100_000;

let world: World;
/** An api and a worker of the older release. */
let older: Shop;
let running: Shop[];

/** Starts an api and a worker of a release. */
async function start(protocol: number, sale = older.sale): Promise<Shop> {
  const shop = await Shop.create(world, { observer, protocol });
  running.push(shop);
  Object.assign(shop, { sale });
  shop.worker.settler.start();
  return shop;
}

async function stop(shop: Shop): Promise<void> {
  running = running.filter((one) => one !== shop);
  await shop.close();
}

withStage(
  'test',
  async (made) => {
    world = made;
    older = await Shop.create(world, { observer, protocol: OLDER });
    running = [older];
    return { close: () => Promise.all(running.map((shop) => shop.close())).then(() => {}) };
  },
  () => {},
);

const cell = (sale = older.sale) => ({ sale, cell: 0 });

/** The cell as the ledger has it. */
async function cellOf(on: Shop, sale = older.sale) {
  const text = 'select epoch, state, protocol from cells where sale = $1 and cell = 0';
  return (await on.worker.pool.query(text, [sale])).rows[0];
}

/** Waits until a release has a cell and this process knows it. */
const isWith = (protocol: number, on: Shop, sale = older.sale) =>
  until(
    () => {
      const known = on.api.directory.cell(cell(sale));
      return Promise.resolve(known?.protocol === protocol && known.state === 'open');
    },
    { describe: `protocol ${protocol} has the cell` },
  );

/** Moves the clock of every process of the older release, so that it has sold nothing for long. */
const isIdle = (on: Shop) =>
  on.worker.pool.query(
    `update processes set active_at = clock_timestamp() - interval '1 minute' where protocol = $1`,
    [OLDER],
  );

async function expectAllKept(on: Shop, orders: number): Promise<void> {
  await on.settleAll();
  expect(await countOrders(on.worker.pool, on.sale)).toBe(orders);
  const { brokenPromises, units } = await on.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: orders, available: CAP - orders });
}

const openOne = () => older.open([offer('a', { cap: CAP, limitPerShopper: 1 })]);

test('an idle process of an older release hands its cells over, without an operator', async () => {
  await openOne();
  for (let i = 0; i < 10; i++) surely(await older.buy({ shopper: `u${i}`, key: `k${i}` }));
  const newer = await start(NEWER);
  expect(await newer.buy({ shopper: 'v', key: 'kv' })).toMatchObject({ code: 'busy' });
  await isIdle(newer);
  await isWith(NEWER, newer);
  expect(await cellOf(newer)).toEqual({ epoch: 2, state: 'open', protocol: NEWER });
  surely(await newer.buy({ shopper: 'v', key: 'kv' }));
  expect(await newer.buy({ shopper: 'u3', key: 'k3' })).toMatchObject({ isReplay: true });
  expect(await older.buy({ shopper: 'w' })).toMatchObject({ code: 'busy' });
  await expectAllKept(newer, 11);
});

test('a newer api takes an idle cell that it is asked for, even without a worker', async () => {
  await openOne();
  const newer = await start(NEWER);
  await newer.worker.settler.stop();
  await isIdle(newer);
  surely(await buySoon(newer, { shopper: 'v', key: 'kv' }));
  expect(await cellOf(newer)).toEqual({ epoch: 2, state: 'open', protocol: NEWER });
});

test('two releases side by side: the one that sells is not fenced and loses nothing', async () => {
  await openOne();
  const rush = new Rush(older);
  await rush.passes(100);
  const between = await start(BETWEEN);
  Object.assign(between, { sale: `${older.sale}-2` });
  await between.open([offer('a')]);
  await stop(between);
  const newer = await start(NEWER);
  // By then, it could have taken the cell of the older release, too.
  await isWith(NEWER, newer, between.sale);
  await rush.passes(1_000);
  expect(await cellOf(newer)).toEqual({ epoch: 1, state: 'open', protocol: OLDER });
  expect(rush.busy).toBe(0);
  await rush.end();
  await isIdle(newer);
  await isWith(NEWER, newer);
  for (const [key, order] of [...rush.acknowledged].slice(-20)) {
    const { order: again } = await buySoon(newer, { shopper: key, key });
    expect(again.id).toBe(order);
  }
  await expectAllKept(newer, rush.acknowledged.size);
});

test('releases that follow each other, forth and back, lose nothing', async () => {
  await openOne();
  for (let i = 0; i < 20; i++) surely(await older.buy({ shopper: `u${i}`, key: `k${i}` }));
  await stop(older);
  const newer = await start(NEWER);
  await isWith(NEWER, newer);
  for (let i = 20; i < 40; i++) surely(await newer.buy({ shopper: `u${i}`, key: `k${i}` }));
  await stop(newer);
  const again = await start(OLDER);
  expect(await again.buy({ shopper: 'w' })).toMatchObject({ code: 'busy' });
  const seen = again.api.directory.cell(cell())!;
  expect(await recover(again.worker, cell(), seen), 'never by itself').toBe('not_needed');
  expect(await reopenCells(again.worker, older.sale, OPERATOR)).toEqual({ cells: [0] });
  await isWith(OLDER, again);
  for (const i of [0, 19, 20, 39]) {
    const replay = await again.buy({ shopper: `u${i}`, key: `k${i}` });
    expect(replay).toMatchObject({ isReplay: true });
  }
  surely(await again.buy({ shopper: 'w', key: 'kw' }));
  await expectAllKept(again, 41);
});

test('a process that has not noticed the hand-over leaves the newer release its cell', async () => {
  await openOne();
  const newer = await start(NEWER);
  await isIdle(newer);
  await isWith(NEWER, newer);
  const { epoch } = await cellOf(newer);
  const seen = { epoch, state: 'open' } as const;
  expect(await recover(older.worker, cell(), seen)).toBe('not_needed');
  expect(await cellOf(newer)).toEqual({ epoch, state: 'open', protocol: NEWER });
});

test('a process that answers from its memory that an offer is sold out is not idle', async () => {
  await older.open([offer('a', { cap: 1 })]);
  surely(await older.buy({ shopper: 'u1', key: 'k1' }));
  const address = older.api.directory.cell(cell())!;
  await until(
    async () => {
      await older.buy({ shopper: 'u2' });
      return older.api.soldOut.isSoldOut(address, offerId('a'), 'u3' as ShopperId);
    },
    { describe: 'the process remembers that the offer is sold out' },
  );
  const idle = async () => {
    const text = `select bool_and(active_at < clock_timestamp() - interval '5 s') as is_idle
      from processes where acknowledges`;
    return (await older.worker.pool.query(text)).rows[0].is_idle as boolean;
  };
  const beaten = async () => {
    const text = 'select max(seen_at)::text as at from processes where acknowledges';
    return (await older.worker.pool.query(text)).rows[0].at as string;
  };
  const isQuiet = async () => {
    await isIdle(older);
    const before = await beaten();
    await until(async () => (await beaten()) !== before, { describe: 'it beats' });
    return idle();
  };
  const refusesFromMemory = async () => {
    await until(isQuiet, { describe: 'it beats without a buyer' });
    const before = batches;
    expect(await older.buy({ shopper: 'u3' })).toMatchObject({ code: 'sold_out' });
    return batches === before;
  };
  await until(refusesFromMemory, { describe: 'it refuses from memory' });
  await until(async () => !(await idle()), { describe: 'it is active' });
});
