import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { giveInstructions } from '../../cell/cells/inbox.ts';
import type { InstructReply, Watermark } from '../../cell/cells/inbox.ts';
import type { CellId } from '../../domain/ids.ts';
import { forOneCall, isKnownKind } from '../../domain/inbox-instruction.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import type { Cursor } from '../../ledger/cell-rows.ts';
import { instructionsAfter } from '../../ledger/instructions.ts';
import { isNoScript, isScriptError } from '../../platform/script.ts';
import { tellDamage } from './tell-damage.ts';
import type { TellDamageDeps } from './tell-damage.ts';

export interface UpToDateDeps extends TellDamageDeps {
  readonly pool: Pool;
  readonly directory: Directory;
}

/** `displaced`: the cell has to be opened again, and was told nothing. */
export type Delivered = { readonly inbox: number } | 'displaced';

const NONE_SETTLED: Watermark = { seq: 0, tag: '', orders: 0 };

/** How far the present epoch is settled. */
const watermarkOf = (cursor: Cursor): Watermark =>
  cursor.cursorEpoch === cursor.epoch
    ? { seq: cursor.cursorSeq, tag: cursor.cursorTag, orders: cursor.settledOrders }
    : NONE_SETTLED;

/**
 * Brings a cell up to date: its watermark, then every instruction it has not applied, in number
 * order. Any process may do it at any time; the cell applies each number once.
 * @throws when Redis or the ledger is away
 */
export async function bringUpToDate(deps: UpToDateDeps, cell: CellId): Promise<Delivered> {
  const cursor = await findCursor(deps.pool, cell);
  const address = deps.directory.cell(cell);
  if (!cursor || !address || address.epoch !== cursor.epoch) return 'displaced';
  try {
    return await deliverTo(deps, address, cursor);
  } catch (error) {
    if (isNoScript(error)) return 'displaced';
    if (!isScriptError(error)) throw error;
    // The cell would refuse every later call as well; a rebuild makes its keys anew.
    await tellDamage(deps, address, error.message);
    return 'displaced';
  }
}

/**
 * True when the cell has applied instructions that the ledger never gave, or knows entries as
 * settled that the ledger does not have: an older backup of the ledger was restored.
 * @param told the cursor before the cell was asked; the ledger may have gone on since
 */
async function isAheadOfLedger(
  { pool }: UpToDateDeps,
  cell: CellAddress,
  { inbox, watermark }: Extract<InstructReply, { inbox: number }>,
  told: Cursor,
): Promise<boolean> {
  const isAhead = (cursor: Cursor) =>
    inbox > cursor.lastInstruction || watermark > settledSeq(cursor, cell.epoch);
  if (!isAhead(told)) return false;
  const present = await findCursor(pool, cell.id);
  return !present || present.epoch !== cell.epoch || isAhead(present);
}

/** A cell that cannot apply an instruction of this release is damaged. */
async function tellUnlessNewer(
  deps: UpToDateDeps,
  cell: CellAddress,
  number: number,
): Promise<void> {
  const [next] = await instructionsAfter(deps.pool, cell.id, number - 1);
  if (next && !isKnownKind(next.body.kind)) return;
  await tellDamage(deps, cell, `instruction ${number} cannot be applied`);
}

async function deliverTo(
  deps: UpToDateDeps,
  cell: CellAddress,
  cursor: Cursor,
): Promise<Delivered> {
  const { pool } = deps;
  const watermark = watermarkOf(cursor);
  let reply = await giveInstructions(cell, [], watermark);
  if ('inbox' in reply && (await isAheadOfLedger(deps, cell, reply, cursor))) return 'displaced';
  for (;;) {
    // An instruction that a cell cannot read would block its inbox for good; a rebuild includes it.
    if (reply.word === 'malformed') await tellUnlessNewer(deps, cell, reply.number);
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
