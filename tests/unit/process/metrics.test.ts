import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CellId, SaleId } from '../../../src/domain/ids.ts';
import type { SaleStatus } from '../../../src/domain/quiet.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { Lag } from '../../../src/process/metrics/settlement-lag.ts';
import type { Audit } from '../../../src/service/audit.ts';

const cell: CellId = { sale: 'friday' as SaleId, cell: 0 };

test('docs/metrics.md describes every metric as the code does', async () => {
  const page = readFileSync('docs/metrics.md', 'utf8');
  const rows = page.matchAll(/^\| `(\w+)` *\| (\w+) *\| (.*?) *\| (.+?) *\|$/gm);
  const written = [...rows].map(([, name, type, labels, meaning]) => ({
    name,
    type,
    labels,
    meaning,
  }));
  const { registry } = createMetrics({ now: () => 0 });
  const ours = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('doorb'));
  const coded = ours.map(({ name, type, help }) => {
    const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] };
    return { name, type, labels: labelNames.join(', '), meaning: help };
  });
  expect(written).toEqual(coded);
});

const scraped = [
  'doorbuster_requests_total{route="POST /orders",outcome="placed"} 2',
  'doorbuster_requests_total{route="POST /orders",outcome="sold_out"} 1',
  'doorbuster_order_seconds_sum 0',
  'doorbuster_order_seconds_count 0',
  'doorbuster_script_batch_items_sum{script="purchase"} 64',
  'doorbuster_script_batch_items_count{script="purchase"} 1',
  'doorbuster_script_call_seconds_sum{script="purchase"} 0.003',
  'doorbuster_script_call_seconds_count{script="purchase"} 1',
  'doorbuster_turned_away_total{reason="shed",subject="first"} 2',
  'doorbuster_pressure_level 1',
  'doorbuster_key_set_failures_total 1',
  'doorbuster_pool_busy{pool="general"} 0',
  'doorbuster_pool_busy{pool="changes"} 0',
  'doorbuster_pool_busy{pool="moves"} 0',
  'doorbuster_pool_busy{pool="settlement"} 0',
  'doorbuster_pool_busy{pool="payments"} 0',
  'doorbuster_pool_busy{pool="events"} 0',
  'doorbuster_pool_busy{pool="reads"} 7',
  'doorbuster_pool_busy{pool="reports"} 0',
  'doorbuster_pool_waiting{pool="reads"} 40',
  'doorbuster_outbox_lag_entries{cell="friday.0"} 4',
  'doorbuster_outbox_lag_seconds{cell="friday.0"} 1.5',
  'doorbuster_remembered_entries 2',
  'doorbuster_remembered_orders 9',
  'doorbuster_remembered_bytes 65536',
  'doorbuster_orders_settled_total 10',
  'doorbuster_orders_buried_total 1',
  'doorbuster_orders_expired_total 3',
  'doorbuster_recoveries_total{outcome="opened"} 1',
  'doorbuster_recoveries_total{outcome="failed"} 1',
  'doorbuster_corrupt_cells_total 1',
  'doorbuster_units{sale="friday",state="cap"} 7',
  'doorbuster_broken_promises{sale="friday"} 1',
  'doorbuster_provider_calls_due{provider="sandbox"} 2',
  'doorbuster_background_errors_total{kind="trouble"} 0',
  'doorbuster_background_errors_total{kind="fault"} 1',
  'doorbuster_acknowledged_lost_total 3',
  'doorbuster_cell_alarms_total 1',
  'doorbuster_chore_age_seconds{chore="expire"} 1.2',
  'doorbuster_waiting{sale="friday",for="cells_away"} 1',
  'doorbuster_waiting{sale="friday",for="unsettled_orders"} 7',
  'doorbuster_waiting_seconds{sale="friday",for="unsettled_orders"} 1.5',
  'doorbuster_audit_age_seconds{sale="friday"} 30',
];

