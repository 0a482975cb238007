import { cellEpoch } from '../cell-address.ts';
import type { CellEpoch } from '../cell-address.ts';
import type { CellConnections } from '../connections.ts';
import type { HandedHead } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { cellKeys } from '../keys.ts';
import { firstToLookAt } from './load-contents.ts';
import { noneOfAnotherType } from './outbox.ts';

/** Epochs that one command asks for. */
const CHUNK = 64;

/**
 * The epochs before one of which the server still has an outbox or a state; ascending. All that
 * were not drained are among them, however many tries have failed since.
 */
export async function epochsLeft(
  connections: CellConnections,
  cell: CellId,
  { before, drainedEpoch }: { readonly before: number; readonly drainedEpoch: number },
): Promise<number[]> {
  const { steady } = connections.of(cell);
  const exist = async (epochs: readonly number[]): Promise<boolean> => {
    const keys = epochs.flatMap((epoch) => {
      const { meta, outbox } = cellKeys(cell, epoch);
      return [meta, outbox];
    });
    return Number(await steady.call('EXISTS', ...keys)) > 0;
  };
  const left: number[] = [];
  const first = firstToLookAt(before, drainedEpoch);
  for (let from = first; from < before; from += CHUNK) {
    const length = Math.min(CHUNK, before - from);
    const some = Array.from({ length }, (_, i) => from + i);
    if (!(await exist(some))) continue;
    for (const epoch of some) if (await exist([epoch])) left.push(epoch);
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
