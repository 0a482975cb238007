import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { cellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';
import type { Time } from '../platform/time.ts';
import { LosableCalls } from './losable-calls.ts';

export const SETTLE_QUEUE = 'settle';
/** A hash tag: it puts all keys of BullMQ into one slot of a cluster. */
export const QUEUE_PREFIX = '{doorbuster}';
/** Rings for one cell within this time become one ring and one more at the end. */
const RING_MS = 100;
/** Merges rings of several processes. It is shorter, else it would swallow the one at the end. */
const SAME_RING_MS = 50;
const KEEP = { count: 100 };

export interface SettleJob {
  readonly cell: string;
}

/**
 * Tells the worker that a cell has something to settle. It is only a bell: the outbox holds what is
 * due, and the worker looks there every second, so a lost ring costs a delay and never an order.
 */
export class Doorbell {
  readonly #queue: Queue<SettleJob>;
  readonly #calls: LosableCalls;
  readonly #time: Pick<Time, 'after'>;
  /** Cells rung just now → whether they were rung again since. */
  readonly #recent = new Map<string, boolean>();

  constructor(connection: Redis, time: Pick<Time, 'after'>, onError: (error: Error) => void) {
    this.#time = time;
    this.#queue = new Queue(SETTLE_QUEUE, { connection, prefix: QUEUE_PREFIX });
    this.#calls = new LosableCalls(connection);
    this.#queue.on('error', onError);
  }

  ring(cell: CellId): void {
    const name = cellName(cell);
    if (this.#recent.has(name)) {
      this.#recent.set(name, true);
      return;
    }
    this.#recent.set(name, false);
    this.#time.after(RING_MS, () => this.#rest(cell, name));
    this.#add(name);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  #rest(cell: CellId, name: string): void {
    const wasRungAgain = this.#recent.get(name);
    this.#recent.delete(name);
    if (wasRungAgain) this.ring(cell);
  }

  #add(name: string): void {
    const opts = {
      deduplication: { id: name, ttl: SAME_RING_MS },
      removeOnComplete: KEEP,
      removeOnFail: KEEP,
    };
    const add = () => this.#queue.add(SETTLE_QUEUE, { cell: name }, opts);
    this.#calls.make(name, add).catch(() => {});
  }
}
