import type { Logger } from 'pino';
import { createOpsApp } from '../../http/app.ts';
import type { App } from '../../http/deps.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { WorkerSide } from './wire-worker.ts';

/** Creates the HTTP interface of the worker: liveness, readiness, metrics. The caller listens. */
export function createWorkerOps(
  { redis, chores, time }: WorkerSide,
  { config }: Pick<Environment, 'config'>,
  { log, metrics }: { log: Logger; metrics: Metrics },
): Promise<App> {
  return createOpsApp({
    isReady: () => redis.status === 'ready' && chores.late().length === 0,
    registry: metrics.registry,
    onAnswered: metrics.onAnswered,
    requestTimeoutMs: config.requestTimeoutMs,
    log,
    time,
    pseudonym: () => '',
  });
}
