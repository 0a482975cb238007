import type { Variable } from './variable.ts';

/**
 * Each kind of work has connections of its own to Postgres, so that none waits for another.
 * `general`: what a process does by itself, such as heartbeats, recovery and chores, and the glance
 * at all sales, which is one for all who look ·
 * `changes`: terms of sales, and endpoints · `moves`: a sale opens, pauses or closes ·
 * `settlement` · `payments`: payments, refunds, cancellations · `events`: of payment providers ·
 * `reads`: what shoppers and operators read · `reports`: reports, lists, exports, audits.
 */
export const POOLS = [
  'general',
  'changes',
  'moves',
  'settlement',
  'payments',
  'events',
  'reads',
  'reports',
] as const;
export type PoolName = (typeof POOLS)[number];

/** The most connections of each. */
export type PoolSizes = Readonly<Record<PoolName, number>>;

/** An api opens up to 24 of these, and a worker 20: Postgres allows 100 in all by default. */
export const USUAL_POOLS: PoolSizes = Object.freeze({
  general: 6,
  changes: 2,
  moves: 2,
  settlement: 8,
  payments: 4,
  events: 2,
  reads: 6,
  reports: 2,
});
const MOST = 100;

const isPool = (name: string): name is PoolName => POOLS.some((one) => one === name);

/** Reads sizes such as `payments=10,reports=1`; a pool that is not named keeps its usual size. */
export function poolSizes(text: string): PoolSizes {
  const sizes: Record<PoolName, number> = { ...USUAL_POOLS };
  const named = new Set<string>();
  for (const item of text === '' ? [] : text.split(',')) {
    const [name = '', size = ''] = item.split('=', 2).map((part) => part.trim());
    if (!isPool(name)) throw new RangeError(`must give sizes to ${POOLS.join(', ')}`);
    if (named.has(name)) throw new RangeError(`must name ${name} once`);
    named.add(name);
    sizes[name] = /^\d{1,3}$/.test(size) ? Number(size) : 0;
    if (sizes[name] < 1 || sizes[name] > MOST) {
      throw new RangeError(`must give ${name} 1 to ${MOST} connections, such as ${name}=6`);
    }
  }
  const sum = Object.values(sizes).reduce((all, size) => all + size, 0);
  if (sum > MOST) throw new RangeError(`must not exceed ${MOST} connections in all`);
  return Object.freeze(sizes);
}

/** How many connections a process may open. */
export const pools = {
  databasePools: {
    name: 'DATABASE_POOLS',
    fallback: '',
    description: 'Connections to Postgres by kind of work; unset: 32 in all, see configuration.md',
    parse: poolSizes,
  },
} as const satisfies Record<string, Variable<unknown>>;