/** Waits for a cell, nobody knows since when, and for seven orders. */
const notQuiet: SaleStatus = {
  sale: 'friday' as SaleId,
  asOfMs: 5_000,
  waiting: [
    { for: 'cells_away', count: 1, sinceMs: null, detail: null },
    { for: 'unsettled_orders', count: 7, sinceMs: 3_500, detail: null },
  ],
  unresolved: [],
  audit: { ranAtMs: 0, ageMs: 30_000, brokenPromises: 0, tookMs: 40 },
};

const UNUSED = { busy: 0, waiting: 0 };
const NO_POOL_USED = {
  general: UNUSED,
  changes: UNUSED,
  moves: UNUSED,
  settlement: UNUSED,
  payments: UNUSED,
  events: UNUSED,
  reads: UNUSED,
  reports: UNUSED,
};

test('a scrape shows what happened, however often it is repeated', async () => {
  let nowMs = 0;
  const metrics = createMetrics({ now: () => nowMs });
  metrics.onAnswered('POST /orders', 'placed');
  metrics.onAnswered('POST /orders', 'placed');
  metrics.onAnswered('POST /orders', 'sold_out');
  metrics.onTurnedAway('shed', 'first');
  metrics.onTurnedAway('shed', 'first');
  metrics.readPressure(() => 1);
  metrics.onKeysAway();
  // Two roles of one process.
  metrics.readPools(() => ({ ...NO_POOL_USED, reads: { busy: 6, waiting: 40 } }));
  metrics.readPools(() => ({ ...NO_POOL_USED, reads: { busy: 1, waiting: 0 } }));
  metrics.onBatch('purchase', 64, 3);
  metrics.onPoll(cell, { seq: 5, watermark: 2 });
  nowMs = 1_500;
  metrics.onPoll(cell, { seq: 6, watermark: 2 });
  metrics.readRemembered(() => ({ entries: 2, orders: 9, bytes: 65_536 }));
  metrics.readChores(() => [{ chore: 'expire', ageMs: 1_200 }]);
  metrics.onSettled(10, 1);
  metrics.onExpired(3);
  metrics.onCorrupt();
  metrics.onLoss([{ epoch: 1, firstSeq: 2, lastSeq: 3, orders: 3 }]);
  metrics.onAlarm();
  metrics.onCallsDue([{ provider: 'stripe', calls: 5 }]);
  metrics.onCallsDue([{ provider: 'sandbox', calls: 2 }]);
  metrics.onBackgroundError('fault');
  metrics.onRecovery(cell, 0, 'opened');
  metrics.onRecovery(cell, 0, new Error('away'));
  metrics.onAudit('friday', { brokenPromises: [{}], units: { cap: 7 } } as unknown as Audit);
  metrics.onStatuses([{ ...notQuiet, sale: 'forgotten' as SaleId }]);
  metrics.onStatuses([notQuiet]);
  await metrics.registry.metrics();
  const text = await metrics.registry.metrics();
  const values = text
    .split('\n')
    .filter((line) => /^doorbuster_(?!.*bucket|(pool_)?waiting.* 0$)/.test(line));
  expect(values).toEqual(scraped);
});

test('settlement is behind since the oldest unsettled entry was first seen', () => {
  const lag = new Lag();
  expect(lag.note(0, 0, 0)).toEqual({ entries: 0, ms: 0 });
  expect(lag.note(3, 0, 100)).toEqual({ entries: 3, ms: 0 });
  expect(lag.note(9, 0, 200)).toEqual({ entries: 9, ms: 100 });
  expect(lag.note(9, 3, 300)).toEqual({ entries: 6, ms: 100 });
  expect(lag.note(9, 9, 400)).toEqual({ entries: 0, ms: 0 });
  expect(lag.note(12, 9, 500)).toEqual({ entries: 3, ms: 0 });
});

test('a new epoch restarts the lag, and a cell that never settles keeps its oldest mark', () => {
  const lag = new Lag();
  lag.note(50, 10, 0);
  expect(lag.note(2, 0, 1_000)).toEqual({ entries: 2, ms: 0 });
  for (let seq = 3; seq < 5_000; seq++) lag.note(seq, 0, 1_000 + seq);
  expect(lag.note(5_000, 0, 11_000)).toEqual({ entries: 5_000, ms: 10_000 });
});
