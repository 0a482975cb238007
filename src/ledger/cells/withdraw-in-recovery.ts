import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { lockClaimable } from '../cell-rows.ts';
import { lockOffers } from '../books/return-units.ts';
import { buriedOf, leftInCell } from './snapshot.ts';
import { openWithdrawals, settleWithdrawn } from '../books/withdrawals.ts';

/**
 * Takes what the cell was asked to hand back, while a recovery rebuilds it. The cell's outboxes are
 * drained, so it had exactly what the books say is left.
 * @param epoch that of the recovery's claim
 * @returns false when another recovery has the claim: nothing was taken
 */
export function withdrawInRecovery(pool: Pool, cell: CellId, epoch: number): Promise<boolean> {
  return transaction(pool, async (client) => {
    const now = await lockClaimable(client, cell);
    if (now?.epoch !== epoch || now.state !== 'recovering') return false;
    const asked = await openWithdrawals(client, cell);
    if (asked.length === 0) return true;
    const offers = asked.map(({ offer }) => offer);
    await lockOffers(client, cell.sale, offers);
    const { units } = await leftInCell(client, cell, await buriedOf(client, cell));
    for (const { number, offer, asked: wanted } of asked) {
      const left = units.get(offer) ?? 0;
      const taken = Math.max(0, Math.min(wanted, left));
      units.set(offer, left - taken);
      await settleWithdrawn(client, cell, { number, units: [[offer, taken]] }, null);
    }
    return true;
  });
}
