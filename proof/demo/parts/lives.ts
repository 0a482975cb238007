import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxBooks } from '../../../src/provider/sandbox-server/app.ts';
import type { Verdict } from '../../checker/compare-books.ts';
import { checkEvidence, readPots } from '../../checker/ledger-facts.ts';
import { makeEarlyCrowd } from '../../crowd/order-lives/early-shoppers.ts';
import { readLifeFacts } from '../../crowd/order-lives/life-facts.ts';
import type { LifeFacts } from '../../crowd/order-lives/life-facts.ts';
import { hasEndedUnpaid } from '../../crowd/order-lives/life-notes.ts';
import type { LifeNotes } from '../../crowd/order-lives/life-notes.ts';
import { rushLives } from '../../crowd/order-lives/rush-lives.ts';
import { SandboxAdmin } from '../../crowd/order-lives/sandbox-admin.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { potFaults, sumFaults, sumsOf } from './cart-sums.ts';
import { endFaults, lifeSumsOf, moneyFaults, ordersFaults } from './life-sums.ts';
import type { LifeSums } from './life-sums.ts';
import { QUIET_WITHIN_MS } from '../options.ts';
import type { DemoOptions } from '../options.ts';
import { rushMeter } from '../rush-meter.ts';
import { demoSale } from '../demo-sale.ts';
import type { DemoServers } from '../demo-servers.ts';
import { counted } from '../counted.ts';

/** The results of the third part. */
export interface LivesResult {
  readonly file: SaleFile;
  readonly seconds: number;
  readonly answers: LifeNotes['answers'];
  readonly sums: LifeSums;
  readonly facts: LifeFacts;
  readonly books: SandboxBooks;
  /** Repeated events, by the metrics of the api. */
  readonly duplicates: number;
  readonly verdict: Verdict;
  readonly brokenPromises: readonly unknown[];
  /** Disagreements of answers, ledger and sandbox, in words. */
  readonly faults: readonly string[];
}

const EXAMPLE = join(import.meta.dirname, '../../../examples/last-call.json');
/** Only shoppers of a cell buy its units, so each cell needs enough who come back. */
const CELLS_MAX = 4;
const SHOPPERS = 260;
const AT_ONCE = 8;
/** Roughly how many answers will come. */
const ANSWERS = 2_000;
/** Every other event waits for the next one, and the last until it is released. */
const BEHAVIOUR = { delayMs: 20, duplicateRate: 0.25, reorder: true, lateMs: 300 };
const RELEASE_MS = 200;
const PAID_OUT_WITHIN_MS = 15_000;
const DUPLICATES = /^doorbuster_payment_events_total\{[^}]*outcome="duplicate"[^}]*\} (\d+)/gm;

const capOf = ({ offers }: SaleFile): number => offers.reduce((sum, { cap }) => sum + cap, 0);

async function openSale(options: DemoOptions, admin: SaleAdmin, say: (line: string) => void) {
  const { cells } = options;
  const few = cells === undefined ? {} : { cells: Math.min(cells, CELLS_MAX) };
  const file = demoSale(EXAMPLE, { ...few, external: options.external });
  await admin.open(file);
  const { id, payWithinSeconds, cells: count = 1 } = file.sale;
  const goods = `${counted(file.offers.length, 'offer')} · ${counted(capOf(file), 'unit')}`;
  const terms = `${counted(count, 'cell')} · to be paid in ${payWithinSeconds} s`;
  say(`sale     ${id} open · ${goods} · ${terms}`);
  return file;
}

/** Releases held events again and again until `work` is done. */
async function releasing<T>(sandbox: SandboxAdmin, work: Promise<T>): Promise<T> {
  // A failure shows in the sums: events that stay held count as not delivered.
  const timer = setInterval(() => void sandbox.release().catch(() => {}), RELEASE_MS);
  return work.finally(() => clearInterval(timer));
}

/** Waits until the sale is quiet and the sandbox has no event left that could wake it. */
async function untilPaidOut(admin: SaleAdmin, sandbox: SandboxAdmin, sale: string): Promise<void> {
  const deadlineMs = performance.now() + PAID_OUT_WITHIN_MS;
  do {
    await admin.untilQuiet(sale, QUIET_WITHIN_MS);
    if ((await sandbox.books()).waiting === 0) return;
    await wait(RELEASE_MS / 2);
  } while (performance.now() < deadlineMs);
}

async function countDuplicates(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(DUPLICATES)].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function rush(
  options: DemoOptions,
  servers: DemoServers,
  file: SaleFile,
  say: (line: string) => void,
) {
  const { api, settings } = servers;
  const { jwtSecret } = settings;
  const crowd = makeEarlyCrowd({ file, jwtSecret, shoppers: SHOPPERS, seed: options.seed });
  const goal = { label: 'lives', answers: ANSWERS, goal: capOf(file), what: 'units for good' };
  const meter = rushMeter(goal, say);
  const { url } = api;
  const wanted = { url, jwtSecret, file, crowd, atOnce: AT_ONCE, onProgress: meter.update };
  return rushLives(wanted).finally(() => meter.stop());
}

type Told = Pick<LivesResult, 'file' | 'sums' | 'facts' | 'books'>;

/** Compares the crowd's notes with the ledger and the sandbox. @returns disagreements, in words */
async function compare(
  { pool }: DemoServers,
  notes: LifeNotes,
  { file, sums, facts, books }: Told,
): Promise<string[]> {
  const all = [...notes.orders.values()];
  const receipts = all.map(({ order }) => order);
  const stood = all.filter((note) => !hasEndedUnpaid(note)).map(({ order }) => order);
  const pots = await readPots(pool, file.sale.id);
  return [
    ...notes.faults,
    ...ordersFaults(notes.orders, facts),
    ...moneyFaults(sums, facts, books),
    ...endFaults(sums, facts, books, capOf(file)),
    ...sumFaults(receipts, sumsOf(receipts)),
    ...potFaults(file, { orders: stood, claims: [] }, pots),
  ];
}

/** Lets orders be paid, expire, be cancelled and refunded, and compares all accounts. */
export async function runLives(
  options: DemoOptions,
  servers: DemoServers,
  say: (line: string) => void,
): Promise<LivesResult> {
  const { api, pool, settings } = servers;
  const admin = new SaleAdmin(api.url, settings.jwtSecret);
  const sandbox = new SandboxAdmin(servers.sandbox.url);
  await sandbox.behave(BEHAVIOUR);
  const file = await openSale(options, admin, say);
  const { id: sale } = file.sale;
  const { notes, seconds } = await releasing(sandbox, rush(options, servers, file, say));
  await releasing(sandbox, untilPaidOut(admin, sandbox, sale));
  const { brokenPromises } = await admin.audit(sale);
  const verdict = await checkEvidence(pool, sale, notes);
  const [facts, books] = [await readLifeFacts(pool, sale), await sandbox.books()];
  const told = { file, sums: lifeSumsOf([...notes.orders.values()]), facts, books };
  const faults = await compare(servers, notes, told);
  const duplicates = await countDuplicates(api.url);
  const { answers } = notes;
  return { ...told, seconds, answers, duplicates, verdict, brokenPromises, faults };
}
