import type { Pool } from 'pg';
import { POOLS } from '../../platform/config/pools.ts';
import type { PoolName, PoolSizes } from '../../platform/config/pools.ts';
import { createPool } from '../../platform/postgres.ts';

export type Pools = Readonly<Record<PoolName, Pool>>;

/** What the pools are doing at present. */
export type PoolReadings = Readonly<Record<PoolName, { busy: number; waiting: number }>>;

/** More work than this for each connection of a pool is refused at once: it would wait too long. */
const WAITING_EACH = 64;

/** Who may wait without a bound: work of this process itself, done once for all requests. */
const isOurOwn = (name: PoolName): boolean => name === 'general' || name === 'settlement';

/** A pool opens its connections when they are needed: one that nobody uses costs nothing. */
export function wirePools(url: string, sizes: PoolSizes, onError: (error: Error) => void): Pools {
  const made = POOLS.map((name) => {
    const max = sizes[name];
    const bound = isOurOwn(name) ? {} : { maxWaiting: max * WAITING_EACH };
    return [name, createPool(url, { max, ...bound, onError })];
  });
  return Object.fromEntries(made) as Pools;
}

export const endPools = (pools: Pools): Promise<unknown> =>
  Promise.all(Object.values(pools).map((pool) => pool.end()));

export function readPools(pools: Pools): PoolReadings {
  const readings = POOLS.map((name) => {
    const { totalCount, idleCount, waitingCount } = pools[name];
    return [name, { busy: totalCount - idleCount, waiting: waitingCount }];
  });
  return Object.fromEntries(readings) as PoolReadings;
}

/** Work that waits for a connection, in all pools. */
export const waitingForPools = (pools: Pools): number =>
  POOLS.reduce((sum, name) => sum + pools[name].waitingCount, 0);
