import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Gap } from '../../ledger/cells/gaps.ts';

export interface LossMetrics {
  /** A recovery could not find some numbers of an outbox. */
  readonly onLoss: (gaps: readonly Gap[]) => void;
  /** Redis is the wrong one, or a cell changes its epoch again and again. */
  readonly onAlarm: () => void;
}

export function lossMetrics(registry: Registry): LossMetrics {
  const lost = new Counter({
    name: 'doorbuster_acknowledged_lost_total',
    help: 'Acknowledged orders and claims that are lost, 1 for an unknown number',
    registers: [registry],
  });
  const alarms = new Counter({
    name: 'doorbuster_cell_alarms_total',
    help: 'Times that Redis was the wrong one, or that a cell changed its epoch again and again',
    registers: [registry],
  });
  return {
    onLoss: (gaps) => lost.inc(gaps.reduce((sum, { orders }) => sum + (orders ?? 1), 0)),
    onAlarm: () => alarms.inc(),
  };
}
