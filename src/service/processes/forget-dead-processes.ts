import type { Pool } from 'pg';
import { readCell } from '../../cell/cells/snapshot.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import type { CellId } from '../../domain/ids.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import { dropSettledEntries } from '../../ledger/processes/hand-overs.ts';
import {
  DEAD_AFTER_MS,
  listProcesses,
  removeDeadProcesses,
  removeSilentProcesses,
} from '../../ledger/processes/registry.ts';
import type { RegisteredProcess } from '../../ledger/processes/registry.ts';
import { unlessAway } from '../../platform/is-away.ts';

export interface ForgetDeadDeps {
  readonly pool: Pool;
  readonly directory: Directory;
}

/** How far a cell was at a mark. */
interface CellMark {
  readonly id: CellId;
  /** A recovery that drained this epoch has looked at all that the dead can have acknowledged. */
  readonly epoch: number;
  /** The last entry of the epoch; null: the cell does not answer this process. */
  readonly seq: number | null;
}

/** How far each cell was after some processes had died. */
interface Mark {
  readonly dead: readonly RegisteredProcess[];
  readonly cells: readonly CellMark[];
}

/**
 * Forgets processes that died, once all that they can have acknowledged is in the ledger: every
 * cell has settled the last entry that it had after their death, or was recovered since.
 */
export class ForgetDeadProcesses {
  readonly #deps: ForgetDeadDeps;
  #mark: Mark | null = null;

  constructor(deps: ForgetDeadDeps) {
    this.#deps = deps;
  }

  async run(): Promise<void> {
    const { pool } = this.#deps;
    await removeSilentProcesses(pool);
    await dropSettledEntries(pool);
    if (this.#mark && (await this.#isPassed(this.#mark))) {
      await removeDeadProcesses(pool, this.#mark.dead);
      this.#mark = null;
    }
    this.#mark ??= await this.#setMark();
  }

  /** Null when nobody died that acknowledged something. */
  async #setMark(): Promise<Mark | null> {
    const { pool, directory } = this.#deps;
    const dead = (await listProcesses(pool)).filter(
      (one) => one.acknowledges && one.seenMsAgo >= DEAD_AFTER_MS,
    );
    if (dead.length === 0) return null;
    const cells: CellMark[] = [];
    for (const cell of directory.sales().flatMap((sale) => sale.cells)) {
      if (cell.epoch > 0) cells.push(await this.#markCell(cell));
    }
    return { dead, cells };
  }

  async #markCell(cell: CellAddress): Promise<CellMark> {
    const { id, epoch, state, shas } = cell;
    // The dead acknowledged nothing of an epoch that is not open yet.
    if (state === 'recovering') return { id, epoch: epoch - 1, seq: null };
    const snapshot = shas && (await unlessAway(readCell(cell)));
    const isRead = snapshot !== null && snapshot !== 'away' && snapshot.word === 'read';
    return { id, epoch, seq: isRead ? snapshot.seq : null };
  }

  /** Asks cells that did not answer again: any later entry of theirs will do as well. */
  async #isPassed({ cells }: Mark): Promise<boolean> {
    const { pool, directory } = this.#deps;
    for (const one of cells) {
      const cursor = await findCursor(pool, one.id);
      if (!cursor || cursor.drainedEpoch >= one.epoch) continue;
      const address = one.seq === null ? directory.cell(one.id) : undefined;
      const { epoch, seq } = address?.epoch === one.epoch ? await this.#markCell(address) : one;
      if (seq === null || cursor.epoch !== epoch || settledSeq(cursor, epoch) < seq) return false;
    }
    return true;
  }
}
