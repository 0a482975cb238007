import { startAuditor, watchDamage } from '../metrics/audit-loop.ts';
import { watchDueCalls } from '../metrics/watch-due-calls.ts';
import { watchStatuses } from '../metrics/watch-statuses.ts';
import type { Started, StopStep } from '../stop-in-order.ts';
import { Readiness } from '../wiring/readiness.ts';
import { createWorkerOps } from '../wiring/wire-worker-ops.ts';
import { startWebhooks } from '../wiring/wire-webhooks.ts';
import { readPools } from '../wiring/wire-pools.ts';
import { wireWorker } from '../wiring/wire-worker.ts';
import type { WorkerSide } from '../wiring/wire-worker.ts';
import { listen } from './listen.ts';
import type { Running } from './running.ts';
import { tellUnsafeRedis } from './tell-unsafe-redis.ts';

const OPS_MS = 1_000;
const WEBHOOKS_MS = 2_000;
const WORK_MS = 4_000;

const RESTORED =
  'the ledger lacks an audit of this worker: an older backup was restored, or its clock was set ' +
  'back. Changes are verified from the first again';

export interface StartedWorker extends Started {
  readonly lateChores: () => readonly string[];
}

/**
 * Starts what looks at the ledger again and again, until the process stops. A process that ends
 * waits for no look: cutting one off harms nothing.
 */
function startWatches(side: WorkerSide, { wire, log, metrics, stopping }: Running): void {
  const reading = { ...side, pool: side.pools.reports };
  const onError = (error: Error, where: string) => {
    if (!stopping.aborted) wire.observer.onError(error, where);
  };
  const auditor = startAuditor({
    ...reading,
    stopping,
    onAudit: metrics.onAudit,
    onError: (err, sale) => onError(err, sale ? `audit of ${sale}` : 'audit'),
    // Rows may name shoppers, and logs may not.
    onBroken: (sale, rows) => {
      const promises = [...new Set(rows.map(({ promise }) => promise))];
      const command = ['./doorbuster audit', ...(sale === null ? [] : [sale])].join(' ');
      const words = `broken promises: ${command} names them`;
      log.error({ sale, rows: rows.length, promises }, words);
    },
    onRestored: () => log.warn(RESTORED),
  });
  const counters = watchDamage({ ...reading, onError });
  const dueCalls = watchDueCalls({
    ...side,
    onCallsDue: metrics.onCallsDue,
    onError: (err) => onError(err, 'provider-calls due'),
  });
  const statuses = watchStatuses({
    ...side,
    onStatuses: metrics.onStatuses,
    onError: (err) => onError(err, 'status'),
  });
  const watches = [auditor, counters, dueCalls, statuses];
  stopping.addEventListener('abort', () => watches.forEach((watch) => void watch.stop()));
}

async function startOps(
  side: WorkerSide,
  running: Running,
  lateChores: () => readonly string[],
): Promise<StopStep[]> {
  await tellUnsafeRedis(side, running);
  const readiness = new Readiness({ ...side, lateChores, stopping: running.stopping });
  const ops = await createWorkerOps(side, running.env, { ...running, readiness });
  await listen(ops, running, 'worker');
  return [{ what: 'health and metrics', withinMs: OPS_MS, stop: () => ops.close() }];
}

/** @param isAlone without an api in the same process: it serves its own health and metrics */
export async function startWorker(running: Running, isAlone: boolean): Promise<StartedWorker> {
  const { wire, metrics, env } = running;
  const side = await wireWorker(wire);
  const lateChores = () => side.chores.late();
  metrics.readChores(() => side.chores.ages());
  metrics.readPools(() => readPools(side.pools));
  side.settler.start();
  side.chores.start();
  startWatches(side, running);
  const webhooks = startWebhooks({
    ...side,
    redisUrl: wire.redisUrl,
    allowPrivate: env.config.webhookAllowPrivate,
    onDelivered: metrics.onDelivered,
    onError: (err) => wire.observer.onError(err, 'webhooks'),
  });
  return {
    steps: [
      ...(isAlone ? await startOps(side, running, lateChores) : []),
      { what: 'webhooks', withinMs: WEBHOOKS_MS, stop: () => webhooks.stop() },
      { what: 'settling and chores', withinMs: WORK_MS, stop: side.finish },
    ],
    close: side.close,
    lateChores,
  };
}
