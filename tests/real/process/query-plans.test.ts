import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../../../src/platform/query.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const ORDERS = 20_000;
/** The number of orders that expire in one transaction. */
const BATCH = 250;

let world: World;
let client: Client;

withWorld('file', (made) => (world = made));
/** A ledger with many unpaid orders of one cell. */
beforeAll(async () => {
  client = new Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(`insert into sales
    (id, name, currency, opens_at, closes_at, pay_within_s, cells, state)
    values ('s', 'A sale', 'CNY', now(), now() + interval '1 day', 900, 1, 'open')`);
  await client.query(`insert into orders (id, sale, cell, epoch, seq, shopper, key,
      fingerprint, rules_version, placed_at, pay_by, expires_at, total_minor)
    select 's_0_' || i, 's', 0, 1, i, 'u' || i, 'k', 'f', 1, now(), now(), now(), 990
    from generate_series(1, ${ORDERS}) i`);
});
afterAll(async () => {
  await client?.end();
});

/** The plan of a statement, prepared as the service does. @param values as SQL */
async function plan(
  name: string,
  mode: 'force_generic_plan' | 'force_custom_plan',
  values: readonly string[] = [],
): Promise<string> {
  await client.query(`set plan_cache_mode = ${mode}`);
  await client.query(`prepare planned as ${query(name).text}`);
  try {
    const call = values.length === 0 ? '' : `(${values.join(', ')})`;
    const { rows } = await client.query<Record<string, string>>(`explain execute planned${call}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('deallocate planned');
  }
}

const modes = ['force_generic_plan', 'force_custom_plan'] as const;

test.each(modes)(
  'the sales that processes load are found without reading orders (%s)',
  async (mode) => {
    expect(await plan('terms/sales/live', mode)).not.toContain('orders');
  },
);

test('orders that move are found by their ids, with or without statistics', async () => {
  const ids = Array.from({ length: BATCH }, (_, i) => `s_0_${i + 1}`);
  for (const learn of ['select 1', 'analyze']) {
    await client.query(learn);
    for (const mode of modes) {
      const values = [`'{${ids.join(',')}}'`, `'reserved'`, `'expired'`];
      const found = await plan('orders/moves/change-state', mode, values);
      expect(found).toContain('orders_pkey');
      expect(found).not.toMatch(/orders_unpaid|Seq Scan on orders/);
    }
  }
});

test.each(modes)('due orders are found oldest first without a sort (%s)', async (mode) => {
  const found = await plan('orders/expire/lock-due-orders', mode, [
    `'s'`,
    '0',
    String(BATCH),
    `'{}'`,
  ]);
  expect(found).toContain('orders_unpaid');
  expect(found).not.toContain('Sort');
});

test.each(modes)(
  'a status counts overdue orders without a look at the others (%s)',
  async (mode) => {
    const found = await plan('status/overdue-holds', mode, [`'{s}'`]);
    expect(found).toMatch(/Index (Only )?Scan using orders_unpaid/);
    expect(found).toMatch(/Index Cond: .*cell.*expires_at <= now\(\)/);
    expect(found).not.toMatch(/Seq Scan on orders|Sort Key: o.expires_at/);
  },
);

test('a status looks at due calls and deliveries only, not at those that are done', async () => {
  await client.query(`insert into payments
      (id, order_id, number, provider, ref, amount_minor, currency, state)
    select id || '_p1', id, 1, 'bank', id, 990, 'CNY', 'captured' from orders`);
  await client.query(`insert into provider_calls (payment, provider, kind, amount_minor, state)
    select id, 'bank', 'capture', 990,
      (array['due', 'dead', 'done', 'done'])[1 + row_number() over () % 4] from payments`);
  await client.query(`insert into webhooks (sale, id, url, kinds, owner, secret)
    values ('s', 'w', 'https://a.example', '{order.placed}', '', '')`);
  await client.query(`insert into webhook_deliveries (webhook, kind, body, state, ended_at)
    select number, 'order.placed', '', 'done', now()
    from webhooks, generate_series(1, ${ORDERS})`);
  await client.query('analyze');
  for (const mode of modes) {
    const calls = await plan('status/due-calls', mode, [`'{s}'`]);
    expect(calls).toMatch(/provider_calls_open.*\n.*Index Cond: .*payment.* > .* < /);
    expect(await plan('status/dead-calls', mode, [`'{s}'`])).toContain('provider_calls_open');
    const deliveries = await plan('status/due-deliveries', mode, [`'{s}'`]);
    expect(deliveries).toMatch(/webhook_deliveries_(of_webhook|due)/);
    expect(deliveries).not.toContain('Seq Scan on webhook_deliveries');
  }
});

test('a status looks at the buried dead letters of its sale, and at no others', async () => {
  await client.query(`insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes,
      reason, state)
    select case when i % 2 = 0 then 's' else 't' end, 0, 1, i, '', 0, '', 'bad',
      case when i % 100 = 0 then 'buried' else 'released' end
    from generate_series(1, ${ORDERS}) i`);
  await client.query('analyze dead_letters');
  for (const mode of modes) {
    const found = await plan('status/buried-letters', mode, [`'{s}'`]);
    expect(found).toContain('dead_letters_buried');
    expect(found).not.toContain('Seq Scan on dead_letters');
  }
});

test('events of orders read those orders alone, and no endpoint of another store', async () => {
  await client.query(`insert into order_lines
      (order_id, line, offer, store, quantity, price_minor, activity_minor, net_minor)
    select id, 0, 'a', 's' || seq % 50, 1, 990, 990, 990 from orders`);
  await client.query(`insert into webhooks (sale, id, url, kinds, store, owner, secret)
    select null, 'w', 'https://a.example', '{order.placed}'::text[], store, store, ''
    from (select 'other-' || i from generate_series(1, 5000) i) others (store)
    union all
    select 's', 'w' || i, 'https://a.example', '{order.placed}', null, '', ''
    from generate_series(1, 5000) i`);
  await client.query('analyze');
  const ids = Array.from({ length: 25 }, (_, i) => `s_0_${i + 1}`);
  const values = [`'order.placed'`, `'{s}'`, `'{${ids.join(',')}}'`];
  for (const mode of modes) {
    const found = await plan('webhooks/events/announce-orders', mode, values);
    expect(found).toContain('webhooks_of_all_sales');
    expect(found).not.toContain('Seq Scan on orders');
  }
  // Of a payment and of a refund as well.
  const failed = [
    ['webhooks/events/announce-payment', `'s_0_1_p1'`],
    ['webhooks/events/announce-refund', '1'],
  ] as const;
  for (const [name, id] of failed) {
    for (const mode of modes) {
      const found = await plan(name, mode, [id, `'away'`]);
      expect(found).toContain('webhooks_of_all_sales');
      expect(found).not.toContain('Seq Scan on orders');
    }
  }
});

test('a curve by the minute reads the orders of its stretch and no others', async () => {
  await client.query(`update orders set placed_at = timestamptz '2025-01-01' + seq * interval '1 s'
    where sale = 's'`);
  await client.query('analyze');
  const day = Date.UTC(2025, 0, 1);
  const of = (ms: number) => [`'s'`, String(day), String(day + ms)];
  for (const mode of modes) {
    const found = await plan('reading/figures/by-minute', mode, of(600_000));
    expect(found).toMatch(/Index Cond: .*placed_at >=.*placed_at </);
    expect(found).toContain('orders_by_time');
    expect(found).not.toContain('Seq Scan on orders');
  }
  // No line of the others is read either, as long as the stretch is short.
  const short = await plan('reading/figures/by-minute', 'force_custom_plan', of(60_000));
  expect(short).toContain('order_lines_pkey');
});

test('changes of a store, and of one thing, are found without a look at the others', async () => {
  await client.query(`insert into changes (sale, number, at, sub, role, subject, what, owner,
      route, request_id, prev, hash)
    select 's', i, now(), 'me', 'operator', 'offer:' || i % 1000, 'patch', 's' || i % 1000, '', '',
      '', ''
    from generate_series(1, ${ORDERS}) i`);
  await client.query('analyze');
  const asked = (owner: string, subject: string) => [
    ...[`'s'`, owner, subject, 'null', 'null', 'null', '0', '50'],
  ];
  const list = 'changes/list';
  expect(await plan(list, 'force_custom_plan', asked(`'s7'`, 'null'))).toContain(
    'changes_of_owner',
  );
  const ofOne = await plan(list, 'force_custom_plan', asked('null', `'offer:7'`));
  expect(ofOne).toContain('changes_of_subject');
});

test.each(modes)(
  'changes of all sales are found newest first without a sort (%s)',
  async (mode) => {
    await client.query(`insert into changes (sale, number, at, sub, role, subject, what, route,
      request_id, prev, hash)
    select 's', coalesce((select max(number) from changes), 0) + i,
      now() + i * interval '1 ms', 'o', 'operator', 'sale', 'put', 'test', 'r', '', ''
    from generate_series(1, 5000) i`);
    for (const values of [
      ['null', 'null', 'null', '51'],
      ['1764000000000', `'s'`, '7', '51'],
    ]) {
      const found = await plan('changes/newest', mode, values);
      expect(found).toContain('changes_by_time');
      expect(found).not.toMatch(/Sort|Filter/);
    }
  },
);
