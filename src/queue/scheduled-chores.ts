import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Repeating, Time } from '../platform/time.ts';
import { QUEUE_PREFIX } from './doorbell.ts';

/** Work that is due again and again; any worker may do it. */
export interface Chore {
  /** Lower case and dashes. It is also an id of BullMQ. */
  readonly name: string;
  readonly everyMs: number;
  /** @param signal aborts when the process ends: begin nothing more, a later run will do it */
  run(signal: AbortSignal): Promise<unknown>;
}

export interface ChoresDeps {
  /** BullMQ's own connection. */
  readonly connection: Redis;
  readonly chores: readonly Chore[];
  readonly time: Pick<Time, 'repeat'>;
  readonly onError: (error: Error, chore: string | null) => void;
}

const CHORES_QUEUE = 'chores';
/** Someone may empty Redis: the schedules vanish without notice, and no unpaid order expires. */
const SCHEDULE_AGAIN_MS = 2_000;
const CALL_MS = 50;
const NONE_KEPT = { removeOnComplete: true, removeOnFail: true } as const;

/**
 * Runs chores on the schedule that all workers share. In this process a chore never overlaps
 * itself: asked for while it runs, it runs once more afterwards. No chore waits for a different
 * one.
 */
export class Chores {
  readonly #deps: ChoresDeps;
  readonly #byName: ReadonlyMap<string, Chore>;
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  #scheduling: Repeating | null = null;
  readonly #stopping = new AbortController();

  constructor(deps: ChoresDeps) {
    const { connection, chores, onError } = deps;
    this.#deps = deps;
    this.#byName = new Map(chores.map((chore) => [chore.name, chore]));
    const on = { connection, prefix: QUEUE_PREFIX };
    this.#queue = new Queue(CHORES_QUEUE, on);
    this.#queue.on('error', (error) => onError(error, null));
    // A job ends once its chore has begun, so that a long chore delays no other.
    const begin = async ({ name }: { name: string }) => void this.nudge(name);
    this.#worker = new Worker(CHORES_QUEUE, begin, { ...on, autorun: false });
    this.#worker.on('error', (error) => onError(error, null));
  }

  start(): void {
    const { connection, time } = this.#deps;
    const onError = (error: Error) => this.#deps.onError(error, null);
    connection.on('ready', this.#schedule);
    this.#scheduling = time.repeat(this.#schedule, SCHEDULE_AGAIN_MS, { onError });
    this.#worker.run().catch(onError);
  }

  /**
   * Runs a chore now, in this process. Ignores the name of a chore that this release does not have.
   * @returns once the chore has run; its errors go to onError
   */
  nudge = async (name: string): Promise<void> => {
    const chore = this.#byName.get(name);
    if (!chore || this.#isStopped()) return;
    const running = this.#running.get(name);
    if (running) {
      this.#again.add(name);
      return running;
    }
    const run = this.#run(chore).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  };

  /** Tells running chores to end, waits for them, and begins no more. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#deps.connection.off('ready', this.#schedule);
    await this.#scheduling?.stop();
    await this.#worker.close();
    await Promise.all(this.#running.values());
    await this.#queue.close();
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(chore: Chore): Promise<void> {
    do {
      this.#again.delete(chore.name);
      try {
        await chore.run(this.#stopping.signal);
      } catch (error) {
        this.#deps.onError(error as Error, chore.name);
      }
    } while (this.#again.has(chore.name) && !this.#isStopped());
  }

  /** Writes every schedule. One that exists keeps its next time. */
  readonly #schedule = async (): Promise<void> => {
    for (const { name, everyMs } of this.#deps.chores) {
      if (this.#isStopped()) return;
      await this.#queue
        .upsertJobScheduler(name, { every: everyMs }, { name, opts: NONE_KEPT })
        .catch((error: Error) => this.#deps.onError(error, name));
    }
  };
}

/**
 * Calls for chores from a process that runs none. A lost call costs a delay: the schedule runs the
 * chore anyway. Calls within 50 ms, or while Redis does not answer, become one call and one more at
 * the end. Calls of all processes that no worker has taken yet are one.
 */
export class ChoreBell {
  readonly #queue: Queue;
  /** Chores called just now, and whether they were called again since. */
  readonly #recent = new Map<string, boolean>();
  readonly #time: Pick<Time, 'after'>;
  #isClosed = false;

  constructor(connection: Redis, time: Pick<Time, 'after'>, onError: (error: Error) => void) {
    this.#time = time;
    this.#queue = new Queue(CHORES_QUEUE, { connection, prefix: QUEUE_PREFIX });
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
    const pause = new Promise<void>((resolve) => this.#time.after(CALL_MS, resolve));
    await this.#queue.add(name, {}, { ...NONE_KEPT, deduplication }).catch(() => {});
    await pause;
    const wasCalledAgain = this.#recent.get(name);
    this.#recent.delete(name);
    if (wasCalledAgain && !this.#isClosed) this.ring(name);
  }
}
