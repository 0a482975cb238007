import type { Redis } from 'ioredis';
import type { Chore } from '../../queue/chore-runner.ts';
import { dropWebhookQueue } from '../../queue/drop-webhook-queue.ts';
import { Chores } from '../../queue/scheduled-chores.ts';
import { expireUnpaidOrders } from '../../service/orders/expire-loop.ts';
import { makeProviderCalls } from '../../service/orders/make-provider-calls.ts';
import { makeReports } from '../../service/orders/make-reports.ts';
import { voidLostPayments } from '../../service/orders/void-lost-payments.ts';
import { ForgetDeadProcesses } from '../../service/processes/forget-dead-processes.ts';
import { recordChoreRuns } from '../../service/processes/record-chore-runs.ts';
import { alignCaps } from '../../service/terms/align-caps-loop.ts';
import { forgetEndedSales } from '../../service/terms/forget-ended-sales.ts';
import { checkStockLevels } from '../../service/webhooks/check-stock-levels.ts';
import { clearDeliveries } from '../../service/webhooks/clear-deliveries-loop.ts';
import type { Observer } from './observer.ts';
import { PROVIDER_CALLS, REPORTS } from './wire-core.ts';
import type { Core } from './wire-core.ts';
import { processName } from './wire-presence.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Unpaid orders and calls to payment providers. @param nudge runs a chore at once */
function orderChores(core: Core, observer: Observer, nudge: (name: string) => void): Chore[] {
  const onCallsDue = () => nudge(PROVIDER_CALLS);
  const expiring = { ...core, onCallsDue, onExpired: observer.onExpired };
  const calling = {
    ...core,
    pool: core.pools.payments,
    making: new Set<number>(),
    onCall: observer.onCall,
    onAlert: observer.onAlert,
    onError: (error: Error) => observer.onError(error, PROVIDER_CALLS),
  };
  return [
    {
      name: 'expire',
      everyMs: SECOND_MS,
      run: (signal, onProgress) => expireUnpaidOrders({ ...expiring, signal, onProgress }),
    },
    {
      name: PROVIDER_CALLS,
      everyMs: SECOND_MS,
      run: (signal, onProgress) => makeProviderCalls({ ...calling, signal, onProgress }),
    },
    {
      name: 'lost-payments',
      everyMs: MINUTE_MS,
      run: (signal) => voidLostPayments({ ...calling, onCallsDue, signal }),
    },
  ];
}

/** Caps, stock, reports, and what closed sales, removed endpoints and dead processes left. */
function otherChores(core: Core, observer: Observer): Chore[] {
  const forgetDead = new ForgetDeadProcesses(core);
  const reporting = { ...core, pool: core.pools.reports };
  const onQueueError = (error: Error) => observer.onError(error, 'webhooks');
  const dropQueue = (webhook: number) => dropWebhookQueue(core.redis, webhook, onQueueError);
  return [
    { name: 'dead-processes', everyMs: 2 * SECOND_MS, run: () => forgetDead.run() },
    {
      name: 'align-caps',
      everyMs: SECOND_MS,
      run: (signal, onProgress) => alignCaps({ ...core, signal, onProgress }),
    },
    {
      name: 'forget',
      everyMs: MINUTE_MS,
      run: (signal) => forgetEndedSales({ ...core, dropQueue, signal }),
    },
    {
      name: REPORTS,
      everyMs: SECOND_MS,
      run: (signal, onProgress) => makeReports({ ...reporting, signal, onProgress }),
    },
    { name: 'stock-levels', everyMs: SECOND_MS, run: () => checkStockLevels(core) },
    {
      name: 'clear-webhooks',
      everyMs: MINUTE_MS,
      run: (signal) => clearDeliveries({ ...core, dropQueue }, signal),
    },
  ];
}

/** Wires the chores of the worker. */
export function wireChores(core: Core, connection: Redis, observer: Observer): Chores {
  const nudge = (name: string) => void chores.nudge(name);
  const chores: Chores = new Chores({
    connection,
    time: core.time,
    chores: [...orderChores(core, observer, nudge), ...otherChores(core, observer)],
    onRan: recordChoreRuns({ ...core, process: processName('worker') }),
    onError: (error, chore) => observer.onError(error, chore ?? 'chores'),
    onLate: observer.onChoreLate,
    onBack: observer.onChoreBack,
  });
  return chores;
}
