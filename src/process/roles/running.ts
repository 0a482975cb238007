import type { Logger } from 'pino';
import type { Environment } from '../own-or-external-servers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { WireOptions } from '../wiring/wire-core.ts';

/** What both roles of a process share. */
export interface Running {
  readonly env: Environment;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly wire: WireOptions;
  /** Aborts when the process begins to stop. */
  readonly stopping: AbortSignal;
}
