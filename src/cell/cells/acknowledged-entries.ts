import type { AcknowledgedEntry, HandedHead, Head } from '../../domain/cells/acknowledged-entry.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import type { CellAddress } from '../cell-address.ts';
import { rebuildEntry } from '../selling/kept-entry.ts';
import type { KeptEntry } from '../selling/kept-entry.ts';
import { EntryLog, PagePool } from './entry-log.ts';

/** What this process remembers of one epoch of a cell. */
interface EpochMemory {
  readonly log: EntryLog;
  /** The ledger has the entries up to this number. */
  settledSeq: number;
  headSeq: number;
  headPlaced: number;
}

interface CellMemory {
  readonly id: CellId;
  readonly epochs: Map<number, EpochMemory>;
  /** Nothing of an epoch below this is acknowledged. */
  openFrom: number;
  /** An epoch below this is in the ledger, and nothing about it is noted. */
  forgottenBelow: number;
}

/** What is remembered of the epochs of a cell that are closed here. */
export interface ClosedEpochs {
  /**
   * By epoch, in the order in which they were remembered. Each is rebuilt when it is asked for, at
   * any time before `forget`.
   */
  readonly entries: Iterable<AcknowledgedEntry>;
  readonly heads: readonly HandedHead[];
}

/**
 * The entries that this process acknowledged and the ledger does not have yet. A Redis that loses
 * its data loses its outboxes; their entries can then be written again from here. The backlog limit
 * bounds them.
 */
export class AcknowledgedEntries {
  readonly #pool = new PagePool();
  readonly #cells = new Map<string, CellMemory>();

  /**
   * Call it before anyone is answered.
   * @param seq the entry's number
   * @param placed orders and claims of the epoch up to and with this entry
   * @returns false when the epoch is closed here; then nobody may be told that an order is placed
   */
  remember({ id, epoch }: CellAddress, seq: number, placed: number, kept: KeptEntry): boolean {
    const memory = this.#memoryOf(id);
    if (epoch < memory.openFrom) return false;
    const { log } = this.#noteHead(memory, epoch, seq, placed);
    log.append(seq, placed, kept);
    return true;
  }

  /** True when nothing more is needed to acknowledge an entry once more. */
  has({ id, epoch }: CellAddress, seq: number): boolean {
    const known = this.#cells.get(cellName(id))?.epochs.get(epoch);
    return known !== undefined && (seq <= known.settledSeq || known.log.has(seq));
  }

  /**
   * A poll saw that the ledger has all entries up to a number. A closed epoch stays as it is, for
   * its entries may be on their way to the ledger.
   */
  noteSettled(id: CellId, epoch: number, watermark: number): void {
    const memory = this.#cells.get(cellName(id));
    const known = memory?.epochs.get(epoch);
    if (!known || epoch < memory!.openFrom || watermark <= known.settledSeq) return;
    known.settledSeq = watermark;
    known.log.dropUpTo(watermark);
  }

  noteHead(id: CellId, { epoch, seq, placed }: Head): void {
    const memory = this.#memoryOf(id);
    if (epoch >= memory.forgottenBelow) this.#noteHead(memory, epoch, seq, placed);
  }

  #noteHead(memory: CellMemory, epoch: number, seq: number, placed: number): EpochMemory {
    let known = memory.epochs.get(epoch);
    if (!known) {
      known = { log: new EntryLog(this.#pool), settledSeq: 0, headSeq: 0, headPlaced: 0 };
      memory.epochs.set(epoch, known);
    }
    if (seq > known.headSeq) {
      known.headSeq = seq;
      known.headPlaced = placed;
    }
    return known;
  }

  #memoryOf(id: CellId): CellMemory {
    const name = cellName(id);
    const known = this.#cells.get(name);
    if (known) return known;
    const memory = { id, epochs: new Map(), openFrom: 0, forgottenBelow: 0 };
    this.#cells.set(name, memory);
    return memory;
  }

  /** From this call on, nothing of the epochs below `epoch` is acknowledged. */
  close(id: CellId, belowEpoch: number): ClosedEpochs {
    const memory = this.#memoryOf(id);
    memory.openFrom = Math.max(memory.openFrom, belowEpoch);
    const closed = epochsBelow(memory, belowEpoch);
    return {
      entries: { [Symbol.iterator]: () => entriesOf(closed) },
      heads: closed.map(([epoch, { headSeq, headPlaced, settledSeq }]) => ({
        epoch,
        seq: headSeq,
        placed: headPlaced,
        settledSeq,
      })),
    };
  }

  /** The ledger has all entries of the epochs below `epoch`. */
  forget(id: CellId, belowEpoch: number): void {
    const memory = this.#memoryOf(id);
    memory.openFrom = Math.max(memory.openFrom, belowEpoch);
    memory.forgottenBelow = Math.max(memory.forgottenBelow, belowEpoch);
    for (const [epoch] of epochsBelow(memory, belowEpoch)) memory.epochs.delete(epoch);
  }

  /** Drops the memory of cells that nobody knows any more and of which no entry is remembered. */
  dropUnknown(isKnown: (id: CellId) => boolean): void {
    for (const [name, { id, epochs }] of this.#cells) {
      if (!isKnown(id) && !hasEntries(epochs)) this.#cells.delete(name);
    }
  }

  /** True when entries of an epoch before this one are remembered. */
  hasBefore(id: CellId, epoch: number): boolean {
    const memory = this.#cells.get(cellName(id));
    return memory !== undefined && hasEntries(new Map(epochsBelow(memory, epoch)));
  }

  /** The cells of which entries are remembered. */
  cells(): CellId[] {
    return [...this.#cells.values()].filter(({ epochs }) => hasEntries(epochs)).map(({ id }) => id);
  }

  /** `bytes` of memory that hold them. */
  totals(): { entries: number; orders: number; bytes: number } {
    const sum = { entries: 0, orders: 0, bytes: 0 };
    for (const { epochs } of this.#cells.values()) {
      for (const { log } of epochs.values()) {
        const { entries, orders, bytes } = log.totals();
        sum.entries += entries;
        sum.orders += orders;
        sum.bytes += bytes;
      }
    }
    return sum;
  }
}

const hasEntries = (epochs: CellMemory['epochs']): boolean =>
  [...epochs.values()].some(({ log }) => log.totals().entries > 0);

function epochsBelow({ epochs }: CellMemory, below: number): [number, EpochMemory][] {
  return [...epochs].filter(([epoch]) => epoch < below).sort(([a], [b]) => a - b);
}

function* entriesOf(epochs: readonly [number, EpochMemory][]): Generator<AcknowledgedEntry> {
  for (const [epoch, { log }] of epochs) {
    for (const { seq, orders, placed, ...kept } of log.records()) {
      yield { epoch, seq, orders, placed, ...rebuildEntry(kept) };
    }
  }
}
