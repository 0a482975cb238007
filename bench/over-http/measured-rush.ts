import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers, RushLength, RushPace, RushReport } from '../../proof/crowd/rush-plan.ts';
import { startRush } from '../../proof/crowd/start-load-client.ts';
import { cpuBetween, cpuMicros, cpuOf, machineMicros } from '../run/cpu.ts';
import type { Harness } from './harness.ts';
import { NoNumber } from '../run/no-number.ts';
import type { Wares } from './wares.ts';

export interface RushWish {
  readonly url: string;
  readonly sale: string;
  readonly wares: Pick<Wares, 'path' | 'requests'>;
  readonly connections: number;
  readonly length: RushLength;
  readonly tokensFile: string;
  /** Default: full speed. */
  readonly pace?: RushPace;
  /** The processes whose CPU is counted, by name. */
  readonly pids: Readonly<Record<string, number>>;
  /** Called when the measured span begins, and again when it ends. */
  readonly onEdge?: () => Promise<number>;
}

export interface Rushed {
  readonly report: RushReport;
  readonly journal: string;
  /** Answers per second in the measured span. */
  readonly perSecond: number;
  /** CPU in the measured span, in µs per answer, by process and for the client. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** The results of `onEdge` at both ends. */
  readonly edges: readonly number[];
  /** Cores busy in the measured span with programs other than the client and these processes. */
  readonly otherCores: number;
}

const SPARE_SECONDS = 20;
const SEED_BYTES = 3;
const KIND_SHOWN = 3;
const MICROS = 1e6;
/** Names in the CPU figures, besides those in `pids`. */
const MACHINE = 'machine';
const CLIENT = 'client';

export const total = (answers: Answers): number =>
  Object.values(answers).reduce((sum, count) => sum + count, 0);

/** Runs one rush in the client's process, and counts CPU in its measured span. */
export async function measuredRush({ servers }: Harness, wish: RushWish): Promise<Rushed> {
  const { url, sale, wares, connections, length, tokensFile, pace = null, pids, onEdge } = wish;
  const seed = randomBytes(SEED_BYTES).readUIntBE(0, SEED_BYTES);
  const journal = join(servers.folder, `journal-${sale}-${seed}`);
  const cpu: Record<string, number>[] = [];
  const edges: Promise<number>[] = [];
  const edge = () => {
    const client = cpuMicros(running.pid);
    cpu.push({ ...cpuOf(pids), [CLIENT]: client, [MACHINE]: machineMicros() });
    if (onEdge) edges.push(onEdge());
  };
  const seconds = 'seconds' in length ? length.seconds + length.warmupSeconds : 0;
  const plan = {
    urls: [url],
    sale,
    tokensFile,
    seed,
    connections,
    length,
    path: `/v1/sales/${sale}${wares.path}`,
    journalFile: journal,
    offers: wares.requests,
    repeatShare: 0,
    overLimitShare: 0,
    retry: false,
    pace,
    deadlineSeconds: seconds + SPARE_SECONDS,
  };
  const running = startRush(plan, { onMeasuring: edge, onMeasured: edge });
  const report = await running.report;
  const answers = total(report.measured.answers);
  const { [MACHINE]: machine = 0, ...spent } = cpuBetween(cpu[0] ?? {}, cpu[1] ?? {});
  const ours = Object.values(spent).reduce((sum, us) => sum + us, 0);
  return {
    otherCores: (machine - ours) / MICROS / report.measured.seconds,
    report,
    journal,
    perSecond: answers / report.measured.seconds,
    cpuMicros: Object.fromEntries(Object.entries(spent).map(([name, us]) => [name, us / answers])),
    edges: await Promise.all(edges),
  };
}

/** @throws NoNumber if even one answer was of another kind, or there was no answer at all */
export function expectOnly(kind: string, { report }: Rushed, arm: string): void {
  const { answers, unfinished } = report;
  const strange = Object.entries(answers).filter(([other]) => other !== kind);
  if (strange.length > 0 || unfinished > 0 || !answers[kind]) {
    const shown = strange.slice(0, KIND_SHOWN).map(([other, count]) => `${count} × ${other}`);
    const others = shown.length > 0 ? shown.join(', ') : 'none';
    throw new NoNumber(`${arm}: answers other than ${kind}: ${others}; unfinished: ${unfinished}`);
  }
}

export function discardJournal(journal: string): void {
  for (const file of [journal, `${journal}.plan.json`]) rmSync(file, { force: true });
}
