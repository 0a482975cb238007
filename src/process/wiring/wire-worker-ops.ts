import type { Logger } from 'pino';
import { createOpsApp } from '../../http/app.ts';
import type { App } from '../../http/deps.ts';
import { createPseudonyms } from '../../platform/log.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Readiness } from './readiness.ts';
import type { WorkerSide } from './wire-worker.ts';

/** Creates the HTTP interface of the worker: liveness, readiness, metrics. The caller listens. */
export function createWorkerOps(
  { time }: WorkerSide,
  { config, pseudonymSecret }: Pick<Environment, 'config' | 'pseudonymSecret'>,
  { log, metrics, readiness }: { log: Logger; metrics: Metrics; readiness: Readiness },
): Promise<App> {
  return createOpsApp({
    whyNotReady: () => readiness.whyNot(),
    registry: metrics.registry,
    onAnswered: metrics.onAnswered,
    onSecurity: metrics.onSecurity,
    requestTimeoutMs: config.requestTimeoutMs,
    limits: config,
    onTurnedAway: metrics.onTurnedAway,
    log,
    time,
    pseudonyms: createPseudonyms(pseudonymSecret),
  });
}
