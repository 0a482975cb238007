import { afterEach, beforeEach, expect, test } from 'vitest';
import { ForgetDeadProcesses } from '../../../src/service/processes/forget-dead-processes.ts';
import { DEAD_AFTER_MS, listProcesses } from '../../../src/ledger/processes/registry.ts';
import { registerDeadApi } from '../../world/checks/dead-api.ts';
import { OwnRedis } from '../../world/servers/own-redis.ts';
import { Proxy } from '../../world/servers/proxy.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { TwoApis } from '../../world/stage/two-apis.ts';

const UNSETTLED = 40;

let world: World;
let redis: OwnRedis;
let second: Proxy;
let sale: TwoApis;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  redis = await OwnRedis.start();
  second = await Proxy.start(redis.url);
  sale = await TwoApis.open(world, { apis: [redis.url, second.url], worker: redis.url });
  await sale.rush.passes(100);
});
afterEach(async () => {
  await sale.close();
  await second.close();
  await redis.close();
});

/** The most that any process was silent, over some looks at the registry. */
async function longestSilence(): Promise<number> {
  const processes = await listProcesses(sale.shop.worker.pool);
  return Math.max(...processes.map(({ seenMsAgo }) => seenMsAgo));
}

test('a process whose Redis hangs is seen alive, and hands over what it remembers', async () => {
  const { pool } = sale.shop.worker;
  await sale.withUnsettled(UNSETTLED, async () => {
    second.strike('doorbuster-steady', 'blackhole');
    second.strike('doorbuster-hot', 'blackhole');
    const describe = 'the process says that no Redis answers it';
    await until(async () => (await listProcesses(pool)).some((one) => one.runId === null), {
      describe,
    });
    await redis.run((client) => client.flushall());
  });
  await sale.rush.passes(100);
  expect(await longestSilence()).toBeLessThan(DEAD_AFTER_MS);
  await sale.expectNothingLost();
  expect((await pool.query('select from gaps where is_lost')).rowCount).toBe(0);
});

test('a process that comes back to life is not forgotten', async () => {
  const { pool } = sale.shop.worker;
  await registerDeadApi(pool);
  const forget = new ForgetDeadProcesses(sale.shop.worker);
  await forget.run();
  await pool.query(`update processes set seen_at = clock_timestamp() where id = 'dead'`);
  await sale.rush.end();
  await until(() => sale.shop.isQuiet(), { describe: 'the sale is quiet' });
  await forget.run();
  expect((await listProcesses(pool)).map(({ id }) => id)).toContain('dead');
});

async function isForgotten(forget: ForgetDeadProcesses): Promise<boolean> {
  await forget.run();
  return !(await listProcesses(sale.shop.worker.pool)).some(({ id }) => id === 'dead');
}

test('a cell of another release keeps the dead known only until it is recovered', async () => {
  const { pool, directory } = sale.shop.worker;
  await sale.rush.end();
  await registerDeadApi(pool);
  await pool.query('update cells set protocol = protocol + 1');
  await directory.refresh();
  const forget = new ForgetDeadProcesses(sale.shop.worker);
  expect(await isForgotten(forget)).toBe(false);
  expect(await isForgotten(forget)).toBe(false);
  await pool.query('update cells set epoch = 2, drained_epoch = 1');
  expect(await isForgotten(forget)).toBe(true);
});
