import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWERS, FIGURES_SHAPE } from '../../domain/ops/process-figures.ts';
import type { AnswerCounts } from '../../domain/ops/process-figures.ts';
import { measureLoopDelay } from '../../platform/time.ts';
import type { Time } from '../../platform/time.ts';
import type { OwnFigures } from '../../service/processes/figures-teller.ts';
import type { Asked } from './asking-metrics.ts';
import type { Metrics } from './metrics.ts';

const PACKAGE = join(import.meta.dirname, '../../../package.json');
const US_PER_MS = 1_000;

/** What a process reads of itself. */
export interface Machine {
  readonly release: string;
  /** Time of all threads on the cores since the start, in ms. */
  readonly cpuMs: () => number;
  readonly rssBytes: () => number;
  /** Since it was asked last. */
  readonly loopDelayMs: () => number;
}

export function thisMachine(): Machine {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return {
    release: version,
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / US_PER_MS;
    },
    rssBytes: () => process.memoryUsage.rss(),
    loopDelayMs: measureLoopDelay(),
  };
}

type Counts = Pick<Metrics, 'readAsked' | 'readSettled' | 'readLag' | 'readNotes'>;

/** What a process had counted by a moment. */
interface Reading extends Asked {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly settled: number;
}

const difference = (now: AnswerCounts, before: AnswerCounts): AnswerCounts =>
  Object.fromEntries(ANSWERS.map((word) => [word, now[word] - before[word]])) as AnswerCounts;

async function readCounts(
  counts: Counts,
  { cpuMs }: Machine,
  time: Pick<Time, 'monotonic'>,
): Promise<Reading> {
  const [asked, settled] = [await counts.readAsked(), await counts.readSettled()];
  return { ...asked, settled, atMs: time.monotonic(), cpuMs: cpuMs() };
}

/**
 * Makes what reads the figures of this process: what its metrics have counted since it was read
 * last. The first reading only begins the first window.
 */
export function readFigures(
  counts: Counts,
  machine: Machine,
  time: Pick<Time, 'monotonic'>,
): () => Promise<OwnFigures | null> {
  let before: Reading | null = null;
  return async () => {
    const now = await readCounts(counts, machine, time);
    const since = before;
    before = now;
    const loopDelayMs = machine.loopDelayMs();
    return since && { ...figuresBetween(since, now), ...present(counts, machine), loopDelayMs };
  };
}

type Present = Pick<OwnFigures, 'shape' | 'release' | 'rssBytes' | 'lag' | 'notes'>;

/** What needs no window. */
const present = ({ readLag, readNotes }: Counts, { release, rssBytes }: Machine): Present => ({
  shape: FIGURES_SHAPE,
  release,
  rssBytes: rssBytes(),
  lag: readLag(),
  notes: readNotes(),
});

function figuresBetween(since: Reading, now: Reading) {
  const windowMs = now.atMs - since.atMs;
  const { batches, orderTimes } = now;
  return {
    windowMs,
    cpuShare: (now.cpuMs - since.cpuMs) / windowMs,
    answers: difference(now.answers, since.answers),
    orderTimes: orderTimes.map((count, i) => count - since.orderTimes[i]!),
    batches: {
      calls: batches.calls - since.batches.calls,
      items: batches.items - since.batches.items,
    },
    settledOrders: now.settled - since.settled,
  };
}
