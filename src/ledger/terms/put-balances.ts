import type { Pool } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, run } from '../../platform/query.ts';
import { balanceInstruction, balancesOf } from '../books/balances.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { pseudonymsOf } from '../changes/pseudonyms.ts';
import { recordChange } from '../changes/record-change.ts';
import { appendInstructions } from '../instructions.ts';
import { lockSale } from '../sale-row.ts';

/** What a shopper is granted in all. An absent field keeps its value. */
export interface GivenBalances {
  readonly points?: number;
  readonly redPacketMinor?: number;
}

const set = query('books/balances/set-granted');

/**
 * Sets what a shopper is granted in all. It may rise at any time, in the ledger first. Once the
 * sale was opened it cannot fall, because the shopper may have spent it.
 */
export function putBalances(
  pool: Pool,
  id: SaleId,
  shopper: ShopperId,
  given: GivenBalances,
  actor: Actor,
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
    const [pseudonym] = await pseudonymsOf(client, id, [shopper]);
    await recordChange(client, actor, {
      sale: id,
      subject: `balances:${pseudonym!}`,
      what: 'put',
      owner: null,
      before: { points: now.points, redPacketMinor: now.redPacket },
      after: { points, redPacketMinor },
    });
    return { kind: 'changed' };
  });
}
