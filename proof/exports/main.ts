/**
 * Exports very many orders from a new api, several times at once, with readers that are slower than
 * the api: `npm run exports -- --count 1000000 --readers 2`. Exit 0: each export has every order
 * once, and the api's memory grew by less than 100 MB in all; 1: it does not, or no servers; 2: a
 * wrong option.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { migrate } from '../../src/ledger/migrate.ts';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../../src/process/exit-codes.ts';
import { LedgerSale } from '../builders/ledger-sale.ts';
import { signFor } from '../builders/secrets.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { startService } from '../fleet/service-process.ts';
import { insertOrders } from './insert-orders.ts';

const MOST_GROWTH_MB = 100;
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
  /** The most memory that the api had meanwhile. */
  readonly mostMb: number;
}

interface Reading {
  readonly url: string;
  readonly token: string;
  /** Of the api. */
  readonly pid: number;
}

/** Reads an export slowly, line by line. Orders come newest first, so equal ids are neighbours. */
async function readExport({ url, token, pid }: Reading): Promise<Read> {
  const answer = await fetch(`${url}/export?format=ndjson`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`the export answered ${answer.status}: ${await answer.text()}`);
  const lines = createInterface({ input: Readable.fromWeb(answer.body as never) });
  let [orders, repeated, mostMb, last] = [0, 0, 0, ''];
  for await (const line of lines) {
    const { id } = JSON.parse(line) as { id: string };
    orders++;
    if (id === last) repeated++;
    last = id;
    if (orders % REST.orders > 0) continue;
    mostMb = Math.max(mostMb, memoryMb(pid));
    await wait(REST.ms);
  }
  return { orders, repeated, mostMb };
}

interface Options {
  readonly count: number;
  readonly readers: number;
}

async function run({ count, readers }: Options, cleanup: Cleanup): Promise<number> {
  const folder = makeFolder('exports', cleanup);
  const { redis, postgres, jwtSecret } = await startOwnServers(folder, cleanup);
  await migrate(postgres.url);
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  const sale = await LedgerSale.create({ databaseUrl: postgres.url });
  cleanup.add(() => sale.close());
  note(`inserting ${count} orders`);
  await insertOrders(sale.pool, { sale: sale.id, orders: count, offers: OFFERS });
  const api = await cleanup.start(() => startService('api', settings, join(folder, 'api.log')));
  const beforeMb = memoryMb(api.pid);
  const startMs = performance.now();
  const url = `${api.url}/v1/sales/${sale.id}/seller-orders`;
  const exports = Array.from({ length: readers }, (_, n) => {
    const token = signFor(jwtSecret, { sub: `operator-${n}`, role: 'operator' });
    return readExport({ url, token, pid: api.pid });
  });
  const reads = await Promise.all(exports);
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const mostMb = Math.max(...reads.map((read) => read.mostMb));
  say(`${reads.map(({ orders }) => orders).join(' and ')} orders in ${seconds} s`);
  say(`memory: ${Math.round(beforeMb)} MB at first, ${Math.round(mostMb)} MB at most`);
  const areWhole = reads.every(({ orders, repeated }) => orders === count && repeated === 0);
  return areWhole && mostMb - beforeMb < MOST_GROWTH_MB ? 0 : 1;
}

const MOST_ORDERS = 5_000_000;
const USUAL_ORDERS = 1_000_000;
const MOST_READERS = 8;
const options = new Command('exports')
  .description('Export very many orders and measure how much memory that takes')
  .option('--count <n>', 'orders to export', wholeUpTo(MOST_ORDERS), USUAL_ORDERS)
  .option('--readers <n>', 'exports at once', wholeUpTo(MOST_READERS), 1)
  .showHelpAfterError('(--help shows how)')
  .allowExcessArguments(false)
  .exitOverride(endAfterParsing)
  .parse()
  .opts<Options>();
await runProgram('exports', (cleanup) => run(options, cleanup));
