import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LifeSums } from '../../../proof/demo/parts/life-sums.ts';
import { environmentOf, runCommand } from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

const UNITS = 60;
const CARTS = 60;
/** Units under the caps of the third part’s sale. */
const LIVES_UNITS = 300;
const SOUND =
  `sold ${UNITS} of ${UNITS} · oversold 0 · undersold 0 · lost 0 · ` +
  'duplicate 0 · broken promises 0';

const offer = (id: string, cap: number) => ({
  id,
  ...offerBody({ title: `Offer ${id}`, cap, limitPerShopper: 2, lane: 'flash' }),
});

const sale = {
  sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
  offers: [offer('large', 40), offer('small', 20)],
};

/** Runs statements once, after the first rows go into a table; `touched` holds those rows. */
const sabotage = (statements: string, table = 'order_lines') => `
  create table sabotaged (once boolean primary key);
  create function sabotage() returns trigger language plpgsql as $$
  declare victim text := (select min(order_id) from touched);
  begin
    insert into sabotaged values (true) on conflict do nothing;
    if not found then return null; end if;
    ${statements}
    return null;
  end $$;
  create trigger sabotage after insert on ${table}
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

/** Adds one cent to a discount that a cart got. */
const ADD_A_CENT = sabotage(
  `update order_promotions set shares[1] = shares[1] + 1, discount_minor = discount_minor + 1
   where order_id = victim and place = (
     select min(place) from order_promotions where order_id = victim);`,
  'order_promotions',
);

/** Deletes the first refund call before the sandbox is asked. */
const FORGET_A_REFUND = `
  create table sabotaged (once boolean primary key);
  create function sabotage() returns trigger language plpgsql as $$
  begin
    if not exists (select from touched where refund is not null) then return null; end if;
    insert into sabotaged values (true) on conflict do nothing;
    if found then delete from provider_calls where id in (select id from touched); end if;
    return null;
  end $$;
  create trigger sabotage after insert on provider_calls
    referencing new table as touched
    for each statement execute function sabotage();`;

let folder: string;
let saleFile: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-demo-test-'));
  saleFile = join(folder, 'sale.json');
  await writeFile(saleFile, JSON.stringify(sale));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
withWorld('test', (made) => (world = made));

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
  const load = ['--shoppers', '300', '--carts', String(CARTS), '--connections', '8'];
  const files = ['--sale', saleFile, '--json', join(folder, 'figures.json')];
  const args = ['proof/demo/main.ts', '--external', ...files, ...load];
  const outcome = await runCommand('node_modules/.bin/node', args, environmentOf(world));
  return { ...outcome, lastLine: outcome.out.trimEnd().split('\n').at(-1)! };
}

/** Part of the demo’s figures on carts; money in minor units. */
interface CartFigures {
  readonly answers: Readonly<Record<string, number>>;
  readonly activity: number;
  readonly discounts: number;
  readonly paid: number;
  readonly rows: readonly { readonly funder: string; readonly discount: number }[];
  readonly pots: readonly { readonly pot: string; readonly amount: number; spent: number }[];
}

/** Part of the demo’s figures on orders; `ledger` and `books` in minor units. */
interface LivesFigures {
  readonly sums: LifeSums;
  readonly ledger: { readonly money: { readonly captured: number; readonly refunded: number } };
  readonly books: { readonly captured: number; readonly refunded: number };
  readonly duplicates: number;
}

async function figures(): Promise<{ carts: CartFigures; lives: LivesFigures }> {
  const text = await readFile(join(folder, 'figures.json'), 'utf8');
  return JSON.parse(text) as { carts: CartFigures; lives: LivesFigures };
}

const cartFigures = async (): Promise<CartFigures> => (await figures()).carts;

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

test('the demo sells everything once, says so in its last line and exits with 0', async () => {
  const { code, err, lastLine } = await demo();
  expect({ code, err, lastLine }).toEqual({ code: 0, err: '', lastLine: SOUND });
  const { answers, activity, discounts, paid, rows, pots } = await cartFigures();
  expect(answers).toMatchObject({ quoted: CARTS, placed: CARTS });
  expect(activity - discounts).toBe(paid);
  expect(sum(rows.map(({ discount }) => discount))).toBe(discounts);
  expect(new Set(rows.map(({ funder }) => funder))).toEqual(new Set(['platform', 'store']));
  expect(pots.filter(({ amount, spent }) => spent > amount || spent === 0)).toEqual([]);
});

test('every unit stays sold in the end, and the line before the last sums it up', async () => {
  const { out } = await demo();
  const { sums, ledger, books, duplicates } = (await figures()).lives;
  const { unitsKept, refunded, restocked, expired, cancelled, secondTries } = sums;
  expect(unitsKept + refunded.units - restocked.units).toBe(LIVES_UNITS);
  expect(out.trimEnd().split('\n').at(-2)).toBe(
    `paid ${unitsKept} · refunded ${refunded.units} · restocked ${restocked.units} · ` +
      `expired ${expired.units} (all sold again)`,
  );
  expect(out.trimEnd().split('\n').at(-3)).toBe(
    'next     npm run demo -- --stay goes on selling and signs you in: /s/:sale, /merchant, /ops',
  );
  const units = [expired, cancelled, restocked, secondTries].map((one) => one.units);
  expect(Math.min(...units, duplicates)).toBeGreaterThan(0);
  expect(books.captured - books.refunded).toBe(sums.moneyKept);
  expect(ledger.money).toEqual({ captured: books.captured, refunded: books.refunded });
});

test('a refund that never reaches the sandbox is reported, and the demo exits with 1', async () => {
  await inLedger(FORGET_A_REFUND);
  const { code, err, lastLine } = await demo();
  expect(err).toMatch(/wrong: lives: kept: the ledger says \d+, the sandbox \d+/);
  expect(lastLine).toMatch(/^sold 60 of 60 · .* · broken promises [1-9]/);
  expect(code).toBe(1);
});

test('the demo’s tables show who funds the discounts and what was paid', async () => {
  const { out } = await demo();
  const { discounts, paid } = await cartFigures();
  const yuan = (minor: number) => (minor / 100).toLocaleString('en', { minimumFractionDigits: 2 });
  const rowOf = (name: string) => out.split('\n').find((line) => line.startsWith(`│ ${name} `));
  expect(rowOf('all discounts')).toContain(` ${yuan(discounts)} `);
  expect(rowOf('paid')).toContain(` ${yuan(paid)} `);
  for (const name of ['platform', 'kiln-and-cup', 'budget cross-store', 'quota home-15-percent']) {
    expect(rowOf(name)).toBeDefined();
  }
  expect(rowOf('cross_store: every-300')).toMatch(/−\d/);
});

test('a cent that only the ledger has is reported, and the demo exits with 1', async () => {
  await inLedger(ADD_A_CENT);
  const { code, err, lastLine } = await demo();
  expect(err).toMatch(/wrong: carts: \w+, [\w-]+, [\w-]+: the report says \d+, the answers \d+/);
  expect(lastLine).toMatch(/^sold 60 of 60 · oversold 0 · .* · broken promises [1-9]/);
  expect(code).toBe(1);
});

test('a settled order that vanishes from the ledger counts as lost, with exit code 1', async () => {
  await inLedger(LOSE_ONE);
  const { code, err, lastLine } = await demo();
  expect(lastLine).toMatch(/^sold 59 of 60 · oversold 0 · undersold 1 · lost 1 · duplicate 0/);
  expect(err).toContain('acknowledged and not in the ledger');
  expect(code).toBe(1);
});

test('an order in the ledger that nobody asked for makes the demo exit with 1', async () => {
  await inLedger(ADD_ONE);
  const { code, err, lastLine } = await demo();
  expect(lastLine).toMatch(/^sold 61 of 60 · oversold 1 · undersold 0 · lost 0 · duplicate 0/);
  expect(err).toContain('nobody asked for it');
  expect(code).toBe(1);
});
