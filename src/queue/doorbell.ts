import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { cellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';

export const SETTLE_QUEUE = 'settle';
/** A hash tag, so that all of BullMQ's keys share one slot on a cluster. */
export const QUEUE_PREFIX = '{doorbuster}';
/** Rings of one cell within this time are one; no longer, or a dead job would swallow them. */
const RING_MS = 100;
const KEEP = { count: 100 };

export interface SettleJob {
  readonly cell: string;
}

/**
 * Tells the worker that a cell has something to settle. Only a bell: what is due is in the outbox,
 * and the worker looks there each second anyway, so a lost ring costs a delay, never an order.
 */
export class Doorbell {
  readonly #queue: Queue<SettleJob>;
  readonly #rungAt = new Map<string, number>();

  constructor(connection: Redis, onError: (error: Error) => void) {
    this.#queue = new Queue(SETTLE_QUEUE, { connection, prefix: QUEUE_PREFIX });
    this.#queue.on('error', onError);
  }

  ring(cell: CellId): void {
    const name = cellName(cell);
    const now = performance.now();
    if (now - (this.#rungAt.get(name) ?? -RING_MS) < RING_MS) return;
    this.#rungAt.set(name, now);
    this.#queue
      .add(
        SETTLE_QUEUE,
        { cell: name },
        {
          deduplication: { id: name, ttl: RING_MS },
          removeOnComplete: KEEP,
          removeOnFail: KEEP,
        },
      )
      .catch(() => {});
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
