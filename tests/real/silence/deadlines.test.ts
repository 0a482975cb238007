import { Client } from 'pg';
import { beforeEach, expect, test } from 'vitest';
import type { OrderView } from '../../../src/domain/order.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { HttpShop, lines, operator, shopper } from '../../world/stage/http-shop.ts';
import type { Asked } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { until } from '../../world/servers/wait-until.ts';

let http: HttpShop;
let world: World;
let order: OrderView;

withStage(
  'test',
  (made) => HttpShop.open(made, [offer('mug', { cap: 100 })]),
  (made, inWorld) => {
    http = made;
    world = inWorld;
  },
);
beforeEach(async () => {
  await http.shop.worker.directory.refresh();
  http.shop.worker.settler.start();
  const placed = await http.send({ headers: { prefer: 'wait=10' } });
  order = (await placed.json()) as OrderView;
  expect(order.settled).toBe(true);
});

/** Does something while another transaction holds a table. */
async function whileLocked(table: string, work: () => Promise<void>): Promise<void> {
  const holder = new Client({ connectionString: world.databaseUrl });
  await holder.connect();
  try {
    await holder.query(`begin; lock table ${table} in access exclusive mode`);
    await work();
    await holder.query('rollback');
  } finally {
    await holder.end();
  }
}

const inFlight = `select count(*)::integer as "left" from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`;

/** Resolves once no statement of this database waits for a lock. */
const nothingWaits = () =>
  until(async () => (await http.shop.worker.pool.query(inFlight)).rows[0].left === 0, {
    describe: 'no statement waits',
  });

test('requests whose ledger stalls are answered busy with Retry-After', async () => {
  const byOperator = { authorization: operator, 'idempotency-key': 'k' };
  const ofOrder = `/v1/orders/${order.id}`;
  const refund = { lines: [{ line: 0, quantity: 1 }] };
  const requests: Readonly<Record<string, Asked>> = {
    cancel: { path: `${ofOrder}/cancel`, body: {} },
    pay: { path: `${ofOrder}/payments`, body: {} },
    refund: { path: `${ofOrder}/refunds`, headers: byOperator, body: refund },
    moves: { method: 'GET', path: `${ofOrder}/moves`, headers: byOperator },
    list: { method: 'GET', path: `${http.path}/orders` },
    cap: {
      method: 'PATCH',
      path: `${http.path}/offers/mug`,
      headers: byOperator,
      body: { cap: 9 },
    },
  };
  await whileLocked('orders, offers', async () => {
    const asked = Object.entries(requests).map(async ([name, request]) => {
      const answer = await http.send(request);
      const { code } = (await answer.json()) as { code?: string };
      return [name, answer.status, code, answer.headers.has('retry-after')];
    });
    const busy = Object.keys(requests).map((name) => [name, 503, 'busy', true]);
    expect(await Promise.all(asked)).toEqual(busy);
  });
});

test('an order is read from its cell while the ledger stalls', async () => {
  await whileLocked('orders', async () => {
    const answer = await http.send({ method: 'GET', path: `/v1/orders/${order.id}` });
    expect(await answer.json()).toMatchObject({ id: order.id, state: 'reserved' });
  });
});

test('nothing of a request goes on after its deadline', async () => {
  await whileLocked('orders', async () => {
    const answer = await http.send({ path: `/v1/orders/${order.id}/cancel`, body: {} });
    expect(answer.status).toBe(503);
    await nothingWaits();
  });
  await nothingWaits();
  const read = await http.send({ method: 'GET', path: `/v1/orders/${order.id}` });
  expect(await read.json()).toMatchObject({ state: 'reserved' });
});

test('an order that nobody can settle is answered as reserved when its wait is over', async () => {
  await whileLocked('orders', async () => {
    const headers = { prefer: 'wait=1', authorization: shopper('u2') };
    const answer = await http.send({ headers, body: lines() });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ state: 'reserved', settled: false });
  });
});
