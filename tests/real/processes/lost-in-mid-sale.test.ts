import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { cutLogTail, logBytes } from '../../../proof/fleet/cut-log-tail.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { backUpDatabase } from '../../world/servers/databases.ts';
import { until } from '../../world/servers/wait-until.ts';
import { TwoApis } from '../../world/stage/two-apis.ts';
import { OwnRedis } from '../../world/servers/own-redis.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

/** Orders that nobody has settled at the moment of a loss. */
const UNSETTLED = 40;

let world: World;
let redis: OwnRedis;
let sale: TwoApis;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  redis = await OwnRedis.start();
  sale = await TwoApis.open(world, { apis: [redis.url, redis.url], worker: redis.url });
  await sale.rush.passes(100);
});
afterEach(async () => {
  await sale.close();
  await redis.close();
});

const flushAll = () => redis.run((client) => client.flushall());

/** @param recoveries the most that one loss may cause */
async function expectSoldOn(recoveries: number): Promise<void> {
  await sale.rush.passes(100);
  await sale.expectNothingLost();
  expect(await sale.epoch()).toBeLessThanOrEqual(1 + recoveries);
}

test('FLUSHALL in mid-sale loses nothing that two apis acknowledged', async () => {
  await sale.withUnsettled(UNSETTLED, flushAll);
  await expectSoldOn(2);
});

test('an older Redis beside a newer ledger loses nothing acknowledged', async () => {
  const backup = redis.backUp();
  await sale.rush.passes(100);
  await sale.withUnsettled(UNSETTLED, () => redis.restartOn(backup));
  await expectSoldOn(3);
});

test('an empty Redis that takes over while every process lives loses nothing', async () => {
  await sale.withUnsettled(UNSETTLED, () => redis.restartOn(redis.folder('empty')));
  await expectSoldOn(3);
});

test('an empty Redis and then the right volume again lose nothing acknowledged', async () => {
  const { dir } = redis.server;
  await sale.withUnsettled(UNSETTLED, () => redis.restartOn(redis.folder('empty')));
  await sale.rush.passes(50);
  await sale.withUnsettled(UNSETTLED, () => redis.restartOn(dir));
  await expectSoldOn(6);
});

test('a file cut at its end while no worker runs loses nothing acknowledged', async () => {
  await sale.stopWorker();
  const fromByte = logBytes(redis.server.dir);
  await sale.rush.passes(UNSETTLED);
  await redis.server.kill();
  const cut = cutLogTail(redis.server.dir, fromByte, Math.random());
  expect(cut!.gone.length).toBeGreaterThan(1);
  await redis.server.restart();
  await sale.rush.passes(50);
  await sale.startWorker();
  await expectSoldOn(3);
});

async function settled(orders: number): Promise<void> {
  const { pool } = sale.shop.worker;
  const describe = `${orders} orders are settled`;
  await until(async () => (await countOrders(pool, sale.shop.sale)) >= orders, { describe });
}

test('a ledger restored from a backup in mid-sale finds again what it had settled', async () => {
  const restore = await backUpDatabase(inject('infra').postgresUrl, world.databaseUrl);
  await sale.rush.passes(100);
  await settled(150);
  await restore();
  await expectSoldOn(4);
});
