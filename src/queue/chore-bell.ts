import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from '../platform/deadline.ts';
import type { Time } from '../platform/time.ts';
import { QUEUE_PREFIX } from './doorbell.ts';
import { LosableCalls } from './losable-calls.ts';
import { CHORES_QUEUE, NONE_KEPT } from './scheduled-chores.ts';

const PAUSE_MS = 50;
/** A call that a silent connection holds up does not hold up the rings after it. */
const CALL_MS = 2_000;

/**
 * Calls for chores from a process that runs none. A lost call costs a delay: the schedule runs the
 * chore anyway. Calls within 50 ms, or while Redis does not answer, become one call and one more at
 * the end. Calls of all processes that no worker has taken yet are one.
 */
export class ChoreBell {
  readonly #queue: Queue;
  readonly #calls: LosableCalls;
  /** Chores called just now, and whether they were called again since. */
  readonly #recent = new Map<string, boolean>();
  readonly #time: Pick<Time, 'after'>;
  #isClosed = false;

  constructor(connection: Redis, time: Pick<Time, 'after'>, onError: (error: Error) => void) {
    this.#time = time;
    this.#queue = new Queue(CHORES_QUEUE, { connection, prefix: QUEUE_PREFIX });
    this.#calls = new LosableCalls(connection);
    this.#queue.on('error', onError);
  }

  ring(name: string): void {
    const isRecent = this.#recent.has(name);
    this.#recent.set(name, isRecent);
    if (!isRecent) void this.#call(name);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.close();
  }

  async #call(name: string): Promise<void> {
    const deduplication = { id: name, keepLastIfActive: true };
    const opts = { ...NONE_KEPT, deduplication };
    const pause = new Promise<void>((resolve) => this.#time.after(PAUSE_MS, resolve));
    const call = () => this.#calls.make(name, () => this.#queue.add(name, {}, opts));
    await within(CALL_MS, call).catch(() => {});
    await pause;
    const wasCalledAgain = this.#recent.get(name);
    this.#recent.delete(name);
    if (wasCalledAgain && !this.#isClosed) this.ring(name);
  }
}
