import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from '../platform/deadline.ts';
import type { Repeating, Time } from '../platform/time.ts';
import { ChoreRunner } from './chore-runner.ts';
import type { Chore, ChoreRunnerDeps } from './chore-runner.ts';
import { closeInTime } from './close-in-time.ts';
import { QUEUE_PREFIX } from './doorbell.ts';
import { LosableCalls } from './losable-calls.ts';

export interface ChoresDeps extends Pick<ChoreRunnerDeps, 'onRan'> {
  /** BullMQ's own connection. */
  readonly connection: Redis;
  readonly chores: readonly Chore[];
  readonly time: Pick<Time, 'repeat' | 'after' | 'monotonic'>;
  readonly onError: (error: Error, chore: string | null) => void;
  /** A chore has not run here for too long. It is told once. */
  readonly onLate: (chore: string, ageMs: number) => void;
  /** A late chore has run again. */
  readonly onBack: (chore: string) => void;
}

/** How long ago a chore ran in this process. */
export interface ChoreAge {
  readonly chore: string;
  readonly ageMs: number;
}

export const CHORES_QUEUE = 'chores';
export const NONE_KEPT = { removeOnComplete: true, removeOnFail: true } as const;
/** Someone may empty Redis: the schedules vanish without notice. */
const SCHEDULE_AGAIN_MS = 2_000;
/** A silent connection must not hold up the next time. */
const SCHEDULE_MAX_MS = 1_000;
const LOOK_MS = 500;

/**
 * Runs chores on the schedule that all workers share. Each worker also runs every chore by itself
 * when the schedule does not begin it there, so chores go on whatever happens to the queue. No
 * chore waits for a different one.
 */
export class Chores {
  readonly #deps: ChoresDeps;
  readonly #runners: ReadonlyMap<string, ChoreRunner>;
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #calls: LosableCalls;
  readonly #late = new Set<string>();
  #loops: Repeating[] = [];
  #isStopped = false;

  constructor(deps: ChoresDeps) {
    const { connection, chores, onError } = deps;
    this.#deps = deps;
    this.#runners = new Map(chores.map((chore) => [chore.name, new ChoreRunner(chore, deps)]));
    const on = { connection, prefix: QUEUE_PREFIX };
    this.#queue = new Queue(CHORES_QUEUE, on);
    this.#calls = new LosableCalls(connection);
    this.#queue.on('error', (error) => onError(error, null));
    // A job ends once its chore has begun, so that a long chore delays no other.
    const begin = async ({ name }: { name: string }) => void this.nudge(name);
    this.#worker = new Worker(CHORES_QUEUE, begin, { ...on, autorun: false });
    this.#worker.on('error', (error) => onError(error, null));
  }

  start(): void {
    const { connection, time } = this.#deps;
    const onError = (error: Error) => this.#deps.onError(error, null);
    for (const runner of this.#runners.values()) runner.start();
    connection.on('ready', this.#schedule);
    this.#loops = [
      time.repeat(this.#schedule, SCHEDULE_AGAIN_MS, { onError }),
      time.repeat(async () => this.#look(), LOOK_MS, { onError }),
    ];
    this.#worker.run().catch(onError);
  }

  /**
   * Runs a chore now, in this process. Ignores the name of a chore that this release does not have.
   * @returns once the chore has run; its errors go to onError
   */
  nudge = async (name: string): Promise<void> => this.#runners.get(name)?.run();

  /** The chores that have not run here for too long. */
  late(): readonly string[] {
    return [...this.#late];
  }

  ages(): readonly ChoreAge[] {
    return [...this.#runners.values()].map((runner) => ({
      chore: runner.chore.name,
      ageMs: runner.ageMs(),
    }));
  }

  /** Tells running chores to end, waits for them, and begins no more. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#deps.connection.off('ready', this.#schedule);
    const stopped = [...this.#runners.values()].map((runner) => runner.stop());
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await closeInTime(this.#worker);
    await Promise.all(stopped);
    await closeInTime(this.#queue);
  }

  #look(): void {
    for (const [name, runner] of this.#runners) {
      const isLate = runner.isLate();
      if (isLate === this.#late.has(name)) continue;
      if (isLate) {
        this.#late.add(name);
        this.#deps.onLate(name, runner.ageMs());
      } else {
        this.#late.delete(name);
        this.#deps.onBack(name);
      }
    }
  }

  /** Writes every schedule. One that exists keeps its next time. */
  readonly #schedule = async (): Promise<void> => {
    if (this.#isStopped) return;
    const all = () => Promise.all(this.#deps.chores.map((chore) => this.#scheduleOne(chore)));
    await within(SCHEDULE_MAX_MS, all).catch((error: Error) => this.#deps.onError(error, null));
  };

  async #scheduleOne({ name, everyMs }: Chore): Promise<void> {
    const job = { name, opts: NONE_KEPT };
    await this.#calls.make(name, () =>
      this.#queue.upsertJobScheduler(name, { every: everyMs }, job),
    );
  }
}
