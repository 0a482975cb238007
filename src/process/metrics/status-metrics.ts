import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { WAITING_FOR } from '../../domain/quiet.ts';
import type { SaleStatus, WaitingFor } from '../../domain/quiet.ts';

export interface StatusMetrics {
  /** @param statuses of every live sale */
  readonly onStatuses: (statuses: readonly SaleStatus[]) => void;
}

const MS_PER_S = 1000;

/** What sales wait for, and when they were last audited. */
export function statusMetrics(registry: Registry): StatusMetrics {
  const shared = { labelNames: ['sale', 'for'], registers: [registry] };
  const waiting = new Gauge({
    name: 'doorbuster_waiting',
    help: 'What a sale waits for until it is quiet: see ./doorbuster status',
    ...shared,
  });
  const seconds = new Gauge({
    name: 'doorbuster_waiting_seconds',
    help: 'How long the oldest of it has waited; 0: nothing waits, or nobody knows since when',
    ...shared,
  });
  const audited = new Gauge({
    name: 'doorbuster_audit_age_seconds',
    help: 'Time since a worker last audited a sale',
    labelNames: ['sale'],
    registers: [registry],
  });
  const note = ({ sale, asOfMs, waiting: all, audit }: SaleStatus) => {
    for (const kind of Object.keys(WAITING_FOR) as WaitingFor[]) {
      const found = all.find((one) => one.for === kind);
      waiting.set({ sale, for: kind }, found?.count ?? 0);
      const ms = asOfMs - (found?.sinceMs ?? asOfMs);
      seconds.set({ sale, for: kind }, Math.max(0, ms) / MS_PER_S);
    }
    if (audit) audited.set({ sale }, audit.ageMs / MS_PER_S);
  };
  return {
    onStatuses: (statuses) => {
      // A sale that is forgotten has no status.
      for (const gauge of [waiting, seconds, audited]) gauge.reset();
      for (const status of statuses) note(status);
    },
  };
}
