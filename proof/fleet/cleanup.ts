import { EXIT, SIGNAL_CODES } from '../../src/process/exit-codes.ts';

/** A terminal and npm both pass Ctrl-C on: a second one within this time is the same one. */
const SAME_SIGNAL_MS = 500;

/** Ends what was started, the last first, each once. */
export class Cleanup {
  readonly #stops: (() => Promise<unknown> | void)[] = [];
  #running: Promise<void> | null = null;
  #signalled: number | null = null;
  #signalledAtMs = 0;
  #isEndedBySignal = false;

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

  /** From now on a signal is how the program ends, and all went well. */
  endsBySignal(): void {
    this.#isEndedBySignal = true;
  }

  /** From now on a signal stops everything and ends the process; a second one ends it at once. */
  runOnSignals(): void {
    for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
      process.on(signal, () => this.#onSignal(signal, code));
    }
  }

  #onSignal(signal: string, code: number): void {
    const nowMs = performance.now();
    if (this.#signalled !== null) {
      if (nowMs - this.#signalledAtMs > SAME_SIGNAL_MS) process.exit(code);
      return;
    }
    const ownCode = this.#isEndedBySignal ? EXIT.fine : code;
    this.#signalled = ownCode;
    this.#signalledAtMs = nowMs;
    process.stderr.write(`${signal}: stopping\n`);
    void this.run().finally(() => process.exit(ownCode));
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
