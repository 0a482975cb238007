import type { Pool } from 'pg';
import type { Redis } from 'ioredis';
import type { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import type { ServiceProcess } from '../../proof/fleet/service-process.ts';
import type { Audits } from '../run/audits.ts';
import type { BenchServers } from '../run/servers.ts';

/** The processes that a run over HTTP needs, and the connections to them. */
export interface Harness {
  readonly servers: BenchServers;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly echo: { readonly url: string; readonly pid: number };
  readonly admin: SaleAdmin;
  readonly audits: Audits;
  readonly pool: Pool;
  readonly redis: Redis;
  /** Holds one token per shopper, the same in every round. */
  readonly tokensFile: string;
  stop(): Promise<void>;
}
