import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { unlinkAll } from '../cell/contents.ts';
import { readOutbox } from '../cell/outbox.ts';
import { forgetEnded, forgettableCells, recordFreed } from '../ledger/forget.ts';
import type { EndedCell } from '../ledger/forget.ts';

export interface ForgetDeps {
  readonly pool: Pool;
  readonly redis: Redis;
}

/** Something is left in the outbox: then the cell's keys stay, however old they are. */
async function isSettled(redis: Redis, { id, epoch, seq }: EndedCell): Promise<boolean> {
  return (await readOutbox(redis, id, epoch, { afterSeq: seq, ordersMax: 1 })).length === 0;
}

/**
 * Forgets sales that are closed, a day after the last hold in them ended: until then their keys give
 * the same answers. What Redis still holds of them is freed a minute later: by then no process knows
 * them, and none takes an empty cell for one to be rebuilt. Everything stays in the ledger.
 */
export async function forgetSales({ pool, redis }: ForgetDeps): Promise<void> {
  await forgetEnded(pool);
  const bySale = Map.groupBy(await forgettableCells(pool), ({ id }) => id.sale);
  for (const [sale, cells] of bySale) {
    const settled = await Promise.all(cells.map((cell) => isSettled(redis, cell)));
    if (settled.includes(false)) continue;
    for (const { id, epoch } of cells) await unlinkAll(redis, id, epoch);
    await recordFreed(pool, [sale]);
  }
}
