/**
 * `npm run load -- --url URL --sale ID --token-command CMD`: the crowd of the demo against a
 * deployment of one's own. Exit 0: sound; 1: a fault or a missed threshold; 2: a wrong option.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRush } from '../crowd/start-load-client.ts';
import type { RushPlan, RushProgress } from '../crowd/rush-plan.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { faultsOf, rateOf, tableOf } from './judge.ts';
import { readOptions } from './options.ts';
import type { LoadOptions } from './options.ts';
import { offersOf, writeTokensOf } from './target.ts';

const TELL_MS = 2_000;
/** Time to connect and to answer what is under way, beyond the span itself. */
const MARGIN_S = 15;

async function planOf(options: LoadOptions, folder: string): Promise<RushPlan> {
  const { url, sale, connections, seconds, warmup, seed } = options;
  const tokensFile = join(folder, 'tokens.tsv');
  const offers = await offersOf(options);
  note(`${offers.length} offers of ${sale} · asking for ${options.shoppers} tokens`);
  writeTokensOf(options, tokensFile);
  return {
    urls: [url.origin],
    sale,
    path: `${url.pathname.replace(/\/$/, '')}/v1/sales/${sale}/orders`,
    tokensFile,
    journalFile: join(folder, 'journal'),
    seed,
    connections,
    offers,
    repeatShare: 0,
    overLimitShare: 0,
    retry: false,
    length: { seconds, warmupSeconds: warmup },
    pace: null,
    deadlineSeconds: warmup + seconds + MARGIN_S,
  };
}

/** Tells the progress once in a while. */
function teller(): (progress: RushProgress) => void {
  let nextMs = performance.now() + TELL_MS;
  return ({ answered, units }) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + TELL_MS;
    note(`${answered} answers · ${units} units`);
  };
}

async function load(options: LoadOptions, cleanup: Cleanup): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'doorbuster-load-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  const rush = startRush(await planOf(options, folder), { onProgress: teller() });
  cleanup.add(() => rush.stop());
  const report = await rush.report;
  const faults = faultsOf(report, options);
  const { p50Ms, p99Ms } = report.measured;
  if (options.json !== undefined) {
    const figures = { ordersPerSecond: rateOf(report), faults, ...report };
    writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  }
  say(tableOf(report));
  for (const fault of faults) note(`wrong: ${fault}`);
  const rate = rateOf(report).toFixed(0);
  say(`${rate} orders/s · p50 ${p50Ms.toFixed(1)} ms · p99 ${p99Ms.toFixed(1)} ms`);
  return faults.length === 0 ? 0 : 1;
}

const options = readOptions(process.argv);
await runProgram('load', (cleanup) => load(options, cleanup));
