/**
 * Lets faults strike whole worlds, and checks that nothing is lost, hangs or stays broken:
 * `npm run chaos -- --seeds 80`. Exit 0: nothing is wrong; 1: something is; 2: a wrong option.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { dealRounds, textOf } from './episode/deal-rounds.ts';
import type { Plan } from './episode/deal-rounds.ts';
import { runEpisode } from './episode/run-episode.ts';
import type { EpisodeResult } from './episode/run-episode.ts';
import { faults as catalogue } from './faults/catalogue.ts';
import { readOptions } from './report/options.ts';
import type { ChaosOptions } from './report/options.ts';
import { failureLines, faultTable, lastLine, replayLine } from './report/summary.ts';

/** Worlds that run at the same time. */
const LANES = 2;
const KEPT = 'clients';
const SECOND_MS = 1_000;

function plansOf({ seeds, seed, faults }: ChaosOptions): Plan[] {
  if (!faults) return dealRounds(catalogue, seeds, seed);
  return Array.from({ length: seeds }, (_, i) => ({ seed: seed + i, rounds: faults }));
}

/** Moves logs, journals and the list of faults out of the run's folder. @returns where they are */
function keep(folder: string, result: EpisodeResult): string {
  const { plan, wrong } = result;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === KEPT) continue;
    rmSync(join(folder, entry.name), { recursive: true, force: true });
  }
  const kept = mkdtempSync(join(tmpdir(), `doorbuster-chaos-world-${plan.seed}-`));
  renameSync(folder, kept);
  writeFileSync(join(kept, 'faults.txt'), `${[replayLine(result), ...wrong].join('\n')}\n`);
  return kept;
}

/** The result of a world that could not be judged. */
const brokenOff = (plan: Plan, error: Error, tookMs: number): EpisodeResult => ({
  plan,
  rounds: [],
  wrong: [`world: ${error.stack ?? error.message}`],
  requests: 0,
  orders: 0,
  lost: 0,
  seconds: tookMs / SECOND_MS,
});

async function runPlan(plan: Plan, root: string, cleanup: Cleanup): Promise<EpisodeResult> {
  const folder = join(root, String(plan.seed));
  const startMs = performance.now();
  const result = await runEpisode(plan, { folder, catalogue }, cleanup).catch((error: Error) => {
    if (cleanup.signalled !== null) throw error;
    return brokenOff(plan, error, performance.now() - startMs);
  });
  const about = `world ${plan.seed}: ${textOf(plan.rounds)}`;
  if (result.wrong.length > 0) {
    for (const line of failureLines(result, keep(folder, result))) note(line);
    return result;
  }
  rmSync(folder, { recursive: true, force: true });
  const { requests, seconds } = result;
  note(`${about}: sound, ${requests} requests, ${Math.round(seconds)} s`);
  return result;
}

async function run(options: ChaosOptions, cleanup: Cleanup): Promise<number> {
  const root = makeFolder('chaos', cleanup);
  const plans = plansOf(options);
  const results: EpisodeResult[] = [];
  const waiting = [...plans];
  const lane = async () => {
    for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
      results.push(await runPlan(plan, root, cleanup));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  say(faultTable(results, catalogue));
  say(lastLine(results));
  return results.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}

const options = readOptions(process.argv, catalogue);
note(`seed ${options.seed}`);
await runProgram('chaos', (cleanup) => run(options, cleanup));
