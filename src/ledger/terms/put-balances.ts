import type { Pool } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { balancesConflict } from '../../domain/terms/sale-conflicts.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, run } from '../../platform/query.ts';
import { balanceInstruction, balancesOf } from '../books/balances.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { pseudonymsOf } from '../changes/pseudonyms.ts';
import { recordChange } from '../changes/record-change.ts';
import { appendInstructions } from '../instructions.ts';
import { lockSale } from '../sale-row.ts';
import { balancesVersion } from '../versions.ts';

/** What a shopper is granted in all. An absent field keeps its value. */
export interface GivenBalances {
  readonly points?: number;
  readonly redPacketMinor?: number;
}

const set = query('books/balances/set-granted');

/**
 * Sets what a shopper is granted in all. It may rise at any time, in the ledger first. Once the
 * sale was opened it cannot fall, because the shopper may have spent it. Every shopper has
 * balances, though they may be 0.
 */
export function putBalances(
  pool: Pool,
  id: SaleId,
  shopper: ShopperId,
  given: GivenBalances,
  actor: Actor,
  expected: Expected = ANY,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    const now = await balancesOf(client, id, shopper);
    if (!meets(expected, balancesVersion(now))) return { kind: 'stale' };
    const { points = now.points, redPacketMinor = now.redPacket } = given;
    const more = { shopper, points: points - now.points, packet: redPacketMinor - now.redPacket };
    const rise = { points: more.points, redPacketMinor: more.packet };
    const detail = balancesConflict(sale.state, rise);
    if (detail) return { kind: 'conflict', detail };
    const version = balancesVersion({ points, redPacket: redPacketMinor });
    if (more.points === 0 && more.packet === 0) return { kind: 'unchanged', version };
    const isDraft = sale.state === 'draft';
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
    return { kind: 'changed', version };
  });
}
