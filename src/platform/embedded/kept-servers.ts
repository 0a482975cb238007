import type { Repeating, Time } from '../time.ts';
import { withLock } from './file-lock.ts';

/** A server at a fixed address that any process of a working copy may start. */
export interface KeptServer {
  /** For people, such as `Redis`. */
  readonly name: string;
  /** How often to look whether it runs. */
  readonly lookMs: number;
  /** False once its process has ended. A server that is silent still runs. */
  isRunning(): Promise<boolean>;
  /** Starts it at its address, on its data. */
  start(): Promise<Started>;
}

export interface Started {
  stop(): Promise<void>;
}

/** Is told what becomes of the servers. */
export interface KeepObserver {
  onEnded(name: string): void;
  /** The server runs again. */
  onBack(name: string): void;
  /** The server cannot be started. It is tried again; only the first fault is told. */
  onError(error: Error, name: string): void;
}

/** What is known of a server that is kept. */
interface Standing {
  dueAtMs: number;
  /** How often in a row it could not be started. */
  failures: number;
  isAway: boolean;
}

const LOOK_MS = 500;
const PAUSE_MAX_MS = 10_000;

/**
 * The servers that a process of a working copy uses. It stops those that it started. Any process
 * that uses one starts it again when it has ended, also when the process that had started it ends.
 */
export class KeptServers {
  readonly #servers: readonly KeptServer[];
  readonly #lockFile: string;
  readonly #time: Pick<Time, 'repeat' | 'monotonic'>;
  readonly #started = new Map<string, Started>();
  readonly #standings = new Map<string, Standing>();
  #looking: Repeating | null = null;
  #isStopping = false;

  /** @param lockFile keeps two processes from starting one server */
  constructor(
    servers: readonly KeptServer[],
    lockFile: string,
    time: Pick<Time, 'repeat' | 'monotonic'>,
  ) {
    this.#servers = servers;
    this.#lockFile = lockFile;
    this.#time = time;
    for (const { name } of servers)
      this.#standings.set(name, { dueAtMs: -Infinity, failures: 0, isAway: false });
  }

  /** Notes a server that this process started, and stops at the end. */
  own(name: string, started: Started): void {
    this.#started.set(name, started);
  }

  /** From now on starts servers again that have ended. */
  keep(observer: KeepObserver): void {
    const onError = (error: Error) => observer.onError(error, 'server');
    this.#looking ??= this.#time.repeat(() => this.#look(observer), LOOK_MS, { onError });
  }

  /** Stops what this process started. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#looking?.stop();
    await Promise.all([...this.#started.values()].map((started) => started.stop()));
  }

  async #look(observer: KeepObserver): Promise<void> {
    const nowMs = this.#time.monotonic();
    const due = this.#servers.filter(({ name }) => this.#standings.get(name)!.dueAtMs <= nowMs);
    await Promise.all(due.map((server) => this.#keepOne(server, observer)));
  }

  async #keepOne(server: KeptServer, observer: KeepObserver): Promise<void> {
    const { name, lookMs } = server;
    const standing = this.#standings.get(name)!;
    try {
      if (!(await server.isRunning())) await this.#startAgain(server, standing, observer);
      if (standing.isAway && !this.#isStopping) observer.onBack(name);
      Object.assign(standing, { failures: 0, isAway: false });
    } catch (error) {
      if (standing.failures++ === 0) observer.onError(error as Error, name);
      standing.isAway = true;
    }
    const pauseMs = Math.min(lookMs * 2 ** standing.failures, PAUSE_MAX_MS);
    standing.dueAtMs = this.#time.monotonic() + pauseMs;
  }

  async #startAgain(server: KeptServer, standing: Standing, observer: KeepObserver): Promise<void> {
    await withLock(this.#lockFile, async () => {
      // Another process of the working copy may have started it.
      if (this.#isStopping || (await server.isRunning())) return;
      if (!standing.isAway) observer.onEnded(server.name);
      standing.isAway = true;
      this.#started.set(server.name, await server.start());
    });
  }
}
