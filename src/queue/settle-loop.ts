import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Directory } from '../cell/sale-directory.ts';
import { cellName, parseCellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';
import type { Repeating, Time } from '../platform/time.ts';
import type { RecoverOnce } from '../service/cells/recover-once-at-a-time.ts';
import { settleCell } from '../service/cells/settle-cell.ts';
import type { SettleDeps } from '../service/cells/settle-cell.ts';
import { closeInTime } from './close-in-time.ts';
import { QUEUE_PREFIX, SETTLE_QUEUE } from './doorbell.ts';
import type { SettleJob } from './doorbell.ts';

export interface SettlerDeps extends SettleDeps {
  /** BullMQ's own connection. */
  readonly connection: Redis;
  readonly directory: Directory;
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly time: Pick<Time, 'repeat'>;
  readonly onError: (error: Error, cell: string | null) => void;
}

const SWEEP_MS = 1_000;
const CELLS_AT_ONCE = 8;
const TRANSACTIONS_A_TURN = 4;

/**
 * Settles a cell when its bell rings, and every cell every second even without a ring. Cells take
 * turns: a cell that never runs dry goes back to the end of the line after a few transactions.
 */
export class Settler {
  readonly #deps: SettlerDeps;
  readonly #worker: Worker<SettleJob>;
  /** Cells to look at, by name; the first in is the first out. */
  readonly #due = new Map<string, CellId>();
  readonly #running = new Map<string, Promise<void>>();
  #sweeping: Repeating | null = null;
  #isStopped = false;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
    this.#worker = new Worker<SettleJob>(
      SETTLE_QUEUE,
      async (job) => this.#lookAt(parseCellName(job.data.cell)),
      { connection: deps.connection, prefix: QUEUE_PREFIX, autorun: false },
    );
    this.#worker.on('error', (error) => deps.onError(error, null));
  }

  start(): void {
    const onError = (error: Error) => this.#deps.onError(error, null);
    this.#worker.run().catch(onError);
    this.#sweeping = this.#deps.time.repeat(() => this.#sweep(), SWEEP_MS, { onError });
  }

  /** Finishes the transactions under way. Another worker, or a later one, settles the rest. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#sweeping?.stop(), closeInTime(this.#worker)]);
    await Promise.allSettled(this.#running.values());
  }

  async #sweep(): Promise<void> {
    const { directory } = this.#deps;
    await directory.refresh();
    for (const { id } of directory.sales().flatMap((sale) => sale.cells)) this.#lookAt(id);
  }

  #lookAt(cell: CellId): void {
    this.#due.set(cellName(cell), cell);
    this.#startDue();
  }

  /** Runs a cell once at a time: a cell that is due again waits until its run ends. */
  #startDue(): void {
    for (const [name, cell] of this.#due) {
      if (this.#isStopped || this.#running.size >= CELLS_AT_ONCE) return;
      if (this.#running.has(name)) continue;
      this.#due.delete(name);
      const run = this.#run(cell, name).finally(() => {
        this.#running.delete(name);
        this.#startDue();
      });
      this.#running.set(name, run);
    }
  }

  async #run(cell: CellId, name: string): Promise<void> {
    try {
      const outcome = await settleCell(this.#deps, cell, TRANSACTIONS_A_TURN);
      if (outcome === 'more') this.#due.set(name, cell);
      else if (outcome !== 'idle')
        await this.#deps.recoverOnce.recover(cell, outcome.displacedFrom);
    } catch (error) {
      this.#deps.onError(error as Error, name);
    }
  }
}
