import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../world/command.ts';
import type { Outcome } from '../world/command.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

const UNITS = 60;
const SOUND =
  `sold ${UNITS} of ${UNITS} · oversold 0 · undersold 0 · lost 0 · ` +
  'duplicate 0 · broken promises 0';

const offer = (id: string, cap: number) => ({
  ...{ id, cap, store: 'store-1', title: `Offer ${id}`, price: 990 },
  ...{ limitPerShopper: 2, lane: 'flash' },
});

const sale = {
  sale: {
    ...{ id: 'small-drop', name: 'Small drop', currency: 'CNY', payWithinSeconds: 900 },
    ...{ opensAt: '2025-01-01T00:00:00Z', closesAt: '2099-12-31T00:00:00Z' },
  },
  offers: [offer('large', 40), offer('small', 20)],
};

/** Runs once, after the lines of the first orders that settle; `touched` are those lines. */
const sabotage = (statements: string) => `
  create table sabotaged (once boolean primary key);
  create function sabotage() returns trigger language plpgsql as $$
  declare victim text := (select min(order_id) from touched);
  begin
    insert into sabotaged values (true) on conflict do nothing;
    if not found then return null; end if;
    ${statements}
    return null;
  end $$;
  create trigger sabotage after insert on order_lines
    referencing new table as touched
    for each statement execute function sabotage();`;

const LOSE_ONE = sabotage(`
    delete from orders where id = victim;
    delete from order_lines where order_id = victim;`);

const ADD_ONE = sabotage(`
    insert into orders (id, sale, cell, epoch, seq, shopper, key, fingerprint, total_minor,
      rules_version, placed_at, pay_by, expires_at)
    select id || 'x', sale, cell, epoch, seq, 'nobody', key, fingerprint, total_minor,
      rules_version, placed_at, pay_by, expires_at
    from orders where id = victim;
    insert into order_lines (order_id, line, offer, store, quantity, price_minor,
      activity_minor, net_minor)
    select order_id || 'x', line, offer, store, quantity, price_minor, activity_minor, net_minor
    from touched where order_id = victim;`);

let folder: string;
let saleFile: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-demo-test-'));
  saleFile = join(folder, 'sale.json');
  await writeFile(saleFile, JSON.stringify(sale));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.dispose());

async function inLedger(statements: string): Promise<void> {
  const client = new Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

async function demo(): Promise<Outcome & { readonly lastLine: string }> {
  const load = ['--shoppers', '300', '--connections', '8'];
  const args = ['src/process/demo.ts', '--external', '--sale', saleFile, ...load];
  const outcome = await runCommand('node_modules/.bin/node', args, {
    REDIS_URL: world.redisUrl,
    DATABASE_URL: world.databaseUrl,
    JWT_SECRET: 'a-secret-for-tests-of-32-characters',
  });
  return { ...outcome, lastLine: outcome.out.trimEnd().split('\n').at(-1)! };
}

test('the demo sells everything once, says so in its last line and ends with 0', async () => {
  const { code, err, lastLine } = await demo();
  expect({ code, err, lastLine }).toEqual({ code: 0, err: '', lastLine: SOUND });
});

test('a settled order that vanishes from the ledger is told as lost, and ends with 1', async () => {
  await inLedger(LOSE_ONE);
  const { code, err, lastLine } = await demo();
  expect(lastLine).toMatch(/^sold 59 of 60 · oversold 0 · undersold 1 · lost 1 · duplicate 0/);
  expect(err).toContain('acknowledged and not in the ledger');
  expect(code).toBe(1);
});

test('an order in the ledger that nobody asked for ends with 1', async () => {
  await inLedger(ADD_ONE);
  const { code, err, lastLine } = await demo();
  expect(lastLine).toMatch(/^sold 61 of 60 · oversold 1 · undersold 0 · lost 0 · duplicate 0/);
  expect(err).toContain('nobody asked for it');
  expect(code).toBe(1);
});
