import type { Pool } from 'pg';
import { ANSWERS, FIGURES_SHAPE, orderTimeMs } from '../../domain/ops/process-figures.ts';
import type {
  Answer,
  ProcessFigures,
  SecurityNote,
  ServerLoad,
} from '../../domain/ops/process-figures.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { liveProcesses } from '../../ledger/processes/figures.ts';
import type { LiveProcess } from '../../ledger/processes/figures.ts';

/** What apis did. */
export interface AskedView {
  readonly perSecond: Readonly<Record<Answer, number>>;
  /** Null: no order was accepted. */
  readonly orderP50Ms: number | null;
  readonly orderP99Ms: number | null;
  /** Null: no script was called for orders. */
  readonly ordersPerCall: number | null;
  /** Null: no cell is polled. */
  readonly lagEntries: number | null;
  readonly lagSeconds: number | null;
}

/** What workers did. */
export interface WorkedView {
  readonly settledPerSecond: number;
}

export interface ProcessView {
  readonly id: string;
  readonly name: string;
  readonly role: 'api' | 'worker';
  readonly release: string | null;
  readonly protocol: number;
  readonly since: string;
  /** Of its last seconds; null: it has said nothing lately that this release understands. */
  readonly figures: {
    readonly loopDelayMs: number;
    readonly cpuShare: number;
    readonly rssBytes: number;
    /** Null: it is a worker. */
    readonly asked: AskedView | null;
    /** Null: it is an api. */
    readonly worked: WorkedView | null;
    /** Of the server of the cells; null: an api does not ask it, or it does not answer. */
    readonly redis: ServerLoad | null;
  } | null;
}

export interface ProcessesView {
  readonly items: readonly ProcessView[];
  /** All apis and all workers together. */
  readonly together: AskedView & WorkedView;
}

export type SecurityNoteView = Omit<SecurityNote, 'atMs'> & {
  readonly at: string;
  /** The name of the process that noted it. */
  readonly process: string;
};

/** Figures are told every two seconds. */
const STALE_MS = 6_000;
const MS_PER_S = 1_000;
const [HALF, NEARLY_ALL] = [0.5, 0.99];

const sum = <T>(list: readonly T[], of: (one: T) => number): number =>
  list.reduce((all, one) => all + of(one), 0);

const isOurShape = (figures: LiveProcess['figures']): figures is ProcessFigures =>
  figures?.shape === FIGURES_SHAPE;

/** The figures of a process, unless they are old or of a release that counts otherwise. */
const freshFigures = ({ figures, toldMsAgo }: LiveProcess): ProcessFigures | null =>
  isOurShape(figures) && toldMsAgo !== null && toldMsAgo < STALE_MS ? figures : null;

/** What happened in a second of the window of each. */
const perSecond = (
  all: readonly ProcessFigures[],
  count: (figures: ProcessFigures) => number,
): number => sum(all, (one) => (count(one) * MS_PER_S) / one.windowMs);

const most = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);

/** @param all of apis */
function askedView(all: readonly ProcessFigures[]): AskedView {
  const rates = ANSWERS.map((word) => [word, perSecond(all, ({ answers }) => answers[word])]);
  const longest = Math.max(0, ...all.map(({ orderTimes }) => orderTimes.length));
  const times = Array.from({ length: longest }, (_, i) => {
    return sum(all, ({ orderTimes }) => orderTimes[i] ?? 0);
  });
  const calls = sum(all, ({ batches }) => batches.calls);
  const lags = all.flatMap(({ lag }) => lag ?? []);
  const lagMs = most(lags.map(({ ms }) => ms));
  return {
    perSecond: Object.fromEntries(rates) as AskedView['perSecond'],
    orderP50Ms: orderTimeMs(times, HALF),
    orderP99Ms: orderTimeMs(times, NEARLY_ALL),
    ordersPerCall: calls === 0 ? null : sum(all, ({ batches }) => batches.items) / calls,
    // Every api polls every cell.
    lagEntries: most(lags.map(({ entries }) => entries)),
    lagSeconds: lagMs === null ? null : lagMs / MS_PER_S,
  };
}

/** @param all of workers */
const workedView = (all: readonly ProcessFigures[]): WorkedView => ({
  settledPerSecond: perSecond(all, ({ settledOrders }) => settledOrders),
});

const roleOf = ({ acknowledges }: LiveProcess): ProcessView['role'] =>
  acknowledges ? 'api' : 'worker';

function processView(one: LiveProcess): ProcessView {
  const { id, name, protocol, startedAtMs, acknowledges } = one;
  const figures = freshFigures(one);
  return {
    id,
    name,
    role: roleOf(one),
    release: figures?.release ?? null,
    protocol,
    since: toTimestamp(startedAtMs),
    figures: figures && {
      loopDelayMs: figures.loopDelayMs,
      cpuShare: figures.cpuShare,
      rssBytes: figures.rssBytes,
      asked: acknowledges ? askedView([figures]) : null,
      worked: acknowledges ? null : workedView([figures]),
      redis: figures.server,
    },
  };
}

/** All processes that are alive, and how they do. An api and a worker may share a process. */
export function processesView(live: readonly LiveProcess[]): ProcessesView {
  const figuresIn = (role: ProcessView['role']) =>
    live.filter((one) => roleOf(one) === role).flatMap((one) => freshFigures(one) ?? []);
  const together = { ...askedView(figuresIn('api')), ...workedView(figuresIn('worker')) };
  return { items: live.map(processView), together };
}

/** The newest notes of all processes, newest first. */
export function notesView(live: readonly LiveProcess[]): SecurityNoteView[] {
  // Two roles of one process have the same notes.
  const notes = new Map<string, readonly [SecurityNote, string]>();
  for (const one of live) {
    for (const note of freshFigures(one)?.notes ?? []) {
      notes.set(`${note.atMs} ${note.requestId} ${note.event}`, [note, one.name]);
    }
  }
  return [...notes.values()]
    .toSorted(([one], [other]) => other.atMs - one.atMs)
    .map(([{ atMs, ...note }, process]) => ({ at: toTimestamp(atMs), process, ...note }));
}

/** Reads the processes that are alive. */
export const readProcesses = ({ pool }: { readonly pool: Pool }): Promise<LiveProcess[]> =>
  liveProcesses(pool);
