import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { giveInstructions } from '../../cell/cells/inbox.ts';
import type { CellId } from '../../domain/ids.ts';
import { forOneCall } from '../../domain/inbox-instruction.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import { instructionsAfter } from '../../ledger/instructions.ts';
import { isNoScript } from '../../platform/script.ts';

export interface UpToDateDeps {
  readonly pool: Pool;
  readonly directory: Directory;
}

/** `displaced`: the cell has to be opened again, and was told nothing. */
export type Delivered = { readonly inbox: number } | 'displaced';

/**
 * Brings a cell up to date: its watermark, then every instruction it has not applied, in number
 * order. Any process may do it at any time; the cell applies each number once.
 * @throws when Redis or the ledger is away
 */
export async function bringUpToDate(deps: UpToDateDeps, cell: CellId): Promise<Delivered> {
  const cursor = await findCursor(deps.pool, cell);
  const address = deps.directory.cell(cell);
  if (!cursor || !address || address.epoch !== cursor.epoch) return 'displaced';
  const seq = settledSeq(cursor, cursor.epoch);
  try {
    return await deliverTo(deps, address, { seq, orders: cursor.settledOrders });
  } catch (error) {
    if (isNoScript(error)) return 'displaced';
    throw error;
  }
}

async function deliverTo(
  { pool }: UpToDateDeps,
  cell: CellAddress,
  watermark: { seq: number; orders: number },
): Promise<Delivered> {
  let reply = await giveInstructions(cell, [], watermark);
  for (;;) {
    // An instruction that a cell cannot read would block its inbox for good; a rebuild includes it.
    if (reply.word === 'fenced' || reply.word === 'malformed') return 'displaced';
    const { inbox } = reply;
    const next = await instructionsAfter(pool, cell.id, inbox);
    if (next.length === 0) return { inbox };
    if (next[0]!.number !== inbox + 1) throw new Error(`instruction ${inbox + 1} is missing`);
    for (let rest = next; rest.length > 0;) {
      const some = forOneCall(rest);
      reply = await giveInstructions(cell, some, watermark);
      rest = reply.word === 'applied' ? rest.slice(some.length) : [];
    }
  }
}
