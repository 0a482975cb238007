import type { Pool } from 'pg';
import { readCell } from '../../cell/cells/snapshot.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import { dropSettledEntries } from '../../ledger/processes/hand-overs.ts';
import {
  DEAD_AFTER_MS,
  listProcesses,
  removeProcesses,
  removeSilentProcesses,
} from '../../ledger/processes/registry.ts';

export interface ForgetDeadDeps {
  readonly pool: Pool;
  readonly directory: Directory;
}

/** The last entry of each cell after some processes had died. */
interface Mark {
  readonly processes: readonly string[];
  readonly cells: ReadonlyMap<string, { id: CellId; epoch: number; seq: number }>;
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
      await removeProcesses(pool, this.#mark.processes);
      this.#mark = null;
    }
    this.#mark ??= await this.#setMark();
  }

  /** Null when nobody died, or when a cell does not answer. */
  async #setMark(): Promise<Mark | null> {
    const { pool, directory } = this.#deps;
    const dead = (await listProcesses(pool)).filter((one) => one.seenMsAgo >= DEAD_AFTER_MS);
    if (dead.length === 0) return null;
    const cells = new Map<string, { id: CellId; epoch: number; seq: number }>();
    for (const cell of directory.sales().flatMap((sale) => sale.cells)) {
      if (cell.epoch === 0) continue;
      const snapshot = await readCell(cell);
      if (snapshot.word !== 'read') return null;
      cells.set(cellName(cell.id), { id: cell.id, epoch: cell.epoch, seq: snapshot.seq });
    }
    return { processes: dead.map(({ id }) => id), cells };
  }

  async #isPassed({ cells }: Mark): Promise<boolean> {
    for (const { id, epoch, seq } of cells.values()) {
      const cursor = await findCursor(this.#deps.pool, id);
      const isPassed =
        !cursor ||
        cursor.drainedEpoch >= epoch ||
        (cursor.epoch === epoch && settledSeq(cursor, epoch) >= seq);
      if (!isPassed) return false;
    }
    return true;
  }
}
