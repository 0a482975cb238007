const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What was started, and how to end it, last first; each once. */
export class Cleanup {
  readonly #stops: (() => Promise<unknown> | void)[] = [];
  #running: Promise<void> | null = null;
  #signalled: number | null = null;

  /** Set by a signal: the exit code, whatever else comes of it. */
  get signalled(): number | null {
    return this.#signalled;
  }

  add(stop: () => Promise<unknown> | void): void {
    this.#stops.push(stop);
  }

  /** Starts something; a stop that comes before it is up waits for it, and then ends it. */
  async start<T extends { stop(): Promise<unknown> }>(begin: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('nothing starts any more');
    const starting = begin();
    this.add(() =>
      starting.then(
        (started) => started.stop(),
        () => {},
      ),
    );
    return starting;
  }

  /** Whoever calls while it runs waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll().finally(() => (this.#running = null));
    return this.#running;
  }

  /** From now on a signal ends the process with everything stopped, whatever it is doing. */
  runOnSignals(): void {
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.once(signal, () => {
        this.#signalled ??= code;
        process.stderr.write(`${signal}: stopping\n`);
        void this.run().finally(() => process.exit(code));
      });
    }
  }

  /** Goes on after a failure: what is left must end, too. */
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
