/**
 * Exports very many orders from a real api, with a reader that is slower than the api:
 * `npm run exports -- --count 1000000`. Exit 0: the export has every order once, and after its
 * first third the api's memory grew by less than 100 MB; 1: it does not, or no servers; 2: a wrong
 * option.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { migrate } from '../../src/ledger/migrate.ts';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { LedgerSale } from '../builders/ledger-sale.ts';
import { signFor } from '../builders/secrets.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { startService } from '../fleet/service-process.ts';
import { insertOrders } from './insert-orders.ts';

const MOST_GROWTH_MB = 100;
/** Until then the heap of a new process grows to the size that it works with. */
const WARM_SHARE = 1 / 3;
const KIB_PER_MB = 1_024;
/** The reader rests this long after this number of orders. */
const REST = { orders: 10_000, ms: 50 };
/** Offers of the sale, of two stores. */
const OFFERS = [
  { id: 'a', store: 's1' },
  { id: 'c', store: 's2' },
] as const;

function memoryMb(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kib) / KIB_PER_MB;
}

interface Read {
  readonly orders: number;
  /** How often a line repeated the order of the line before. */
  readonly repeated: number;
  /** The most in the first third of the export, and after it. */
  readonly firstMb: number;
  readonly laterMb: number;
}

interface Reading {
  readonly url: string;
  readonly token: string;
  readonly count: number;
  /** Of the api. */
  readonly pid: number;
}

/** Reads an export slowly, line by line. Orders come newest first, so equal ids are neighbours. */
async function readExport({ url, token, count, pid }: Reading): Promise<Read> {
  const answer = await fetch(`${url}/export?format=ndjson`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`the export answered ${answer.status}: ${await answer.text()}`);
  const lines = createInterface({ input: Readable.fromWeb(answer.body as never) });
  let [orders, repeated, firstMb, laterMb, last] = [0, 0, 0, 0, ''];
  for await (const line of lines) {
    const { id } = JSON.parse(line) as { id: string };
    orders++;
    if (id === last) repeated++;
    last = id;
    if (orders % REST.orders > 0) continue;
    if (orders <= count * WARM_SHARE) firstMb = Math.max(firstMb, memoryMb(pid));
    else laterMb = Math.max(laterMb, memoryMb(pid));
    await wait(REST.ms);
  }
  return { orders, repeated, firstMb, laterMb };
}

async function run(count: number, cleanup: Cleanup): Promise<number> {
  const folder = makeFolder('exports', cleanup);
  const { redis, postgres, jwtSecret } = await startOwnServers(folder, cleanup);
  await migrate(postgres.url);
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  const sale = await LedgerSale.create({ databaseUrl: postgres.url });
  cleanup.add(() => sale.close());
  note(`inserting ${count} orders`);
  await insertOrders(sale.pool, { sale: sale.id, orders: count, offers: OFFERS });
  const api = await cleanup.start(() => startService('api', settings, join(folder, 'api.log')));
  const claims = { sub: 'operator', role: 'operator' } as const;
  const token = signFor(jwtSecret, claims);
  const beforeMb = memoryMb(api.pid);
  const startMs = performance.now();
  const url = `${api.url}/v1/sales/${sale.id}/seller-orders`;
  const read = await readExport({ url, token, count, pid: api.pid });
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const [before, first, later] = [beforeMb, read.firstMb, read.laterMb].map(Math.round);
  say(`${read.orders} orders in ${seconds} s`);
  say(`memory: ${before} MB at first, ${first} MB in the first third, ${later} MB after it`);
  const isWhole = read.orders === count && read.repeated === 0;
  return isWhole && read.laterMb - read.firstMb < MOST_GROWTH_MB ? 0 : 1;
}

const MOST_ORDERS = 5_000_000;
const USUAL_ORDERS = 1_000_000;
const { count } = new Command('exports')
  .description('Export very many orders and measure how much memory that takes')
  .option('--count <n>', 'orders to export', wholeUpTo(MOST_ORDERS), USUAL_ORDERS)
  .showHelpAfterError('(--help shows how)')
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ count: number }>();
await runProgram('exports', (cleanup) => run(count, cleanup));
