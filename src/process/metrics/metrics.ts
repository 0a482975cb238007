import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { CellId } from '../../domain/ids.ts';
import type { EventOutcome, ProviderCallKind, ProviderEvent } from '../../domain/payment.ts';
import type { DueCallCount } from '../../ledger/orders/provider-calls.ts';
import { askingMetrics } from './asking-metrics.ts';
import type { AskingMetrics } from './asking-metrics.ts';
import { doorMetrics } from './door-metrics.ts';
import type { DoorMetrics } from './door-metrics.ts';
import { LabelCounter } from './label-counter.ts';
import type { Time } from '../../platform/time.ts';
import type { ChoreAge } from '../../queue/scheduled-chores.ts';
import type { Audit } from '../../service/audit.ts';
import type { Recovery } from '../../service/cells/recover-cell.ts';
import type { CallOutcome } from '../../service/orders/make-provider-calls.ts';
import { choreMetrics } from './chore-metrics.ts';
import { lossMetrics } from './loss-metrics.ts';
import type { LossMetrics } from './loss-metrics.ts';
import { rememberedMetrics } from './remembered-entries.ts';
import type { Remembered } from './remembered-entries.ts';
import { lagMetrics } from './settlement-lag.ts';
import type { LagMetrics } from './settlement-lag.ts';
import { statusMetrics } from './status-metrics.ts';
import type { StatusMetrics } from './status-metrics.ts';

/** One callback for each kind of event that is counted. They may be passed on unbound. */
export interface Metrics
  extends LossMetrics, StatusMetrics, DoorMetrics, AskingMetrics, LagMetrics {
  readonly registry: Registry;
  /** Says where to read what an api remembers. */
  readonly readRemembered: (read: () => Remembered) => void;
  /** Says where to read how long ago each chore ran. */
  readonly readChores: (read: () => readonly ChoreAge[]) => void;
  readonly onSettled: (settled: number, buried: number) => void;
  /** The orders that were settled since the start. */
  readonly readSettled: () => Promise<number>;
  readonly onRecovery: (cell: CellId, seenEpoch: number, outcome: Recovery | Error) => void;
  readonly onCorrupt: () => void;
  /** @param outcome `done`, `failed` (to be retried), `dead`, or `over` (nothing to send) */
  readonly onDelivered: (outcome: string) => void;
  readonly onAudit: (sale: string, audit: Audit) => void;
  /** Orders expired because nobody paid in time. */
  readonly onExpired: (orders: number) => void;
  /** A payment provider sent a verified event. */
  readonly onEvent: (kind: ProviderEvent['kind'], outcome: EventOutcome) => void;
  /** A payment provider was called. */
  readonly onCall: (kind: ProviderCallKind, outcome: CallOutcome) => void;
  /** Background work failed: `trouble` in an outage, `fault` for a bug. */
  readonly onBackgroundError: (kind: 'trouble' | 'fault') => void;
  /** The calls that are due, by provider. */
  readonly onCallsDue: (due: readonly DueCallCount[]) => void;
}

function settlingMetrics(
  registry: Registry,
): Pick<Metrics, 'onSettled' | 'readSettled' | 'onRecovery' | 'onCorrupt' | 'onExpired'> {
  const registers = [registry];
  const settled = new Counter({
    name: 'doorbuster_orders_settled_total',
    help: 'Orders written into the ledger',
    registers,
  });
  const buried = new Counter({
    name: 'doorbuster_orders_buried_total',
    help: 'Orders that could not be settled and became dead letters',
    registers,
  });
  const expired = new Counter({
    name: 'doorbuster_orders_expired_total',
    help: 'Orders that were not paid in time',
    registers,
  });
  const recoveries = new Counter({
    name: 'doorbuster_recoveries_total',
    help: 'Openings and recoveries of cells: opened, not_needed, in_progress, overtaken or failed',
    labelNames: ['outcome'],
    registers,
  });
  const corrupt = new Counter({
    name: 'doorbuster_corrupt_cells_total',
    help: 'Times that keys of a cell in Redis were found damaged: anything above 0 is an alarm',
    registers,
  });
  return {
    onCorrupt: () => corrupt.inc(),
    onSettled: (settledNow, buriedNow) => {
      settled.inc(settledNow);
      buried.inc(buriedNow);
    },
    readSettled: async () => (await settled.get()).values[0]?.value ?? 0,
    onExpired: (orders) => expired.inc(orders),
    onRecovery: (_cell, _seenEpoch, outcome) =>
      recoveries.inc({ outcome: outcome instanceof Error ? 'failed' : outcome }),
  };
}

