import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Directory } from '../cell/directory.ts';
import { cellName, parseCellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';
import { repeat } from '../platform/repeat.ts';
import type { Repeating } from '../platform/repeat.ts';
import type { KeepOpen } from '../service/keep-open.ts';
import { settle } from '../service/settle.ts';
import type { SettleDeps } from '../service/settle.ts';
import { QUEUE_PREFIX, SETTLE_QUEUE } from './doorbell.ts';
import type { SettleJob } from './doorbell.ts';

export interface SettlerDeps extends SettleDeps {
  /** BullMQ's own connection. */
  readonly connection: Redis;
  readonly directory: Directory;
  readonly keepOpen: Pick<KeepOpen, 'recover'>;
  readonly onError: (error: Error, cell: string | null) => void;
}

const SWEEP_MS = 1_000;
const CELLS_AT_ONCE = 8;

/** Settles a cell when its bell rings, and every cell each second, bell or not. */
export class Settler {
  readonly #deps: SettlerDeps;
  readonly #worker: Worker<SettleJob>;
  readonly #running = new Map<string, Promise<void>>();
  #sweeping: Repeating | null = null;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
    this.#worker = new Worker<SettleJob>(
      SETTLE_QUEUE,
      (job) => this.#settle(parseCellName(job.data.cell)),
      {
        connection: deps.connection,
        prefix: QUEUE_PREFIX,
        concurrency: CELLS_AT_ONCE,
        autorun: false,
      },
    );
    this.#worker.on('error', (error) => deps.onError(error, null));
  }

  start(): void {
    this.#worker.run().catch((error: Error) => this.#deps.onError(error, null));
    this.#sweeping = repeat(() => this.#sweep(), SWEEP_MS);
  }

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    await this.#sweeping?.stop();
    await this.#worker.close();
    await Promise.allSettled(this.#running.values());
  }

  async #sweep(): Promise<void> {
    const { directory, onError } = this.#deps;
    try {
      await directory.refresh();
      const cells = directory.sales().flatMap((sale) => sale.cells);
      for (let from = 0; from < cells.length; from += CELLS_AT_ONCE) {
        const some = cells.slice(from, from + CELLS_AT_ONCE);
        await Promise.all(some.map(({ id }) => this.#settle(id)));
      }
    } catch (error) {
      onError(error as Error, null);
    }
  }

  /** One run a cell at a time in this process: a second caller waits for a run of its own. */
  async #settle(cell: CellId): Promise<void> {
    const name = cellName(cell);
    const before = this.#running.get(name);
    if (before) await before;
    const present = this.#running.get(name);
    if (present) return present;
    const run = this.#run(cell).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  }

  async #run(cell: CellId): Promise<void> {
    try {
      const outcome = await settle(this.#deps, cell);
      if (outcome !== 'idle') await this.#deps.keepOpen.recover(cell, outcome.displacedFrom);
    } catch (error) {
      this.#deps.onError(error as Error, cellName(cell));
    }
  }
}
