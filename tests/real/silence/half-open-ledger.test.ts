import { afterEach, beforeEach, expect, test } from 'vitest';
import { offer } from '../../../proof/builders/offers.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import { Shop, wireOptions } from '../../world/stage/shop.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { OwnWorld } from '../../world/servers/world.ts';
import { until } from '../../world/servers/wait-until.ts';

let world: OwnWorld;
let proxy: TcpProxy;
let shop: Shop;

/** The ledger as the api reaches it: through the proxy. */
function throughProxy({ databaseUrl }: OwnWorld, { port }: TcpProxy): string {
  const url = new URL(databaseUrl);
  const database = url.pathname || '/postgres';
  return `postgresql://${url.username || 'postgres'}:${url.password}@127.0.0.1:${port}${database}`;
}