function webhookMetrics(registry: Registry): Pick<Metrics, 'onDelivered'> {
  const deliveries = new Counter({
    name: 'doorbuster_webhook_deliveries_total',
    help: 'Attempts to deliver a webhook: done, failed, dead (given up) or over (nothing to send)',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return { onDelivered: (outcome) => deliveries.inc({ outcome }) };
}

/** The findings of the last audit. */
function auditMetrics(registry: Registry): Pick<Metrics, 'onAudit'> {
  const registers = [registry];
  const units = new Gauge({
    name: 'doorbuster_units',
    help: 'Units of a sale by state, as its last audit found them',
    labelNames: ['sale', 'state'],
    registers,
  });
  const broken = new Gauge({
    name: 'doorbuster_broken_promises',
    help: 'Rows of the last audit: anything above 0 is an alarm',
    labelNames: ['sale'],
    registers,
  });
  return {
    onAudit: (sale, audit) => {
      broken.set({ sale }, audit.brokenPromises.length);
      for (const [state, count] of Object.entries(audit.units)) units.set({ sale, state }, count);
    },
  };
}

/** Events of payment providers and calls to them. */
function paymentMetrics(registry: Registry): Pick<Metrics, 'onEvent' | 'onCall' | 'onCallsDue'> {
  const events = new LabelCounter(registry, {
    name: 'doorbuster_payment_events_total',
    help: 'Events of payment providers: moved, known, duplicate, or kept as unknown or refused',
    labels: ['kind', 'outcome'],
  });
  const calls = new LabelCounter(registry, {
    name: 'doorbuster_provider_calls_total',
    help: 'Calls to payment providers: captured, voided, refunded, away, refused or dead',
    labels: ['kind', 'outcome'],
  });
  const due = new Gauge({
    name: 'doorbuster_provider_calls_due',
    help: 'Calls to payment providers that are still to be made',
    labelNames: ['provider'],
    registers: [registry],
  });
  return {
    onCallsDue: (all) => {
      due.reset();
      for (const { provider, calls: count } of all) due.set({ provider }, count);
    },
    onEvent: (kind, outcome) => events.add(kind, outcome),
    onCall: (kind, outcome) => calls.add(kind, outcome),
  };
}

function backgroundMetrics(registry: Registry): Pick<Metrics, 'onBackgroundError'> {
  const errors = new Counter({
    name: 'doorbuster_background_errors_total',
    help: 'Errors of background work: trouble (an outage) or fault (a bug)',
    labelNames: ['kind'],
    registers: [registry],
  });
  // Both exist from the start, so that the first error shows as a rise.
  for (const kind of ['trouble', 'fault']) errors.inc({ kind }, 0);
  return { onBackgroundError: (kind) => errors.inc({ kind }) };
}

/** All metrics of a process, including its CPU, memory and event loop. */
export function createMetrics(time: Pick<Time, 'now'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...askingMetrics(registry),
    ...doorMetrics(registry, time),
    ...lagMetrics(registry, time),
    ...rememberedMetrics(registry),
    ...settlingMetrics(registry),
    ...webhookMetrics(registry),
    ...auditMetrics(registry),
    ...paymentMetrics(registry),
    ...backgroundMetrics(registry),
    ...lossMetrics(registry),
    ...choreMetrics(registry),
    ...statusMetrics(registry),
  };
}
