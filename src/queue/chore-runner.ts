import { apart, within } from '../platform/deadline.ts';
import type { Time } from '../platform/time.ts';

/** Work that is due again and again; any number of workers may do it at once. */
export interface Chore {
  /** Lower case and dashes. It is also an id of BullMQ. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * @param signal aborts when the process ends or the run takes long: begin nothing more, a later
   * run will do it
   * @param onProgress tells that a part of the work is done: a run that goes on is not late
   */
  run(signal: AbortSignal, onProgress: () => void): Promise<unknown>;
}

export interface ChoreRunnerDeps {
  readonly time: Pick<Time, 'after' | 'monotonic'>;
  /**
   * A run did all it had to, or made progress. This belongs to the run: the next one waits for it.
   * It is not told of progress that is made while it is being told.
   */
  readonly onRan: (chore: Chore) => Promise<unknown>;
  /** A run failed. */
  readonly onError: (error: Error, chore: string) => void;
}

/** Periods without a run here after which this process begins one by itself. */
const OWN_PERIODS = 2;
/** Periods without a run here after which, with the time of one step, the chore is late. */
const LATE_PERIODS = 3;
/** A statement or a command that gets no answer fails within this time, and its run ends. */
const STEP_MS = 5_000;
/** When a run is told to end. Nothing is lost: the next run goes on. */
const RUN_MS = 45_000;
/** When a run that does not end is given up: it hangs. */
const RUN_MAX_MS = 60_000;

/**
 * Runs one chore in this process. It never overlaps itself: asked for while it runs, it runs once
 * more afterwards. Nobody needs to ask: without a run for two periods, the next begins by itself.
 */
export class ChoreRunner {
  readonly chore: Chore;
  readonly #deps: ChoreRunnerDeps;
  #running: Promise<void> | null = null;
  #isAskedAgain = false;
  #isStopped = false;
  /** Tells the present run to end. */
  #ending = new AbortController();
  #cancelOwn: () => void = () => {};
  /** The call of onRan that is under way. */
  #telling: Promise<unknown> | null = null;
  /** When a run ended or made progress; before that, when this process began to run the chore. */
  #aliveAtMs: number;

  constructor(chore: Chore, deps: ChoreRunnerDeps) {
    this.chore = chore;
    this.#deps = deps;
    this.#aliveAtMs = deps.time.monotonic();
  }

  start(): void {
    this.#aliveAtMs = this.#deps.time.monotonic();
    this.#armOwn();
  }

  /** @returns once the chore has run; its errors go to onError */
  run(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#isAskedAgain = this.#running !== null;
    this.#running ??= this.#runUntilDone().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Tells the present run to end, waits for it, and begins no more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelOwn();
    this.#ending.abort();
    await this.#running;
  }

  /** How long ago a run ended or made progress here. */
  ageMs(): number {
    return this.#deps.time.monotonic() - this.#aliveAtMs;
  }

  /** A run that failed is not late: an outage is told elsewhere. A run that hangs is. */
  isLate(): boolean {
    return this.ageMs() > LATE_PERIODS * this.chore.everyMs + STEP_MS;
  }

  #armOwn(): void {
    this.#cancelOwn();
    this.#cancelOwn = this.#deps.time.after(OWN_PERIODS * this.chore.everyMs, () => {
      void this.run();
    });
  }

  async #runUntilDone(): Promise<void> {
    this.#cancelOwn();
    do {
      this.#isAskedAgain = false;
      // Who asks for a run does not wait for it, so its deadline is no concern of the run.
      await apart(() => this.#runOnce());
    } while (this.#isAskedAgain && !this.#isStopped);
    if (!this.#isStopped) this.#armOwn();
  }

  async #runOnce(): Promise<void> {
    const { time, onError } = this.#deps;
    const ending = new AbortController();
    this.#ending = ending;
    const cancel = time.after(RUN_MS, () => ending.abort());
    const onAlive = () => void (this.#aliveAtMs = time.monotonic());
    const onProgress = () => {
      onAlive();
      void this.#tell();
    };
    const work = () => this.chore.run(ending.signal, onProgress).finally(onAlive);
    try {
      await within(RUN_MAX_MS, work);
      await this.#telling;
      await this.#tell();
    } catch (error) {
      ending.abort();
      onError(error as Error, this.chore.name);
    } finally {
      cancel();
      await this.#telling;
    }
  }

  /** Its errors go to onError. */
  async #tell(): Promise<void> {
    const { onRan, onError } = this.#deps;
    this.#telling ??= onRan(this.chore)
      .catch((error: Error) => onError(error, this.chore.name))
      .finally(() => (this.#telling = null));
    await this.#telling;
  }
}
