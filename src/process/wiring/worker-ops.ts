import type { Logger } from 'pino';
import { createOpsApp } from '../../http/app.ts';
import type { App } from '../../http/deps.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Figures } from '../figures/figures.ts';
import type { WorkerSide } from './wire-worker.ts';

/** What the worker serves: liveness, readiness and figures; the caller listens. */
export function createWorkerOps(
  { redis }: WorkerSide,
  { config }: Pick<Environment, 'config'>,
  { log, figures }: { log: Logger; figures: Figures },
): Promise<App> {
  return createOpsApp({
    isReady: () => redis.status === 'ready',
    registry: figures.registry,
    onAnswered: figures.onAnswered,
    requestTimeoutMs: config.requestTimeoutMs,
    log,
    pseudonym: () => '',
  });
}
