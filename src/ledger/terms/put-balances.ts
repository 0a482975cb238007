import type { Pool } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, run } from '../../platform/query.ts';
import { balanceInstruction, balancesOf } from '../books/balances.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { appendInstructions } from '../instructions.ts';
import { lockSale } from '../sale-row.ts';

/** What a shopper was granted in all; an absent one stays as it is. */
export interface GivenBalances {
  readonly points?: number;
  readonly redPacketMinor?: number;
}

const set = query('books/balances/set-granted');

/**
 * Sets what a shopper was granted in all. More may be granted at any time, ledger first; what was
 * granted in an opened sale may be spent already, and stays.
 */
export function putBalances(
  pool: Pool,
  id: SaleId,
  shopper: ShopperId,
  given: GivenBalances,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    if (sale.state === 'closed') return { kind: 'conflict', detail: 'the sale is closed' };
    const now = await balancesOf(client, id, shopper);
    const { points = now.points, redPacketMinor = now.redPacket } = given;
    const more = { shopper, points: points - now.points, packet: redPacketMinor - now.redPacket };
    if (more.points === 0 && more.packet === 0) return { kind: 'unchanged' };
    const isDraft = sale.state === 'draft';
    if (!isDraft && (more.points < 0 || more.packet < 0)) {
      return { kind: 'conflict', detail: 'a balance cannot be cut once the sale was opened' };
    }
    const cell = homeCell(shopper, sale.cells);
    await run(client, set, [id, shopper, isDraft ? null : cell, points, redPacketMinor]);
    if (!isDraft) await appendInstructions(client, { sale: id, cell }, [balanceInstruction(more)]);
    return { kind: 'changed' };
  });
}
