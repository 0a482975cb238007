import { cellEpoch } from '../cell-address.ts';
import type { CellEpoch } from '../cell-address.ts';
import type { CellConnections } from '../connections.ts';
import type { HandedHead } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { cellKeys } from '../keys.ts';
import { EPOCHS_BACK } from './load-contents.ts';
import { noneOfAnotherType } from './outbox.ts';

/** The epochs before one of which the server still has an outbox or a state; ascending. */
export async function epochsLeft(
  connections: CellConnections,
  cell: CellId,
  before: number,
): Promise<number[]> {
  const { steady } = connections.of(cell);
  const left: number[] = [];
  for (let epoch = Math.max(1, before - EPOCHS_BACK); epoch < before; epoch++) {
    const { meta, outbox } = cellKeys(cell, epoch);
    if (Number(await steady.call('EXISTS', meta, outbox)) > 0) left.push(epoch);
  }
  return left;
}

/** The last number that an epoch gave; null when the server has no state of it, or no sound one. */
export async function readHead(
  connections: CellConnections,
  cell: CellId,
  epoch: number,
): Promise<HandedHead | null> {
  const { steady, keys }: CellEpoch = cellEpoch(connections, cell, epoch);
  const reply = steady
    .call('HMGET', keys.meta, 'seq', 'placed', 'watermark')
    .catch(noneOfAnotherType);
  const [seq, placed, watermark] = (await reply) as (string | null)[];
  if (!seq || !placed) return null;
  // What the cell knew as settled was told, also when an older ledger has come back.
  const settledSeq = Number(watermark ?? 0);
  return { epoch, seq: Number(seq), placed: Number(placed), settledSeq };
}
