import { systemTime } from '../time.ts';
import type { Repeating } from '../time.ts';
import { withLock } from './file-lock.ts';

/** A server at a fixed address that any process of a working copy may start. */
export interface KeptServer {
  /** For people, such as `Redis`. */
  readonly name: string;
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
  onStarted(name: string): void;
  onError(error: Error, name: string): void;
}

const LOOK_MS = 500;

/**
 * The servers that a process of a working copy uses. It stops those that it started. Any process
 * that uses one starts it again when it has ended, also when the process that had started it ends.
 */
export class KeptServers {
  readonly #servers: readonly KeptServer[];
  readonly #lockFile: string;
  readonly #started = new Map<string, Started>();
  #looking: Repeating | null = null;
  #isStopping = false;

  /** @param lockFile keeps two processes from starting one server */
  constructor(servers: readonly KeptServer[], lockFile: string) {
    this.#servers = servers;
    this.#lockFile = lockFile;
  }

  /** Notes a server that this process started, and stops at the end. */
  own(name: string, started: Started): void {
    this.#started.set(name, started);
  }

  /** From now on starts servers again that have ended. */
  keep(observer: KeepObserver): void {
    const onError = (error: Error) => observer.onError(error, 'a server');
    this.#looking ??= systemTime.repeat(() => this.#look(observer), LOOK_MS, { onError });
  }

  /** Stops what this process started. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#looking?.stop();
    await Promise.all([...this.#started.values()].map((started) => started.stop()));
  }

  async #look(observer: KeepObserver): Promise<void> {
    const running = await Promise.all(this.#servers.map((server) => server.isRunning()));
    const ended = this.#servers.filter((_, i) => !running[i]);
    if (ended.length === 0 || this.#isStopping) return;
    await withLock(this.#lockFile, async () => {
      await Promise.all(ended.map((server) => this.#startAgain(server, observer)));
    });
  }

  async #startAgain(server: KeptServer, observer: KeepObserver): Promise<void> {
    const { name } = server;
    try {
      // Another process of the working copy may have started it.
      if (this.#isStopping || (await server.isRunning())) return;
      observer.onEnded(name);
      this.#started.set(name, await server.start());
      observer.onStarted(name);
    } catch (error) {
      observer.onError(error as Error, name);
    }
  }
}
