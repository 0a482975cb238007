import type { Pool } from 'pg';
import type { Redis } from 'ioredis';
import type { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import type { ServiceProcess } from '../../proof/fleet/service-process.ts';
import type { Audits } from '../run/audits.ts';
import type { BenchServers } from '../run/servers.ts';

/** Every process of a run, and how to reach it. */
export interface Harness {
  readonly servers: BenchServers;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly echo: { readonly url: string; readonly pid: number };
  readonly admin: SaleAdmin;
  readonly audits: Audits;
  readonly pool: Pool;
  readonly redis: Redis;
  /** One token a shopper, the same in every round. */
  readonly tokensFile: string;
  stop(): Promise<void>;
}
