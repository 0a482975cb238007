import { afterEach, beforeEach, expect, test } from 'vitest';
import { offer } from '../../../../proof/builders/offers.ts';
import { pinKey } from '../../../../src/cell/keys.ts';
import { signal } from '../../../../src/platform/embedded/processes.ts';
import { apiOf } from '../../../world/stage/http.ts';
import { until } from '../../../world/servers/wait-until.ts';
import { createWorld } from '../../../world/servers/world.ts';
import type { OwnWorld } from '../../../world/servers/world.ts';
import { Shop, ignore } from '../../../world/stage/shop.ts';

let world: OwnWorld;
let shop: Shop;
let app: Awaited<ReturnType<typeof apiOf>>['app'];

const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };

beforeEach(async () => {
  world = await createWorld({ ownServers: true });
  shop = await Shop.create(world, { observer });
  await shop.open([offer('a', { cap: 100 })]);
  ({ app } = await apiOf(shop));
});
afterEach(async () => {
  signal(world.redis.pid, 'SIGCONT');
  await app.close();
  await shop.close();
  await world.dispose();
});

const isReady = async (): Promise<boolean> => (await app.inject('/readyz')).statusCode === 200;

test('an api stays ready while a cell recovers, and while another release has one', async () => {
  expect(await isReady()).toBe(true);
  const { pool, directory } = shop.api;
  await pool.query("update cells set epoch = epoch + 1, state = 'recovering', shas = null");
  await directory.refresh();
  expect(await isReady()).toBe(true);
  await pool.query('update cells set protocol = protocol - 1');
  await directory.refresh();
  expect(await isReady()).toBe(true);
});

test('an api is not ready while Redis is silent, and says so before a probe gives up', async () => {
  signal(world.redis.pid, 'SIGSTOP');
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'busy', detail: 'Redis does not answer.' });
  signal(world.redis.pid, 'SIGCONT');
  await until(isReady, { describe: 'the api is ready again' });
});

test('an api is not ready on a Redis that does not hold the cells', async () => {
  const { pool, redis } = shop.api;
  await pool.query("update pinned_servers set run_id = 'another'");
  const { rows } = await pool.query<{ pin: string }>('select pin from pinned_servers');
  await redis.unlink(...rows.map(({ pin }) => pinKey(pin)));
  const answer = await app.inject('/readyz');
  expect(answer.json()).toMatchObject({ detail: 'This Redis does not hold the cells.' });
  expect(answer.statusCode).toBe(503);
});

test('an api stays ready while the ledger is away: selling goes on without it', async () => {
  await world.postgres.kill();
  expect(await isReady()).toBe(true);
  await world.postgres.restart();
});
