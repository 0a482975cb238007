import { expect, test } from 'vitest';
import {
  NOTES_MAX,
  ORDER_BOUNDS_MS,
  answerOf,
  orderTimeMs,
} from '../../../src/domain/ops/process-figures.ts';
import type { CellId, SaleId } from '../../../src/domain/ids.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { readFigures } from '../../../src/process/metrics/process-figures.ts';
import { problems } from '../../../src/http/problem-catalogue.ts';

const NOTE = { route: 'GET /x', person: null, address: 'a', requestId: 'r1', leftOut: 0 };

/** A process of which a test moves the clock and the load. */
function measured() {
  const state = { nowMs: 1_000, cpuMs: 70, rssBytes: 5_000, loopDelayMs: 0 };
  const metrics = createMetrics({ now: () => state.nowMs });
  const machine = {
    release: '9.9.9',
    cpuMs: () => state.cpuMs,
    rssBytes: () => state.rssBytes,
    loopDelayMs: () => state.loopDelayMs,
  };
  const read = readFigures(metrics, machine, { monotonic: () => state.nowMs });
  return { state, metrics, read };
}

test('figures are those of the time since the last reading', async () => {
  const { state, metrics, read } = measured();
  metrics.onAnswered('POST /orders', 'placed');
  metrics.onSettled(5, 0);
  expect(await read()).toBeNull();
  for (const outcome of ['placed', 'placed', 'sold_out', 'busy', 'fault', 'ok', 'invalid']) {
    metrics.onAnswered('POST /orders', outcome);
  }
  metrics.onOrderTimed(4);
  metrics.onOrderTimed(9_000);
  metrics.onBatch('purchase', 3, 1);
  metrics.onBatch('checkout', 5, 1);
  metrics.onBatch('wallets', 60, 1);
  metrics.onSettled(40, 1);
  Object.assign(state, { nowMs: 3_000, cpuMs: 570, loopDelayMs: 12 });
  const orderTimes = ORDER_BOUNDS_MS.map((bound) => (bound === 5 ? 1 : 0));
  expect(await read()).toEqual({
    shape: 1,
    release: '9.9.9',
    windowMs: 2_000,
    loopDelayMs: 12,
    cpuShare: 0.25,
    rssBytes: 5_000,
    answers: { placed: 2, soldOut: 1, busy: 1, refused: 1, faults: 1, other: 1 },
    orderTimes: [...orderTimes, 1],
    batches: { calls: 2, items: 8 },
    settledOrders: 40,
    lag: null,
    notes: [],
  });
  state.nowMs = 5_000;
  expect(await read()).toMatchObject({ answers: { placed: 0 }, settledOrders: 0 });
});

test('the lag is that of the cells that are polled, and of no others', async () => {
  const { state, metrics, read } = measured();
  const cell = (name: string): CellId => ({ sale: name as SaleId, cell: 0 });
  metrics.onPoll(cell('gone'), { seq: 90, watermark: 0 });
  await read();
  state.nowMs = 4_000;
  metrics.onPoll(cell('a'), { seq: 5, watermark: 2 });
  metrics.onPoll(cell('b'), { seq: 2, watermark: 1 });
  state.nowMs = 4_500;
  metrics.onPoll(cell('b'), { seq: 3, watermark: 1 });
  expect(await read()).toMatchObject({ lag: { entries: 5, ms: 500 } });
});

test('a process keeps the newest security events, and no more than it may tell', async () => {
  const { state, metrics, read } = measured();
  await read();
  for (let i = 0; i < NOTES_MAX + 3; i++) {
    state.nowMs++;
    metrics.onSecurity({ ...NOTE, event: 'denied', requestId: `r${i}` });
  }
  const { notes } = (await read())!;
  expect(notes).toHaveLength(NOTES_MAX);
  expect(notes[0]).toMatchObject({ requestId: 'r3', atMs: 1_004 });
});

test('every problem counts as one kind of answer', () => {
  const kinds = Object.keys(problems).map((code) => [code, answerOf(code)] as const);
  const named = { busy: 'busy', sold_out: 'soldOut', fault: 'faults' };
  for (const [code, kind] of kinds) expect(kind).toBe({ ...named }[code as 'busy'] ?? 'refused');
});

test('the time of a share of orders lies in the bucket where the share is reached', () => {
  const counts = (buckets: Readonly<Record<number, number>>) =>
    [...ORDER_BOUNDS_MS, Infinity].map((bound) => buckets[bound] ?? 0);
  expect(orderTimeMs(counts({}), 0.5)).toBeNull();
  expect(orderTimeMs(counts({ 10: 100 }), 0.5)).toBe(8.75);
  expect(orderTimeMs(counts({ 1: 99, 4_000: 1 }), 0.99)).toBe(1);
  expect(orderTimeMs(counts({ 1: 98, 100: 2 }), 0.99)).toBe(87.5);
  expect(orderTimeMs(counts({ 1: 1, Infinity: 99 }), 0.5)).toBe(4_000);
});
