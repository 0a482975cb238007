import { expect, test } from 'vitest';
import { ORDER_BOUNDS_MS } from '../../../src/domain/ops/process-figures.ts';
import type { ProcessFigures, SecurityNote } from '../../../src/domain/ops/process-figures.ts';
import type { LiveProcess } from '../../../src/ledger/processes/figures.ts';
import { notesView, processesView } from '../../../src/service/ops/processes.ts';

const NONE = { placed: 0, soldOut: 0, busy: 0, refused: 0, faults: 0, other: 0 };

/** Accepted orders by the bound of their bucket. */
const taking = (buckets: Readonly<Record<number, number>>): number[] =>
  [...ORDER_BOUNDS_MS, Infinity].map((bound) => buckets[bound] ?? 0);

const figuresWith = (more: Partial<ProcessFigures> = {}): ProcessFigures => ({
  shape: 1,
  release: '9.9.9',
  windowMs: 2_000,
  loopDelayMs: 3,
  cpuShare: 0.5,
  rssBytes: 1_000,
  answers: NONE,
  orderTimes: taking({}),
  batches: { calls: 0, items: 0 },
  settledOrders: 0,
  lag: null,
  server: null,
  notes: [],
  ...more,
});

const live = (name: string, more: Partial<LiveProcess> = {}): LiveProcess => ({
  id: name,
  name,
  protocol: 6,
  acknowledges: name.startsWith('api'),
  startedAtMs: 0,
  figures: figuresWith(),
  toldMsAgo: 900,
  ...more,
});

const api = (name: string, more: Partial<ProcessFigures>): LiveProcess =>
  live(`api ${name}`, { figures: figuresWith(more) });
const worker = (name: string, more: Partial<ProcessFigures>): LiveProcess =>
  live(`worker ${name}`, { figures: figuresWith(more) });

test('rates of all apis are added, and percentiles are of the orders of all', () => {
  const { together } = processesView([
    api('one', {
      answers: { ...NONE, placed: 98, busy: 4 },
      orderTimes: taking({ 1: 98 }),
      batches: { calls: 10, items: 90 },
      lag: { entries: 7, ms: 300 },
    }),
    api('two', {
      windowMs: 4_000,
      answers: { ...NONE, placed: 2 },
      orderTimes: taking({ 100: 2 }),
      batches: { calls: 10, items: 10 },
      lag: { entries: 4, ms: 1_500 },
    }),
    worker('one', { settledOrders: 60 }),
    worker('two', { settledOrders: 20 }),
  ]);
  expect(together).toEqual({
    perSecond: { ...NONE, placed: 49.5, busy: 2 },
    orderP50Ms: 50 / 98,
    orderP99Ms: 87.5,
    ordersPerCall: 5,
    lagEntries: 7,
    lagSeconds: 1.5,
    settledPerSecond: 40,
  });
});

test('roles that share a process are counted once', () => {
  const shared = { answers: { ...NONE, placed: 10 }, settledOrders: 10 };
  const { items, together } = processesView([api('a', shared), worker('a', shared)]);
  expect(together.perSecond.placed).toBe(5);
  expect(together.settledPerSecond).toBe(5);
  expect(items.map(({ figures }) => figures!.asked === null)).toEqual([false, true]);
  expect(items.map(({ figures }) => figures!.worked === null)).toEqual([true, false]);
});

test.each([
  ['are old', { toldMsAgo: 6_000 }],
  ['are of a release that counts otherwise', { figures: { shape: 2 } }],
  ['were never told', { figures: null, toldMsAgo: null }],
])('figures that %s are not shown', (_, more) => {
  const { items, together } = processesView([live('api', more)]);
  expect(items).toMatchObject([{ name: 'api', role: 'api', release: null, figures: null }]);
  expect(together).toMatchObject({ perSecond: NONE, orderP99Ms: null, lagEntries: null });
  expect(notesView([live('api', more)])).toEqual([]);
});

test('security events of all processes are one list, newest first, each once', () => {
  const note = (atMs: number): SecurityNote => {
    const from = { route: 'GET /x', person: null, address: 'a', leftOut: 0 };
    return { atMs, event: 'denied', requestId: `r${atMs}`, ...from };
  };
  const notes = [note(1), note(3)];
  const events = notesView([
    api('a', { notes }),
    worker('a', { notes }),
    api('b', { notes: [note(2)] }),
  ]);
  expect(events.map(({ at, requestId }) => [at, requestId])).toEqual([
    ['1970-01-01T00:00:00.003Z', 'r3'],
    ['1970-01-01T00:00:00.002Z', 'r2'],
    ['1970-01-01T00:00:00.001Z', 'r1'],
  ]);
});
