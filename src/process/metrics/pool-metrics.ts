import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { POOLS } from '../../platform/config/pools.ts';
import type { PoolName } from '../../platform/config/pools.ts';

interface Reading {
  readonly busy: number;
  readonly waiting: number;
}

type ReadPools = () => Readonly<Record<PoolName, Reading>>;

export interface PoolMetrics {
  /** Says where to read what the pools of a role do. The roles of a process are added up. */
  readonly readPools: (read: ReadPools) => void;
}

/** The connections to Postgres by kind of work. */
export function poolMetrics(registry: Registry): PoolMetrics {
  const reads: ReadPools[] = [];
  const gauge = (name: string, help: string, value: (reading: Reading) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        for (const pool of POOLS) {
          this.set(
            { pool },
            reads.reduce((sum, read) => sum + value(read()[pool]), 0),
          );
        }
      },
    });
  gauge('doorbuster_pool_busy', 'Connections to Postgres that are in use', ({ busy }) => busy);
  gauge(
    'doorbuster_pool_waiting',
    'Work that waits for a connection to Postgres',
    ({ waiting }) => waiting,
  );
  return { readPools: (read) => void reads.push(read) };
}
