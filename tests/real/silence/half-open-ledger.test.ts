import { afterEach, beforeEach, expect, test } from 'vitest';
import { offer } from '../../../proof/builders/offers.ts';
import { postgresTarget, urlThroughProxy } from '../../../proof/fleet/postgres-address.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import { Shop, wireOptions } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { OwnWorld } from '../../world/servers/world.ts';

/** More than a second try takes, and far less than a minute. */
const HEALED = { timeoutMs: 20_000 };

let world: OwnWorld;
let proxy: TcpProxy;
let shop: Shop;

beforeEach(async () => {
  world = await createWorld({ ownServers: true });
  proxy = await TcpProxy.start(postgresTarget(world.databaseUrl));
  const databaseUrl = urlThroughProxy(world.databaseUrl, proxy.port);
  const observer = SILENT;
  const api = await wireApi(wireOptions({ ...world, databaseUrl }, { observer }));
  shop = new Shop(api, await wireWorker(wireOptions(world, { observer })));
  await shop.open([offer('a', { cap: 1_000 })]);
  await shop.worker.directory.refresh();
  shop.worker.settler.start();
});
afterEach(async () => {
  await shop.close();
  await proxy.stop();
  await world.dispose();
});

let shopper = 0;
const sells = async () => 'order' in (await shop.buy({ shopper: `u${++shopper}` }));

test('an api whose ledger connections fell silent sells again after Redis restarts', async () => {
  expect(await sells()).toBe(true);
  await proxy.halfOpen(50);
  await world.redis.kill();
  await world.redis.restart();
  await until(sells, { ...HEALED, describe: 'the api sells' });
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

test('an api whose ledger connections fell silent learns of a new sale', async () => {
  await proxy.halfOpen(50);
  const other = new Shop(shop.worker as never, shop.worker);
  await other.open([offer('b')]);
  const isKnown = () => shop.api.directory.sale(other.sale) !== undefined;
  await until(isKnown, { ...HEALED, describe: 'the api knows the sale' });
});
