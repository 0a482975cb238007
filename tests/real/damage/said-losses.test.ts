import { globSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { createLog } from '../../../src/platform/log.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { logObserver } from '../../../src/process/wiring/log-observer.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { pack } from '../../../src/platform/codec.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { registerDeadApi } from '../../world/checks/dead-api.ts';
import { readRaw, rewrite, withBody } from '../../world/checks/outbox.ts';
import type { RawEntry } from '../../world/checks/outbox.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { Shop } from '../../world/stage/shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

/** A line of the log. */
interface Line {
  readonly level: number;
  readonly msg: string;
  readonly buried?: number;
  readonly entries?: readonly string[];
}

const ERROR = 50;
let shop: Shop;
let lines: Line[];
let metrics: ReturnType<typeof createMetrics>;

withStage(
  'test',
  (world) => {
    lines = [];
    metrics = createMetrics(systemTime);
    const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
    return Shop.create(world, { observer: logObserver(log, metrics, systemTime) });
  },
  (made) => (shop = made),
);

const cell = () => ({ sale: shop.sale, cell: 0 });
const forgetAll = () => shop.api.acknowledged.forget(cell(), 2);

async function presentAddress(): Promise<CellAddress> {
  await shop.worker.directory.refresh();
  return shop.worker.directory.cell(cell())!;
}

beforeEach(async () => {
  await shop.open([offer('a', { cap: 100 })]);
  shop.api.watch.stop();
  for (let i = 1; i <= 5; i++) await shop.buy({ shopper: `u${i}`, key: `k${i}` });
});

async function spoil(change: (entries: RawEntry[]) => RawEntry[]): Promise<void> {
  const address = await presentAddress();
  const entries = await readRaw(shop.worker.redis, address);
  await rewrite(shop.worker.redis, address, change(entries));
}

/** Makes the ledger refuse the orders of u3. */
const refuseOne = () =>
  shop.worker.pool.query("alter table orders add constraint refused check (shopper <> 'u3')");

async function dropRecords(): Promise<void> {
  forgetAll();
  await shop.worker.redis.unlink((await presentAddress()).keys.shoppers);
}

async function recoverOnce(): Promise<unknown> {
  return shop.worker.recoverOnce.recover(cell(), await presentAddress());
}

/** Adds units that a cell hands back although nobody asked for them. */
async function handBackUnasked(): Promise<void> {
  await spoil((entries) => {
    const { tag: prev } = entries.at(-1)!;
    const body = pack({ withdrawn: [99, [['a', 3]]] });
    return [...entries, { seq: 6, v: '3', tag: 'back', prev, orders: '0', body }];
  });
}

/** The entries after the second are gone everywhere, and one of the apis has died. */
async function loseTheEnd(): Promise<void> {
  await spoil((entries) => entries.slice(0, 2));
  await dropRecords();
  await registerDeadApi(shop.worker.pool);
}

async function loseAll(): Promise<void> {
  for (const one of [shop.api, shop.worker]) one.acknowledged.forget(cell(), 2);
  await registerDeadApi(shop.worker.pool);
  await shop.worker.redis.flushall();
}

/** A recovery records that the third entry is lost, and fails before it records the fifth. */
async function failAfterLoss(): Promise<void> {
  await spoil((entries) => [...entries.slice(0, 2), entries[3]!]);
  await dropRecords();
  const { pool } = shop.worker;
  await registerDeadApi(pool);
  await pool.query(`
    create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'not now' using errcode = 'XX000'; end $$;
    create trigger fail before insert on gaps
      for each row when (new.first_seq = 5) execute function fail()`);
  await recoverOnce();
  await pool.query('drop trigger fail on gaps');
}

/** Every way in which something acknowledged can be buried or lost. */
const ways: [way: string, cause: () => Promise<unknown>][] = [
  [
    'Postgres refuses an order',
    async () => {
      await refuseOne();
      await settleCell(shop.worker, cell());
    },
  ],
  [
    'Postgres refuses an order while a request for another change settles the cell',
    async () => {
      await refuseOne();
      await patchOffer(shop.api, shop.sale, 'a' as never, { cap: 50 }, OPERATOR);
    },
  ],
  [
    'Postgres refuses an order during a recovery',
    async () => {
      await refuseOne();
      await recoverOnce();
    },
  ],
  [
    'a cell hands back units that nobody asked for',
    async () => {
      await handBackUnasked();
      await settleCell(shop.worker, cell());
    },
  ],
  [
    'a recovery finds units handed back that nobody asked for',
    async () => {
      await handBackUnasked();
      await recoverOnce();
    },
  ],
  [
    'nobody can read an entry',
    async () => {
      await spoil((entries) => entries.with(2, { ...entries[2]!, body: Buffer.from('c1', 'hex') }));
      await dropRecords();
    },
  ],
  [
    'entries do not continue the chain',
    async () => {
      await spoil((entries) => entries.with(2, { ...entries[2]!, prev: 'other' }));
      await dropRecords();
    },
  ],
  [
    'an entry between others is gone',
    async () => {
      await spoil((entries) => entries.toSpliced(2, 1));
      await dropRecords();
      await registerDeadApi(shop.worker.pool);
    },
  ],
  [
    'the last entries are gone',
    async () => {
      await loseTheEnd();
      await recoverOnce();
    },
  ],
  ['everything is gone and nobody knows how much it was', loseAll],
  ['a recovery fails after it has recorded a loss', failAfterLoss],
  [
    'an order of an entry whose body names another one is refused',
    async () => {
      const twice = (entry: RawEntry) =>
        withBody(entry, (body) => {
          [body.shopper, body.key] = [['u1'], ['k1']];
        });
      await spoil((entries) => entries.with(4, twice(entries[4]!)));
      forgetAll();
    },
  ],
];

async function countIn(text: string): Promise<number> {
  return (await shop.worker.pool.query<{ n: number }>(text)).rows[0]!.n;
}

async function metric(name: string): Promise<number> {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(await metrics.registry.metrics());
  return Number(found![1]);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('no loss without a line at error, and none that is not counted', () => {
  test.each(ways)('%s', async (_, cause) => {
    await cause();
    await shop.settleAll();
    await shop.settleAll();
    const letters = await countIn('select count(*)::int as n from dead_letters');
    const gaps = await shop.worker.pool.query<{ entries: string; orders: number | null }>(
      `select format('%s-%s to %s', epoch, first_seq, last_seq) as entries, orders
       from gaps where is_lost order by first_seq`,
    );
    expect(letters + gaps.rows.length, 'something is buried or lost').toBeGreaterThan(0);
    const errors = lines.filter(({ level }) => level === ERROR);
    expect(sum(errors.map(({ buried }) => buried ?? 0))).toBe(letters);
    expect(await metric('doorbuster_orders_buried_total')).toBe(letters);
    const said = errors.flatMap(({ entries }) => entries ?? []);
    expect(said).toEqual(gaps.rows.map(({ entries }) => entries));
    const lost = sum(gaps.rows.map(({ orders }) => orders ?? 1));
    expect(await metric('doorbuster_acknowledged_lost_total')).toBe(lost);
  });
});

/** Where something is buried or noted as lost. The ways above go through each of them. */
const PLACES = [
  'src/ledger/cells/dead-letters.ts: buryEntry',
  'src/ledger/cells/dead-letters.ts: buryIncoming',
  'src/ledger/cells/settle-drained.ts: buryUndrained',
  'src/ledger/cells/settle-drained.ts: recordGap',
  'src/ledger/cells/settle-drained.ts: recordGap',
  'src/ledger/cells/settle-drained.ts: recordGap',
  'src/ledger/cells/settle.ts: buryEntry',
  'src/ledger/cells/settle.ts: buryEntry',
  'src/ledger/cells/settle.ts: buryIncoming',
  'src/service/cells/drain-epochs.ts: recordUnknownLoss',
];

test('every place that buries something or notes a loss is one that these tests go through', () => {
  const calls = /(?<!function )\b(bury\w+|recordGap|recordUnknownLoss)\(/g;
  const files = globSync('src/**/*.ts').toSorted();
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(calls)].map(([, name]) => `${file}: ${name}`),
  );
  expect(found.toSorted()).toEqual(PLACES);
});
