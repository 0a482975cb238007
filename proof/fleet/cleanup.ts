import { SIGNAL_CODES } from '../../src/process/exit-codes.ts';

/** Ends what was started, the last first, each once. */
export class Cleanup {
  readonly #stops: (() => Promise<unknown> | void)[] = [];
  #running: Promise<void> | null = null;
  #signalled: number | null = null;

  /** The exit code after a signal, regardless of later results. */
  get signalled(): number | null {
    return this.#signalled;
  }

  add(stop: () => Promise<unknown> | void): void {
    this.#stops.push(stop);
  }

  /** Starts something. A stop before it is up waits for it and then ends it. */
  async start<T extends { stop(): Promise<unknown> }>(begin: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('nothing can start during the clean-up');
    const starting = begin();
    this.add(() =>
      starting.then(
        (started) => started.stop(),
        () => {},
      ),
    );
    return starting;
  }

  /** Ends everything. A second call waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll().finally(() => (this.#running = null));
    return this.#running;
  }

  /** From now on a signal stops everything and ends the process. */
  runOnSignals(): void {
    for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
      process.once(signal, () => {
        this.#signalled ??= code;
        process.stderr.write(`${signal}: stopping\n`);
        void this.run().finally(() => process.exit(code));
      });
    }
  }

  /** Continues after a failure, so that the rest ends too. */
  async #runAll(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`while stopping: ${String(error)}\n`);
      }
    }
  }
}
