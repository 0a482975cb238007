import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Proxy } from '../../world/servers/proxy.ts';
import { SplitRedis } from '../../world/servers/split-redis.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { TwoApis } from '../../world/stage/two-apis.ts';

const UNSETTLED = 40;
/** Answers of `busy` to eight shoppers, who ask again every 10 ms: more than a second. */
const BUSY = 1_000;
/** The first epoch, and a few recoveries. Some are begun and given up while processes disagree. */
const EPOCHS_MOST = 8;

let world: World;
let redis: SplitRedis;
let first: Proxy;
let second: Proxy;
let worker: Proxy;
let sale: TwoApis;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  redis = await SplitRedis.start();
  [first, second, worker] = [await redis.way(), await redis.way(), await redis.way()];
  sale = await TwoApis.open(world, { apis: [first.url, second.url], worker: worker.url });
  await sale.rush.passes(100);
});
afterEach(async () => {
  await sale.close();
  await redis.close();
});

/** Promotes the replica, which only some processes notice, while orders are unsettled. */
async function promoteFor(...ways: readonly Proxy[]): Promise<void> {
  await sale.withUnsettled(UNSETTLED, async () => {
    await redis.promote();
    redis.leadToReplica(...ways);
  });
}

async function becomesBusy(): Promise<void> {
  const { rush } = sale;
  const goal = rush.busy + BUSY;
  const describe = 'the cell sells nothing while its processes disagree';
  await until(() => rush.busy >= goal, { describe, timeoutMs: 20_000 });
}

async function expectNothingLost(): Promise<void> {
  await sale.rush.passes(100);
  await sale.expectNothingLost();
  expect(await sale.epoch()).toBeLessThanOrEqual(EPOCHS_MOST);
}

test('apis on the old primary and a worker on the new one lose nothing', async () => {
  await promoteFor(worker);
  await becomesBusy();
  redis.leadToReplica(first, second);
  await expectNothingLost();
});

test('an api on the old primary stops the sale until it follows, and nothing is lost', async () => {
  await promoteFor(first, worker);
  await becomesBusy();
  redis.leadToReplica(second);
  await expectNothingLost();
});
