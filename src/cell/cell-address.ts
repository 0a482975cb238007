import type { CellRecord, CellShas, CellState } from '../domain/cells/cell-record.ts';
import type { CellId } from '../domain/ids.ts';
import type { CellConnections, CellLinks } from './connections.ts';
import { cellKeys } from './keys.ts';
import type { CellKeys } from './keys.ts';

/** A cell in one of its epochs: its keys, and the connections that reach them. */
export interface CellEpoch extends CellLinks {
  readonly id: CellId;
  readonly epoch: number;
  readonly keys: CellKeys;
}

/** All that a process needs to call a cell in its present epoch. */
export interface CellAddress extends CellEpoch {
  /** Null while the cell is being opened, or when its scripts are of another protocol. */
  readonly shas: CellShas | null;
  readonly state: CellState;
  /** The script protocol of the release that opened it or recovers it; 0: never opened. */
  readonly protocol: number;
  /** False when it is with another release: this process must leave it alone. */
  readonly isOurProtocol: boolean;
}

/** Any epoch of a cell, also one that is being opened, drained or freed and has no address. */
export function cellEpoch(connections: CellConnections, id: CellId, epoch: number): CellEpoch {
  const { hot, steady } = connections.of(id);
  return { id, epoch, keys: cellKeys(id, epoch), hot, steady };
}

/** @param ours the protocol of this process */
export function cellAddress(
  connections: CellConnections,
  record: CellRecord,
  ours: number,
): CellAddress {
  const { id, epoch, state, protocol, shas } = record;
  const { hot, steady } = connections.of(id);
  const isOurProtocol = protocol === ours || protocol === 0;
  return {
    id,
    epoch,
    shas: state === 'open' && isOurProtocol ? shas : null,
    state,
    protocol,
    isOurProtocol,
    keys: cellKeys(id, epoch),
    hot,
    steady,
  };
}
