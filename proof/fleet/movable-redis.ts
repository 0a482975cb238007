import { startRedis } from '../../src/platform/embedded/redis-server.ts';
import type { RunningServer } from '../../src/platform/embedded/running-server.ts';

/** A Redis at one address, whose data folder can be exchanged. */
export class MovableRedis {
  #server: RunningServer;
  #dir: string;
  readonly #extra: readonly string[];

  /**
   * @param dir the data folder of the running server
   * @param extra the further arguments that it was started with, and keeps
   */
  constructor(server: RunningServer, dir: string, extra: readonly string[] = []) {
    this.#server = server;
    this.#dir = dir;
    this.#extra = extra;
  }

  get url(): string {
    return this.#server.url;
  }

  get origin(): string {
    return this.#server.origin;
  }

  /** Changes with every start. */
  get pid(): number {
    return this.#server.pid;
  }

  /** The present data folder. */
  get dir(): string {
    return this.#dir;
  }

  /** kill -9; resolves once the process is gone. */
  kill(): Promise<void> {
    return this.#server.kill();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Starts it at its address on its present folder, and waits until it answers. */
  restart(): Promise<void> {
    return this.startOn(this.#dir);
  }

  /** Stops it if it runs, and starts a server at its address on this folder. */
  async startOn(dir: string): Promise<void> {
    await this.#server.stop();
    const port = Number(new URL(this.url).port);
    this.#server = await startRedis({ dir, port, extra: this.#extra });
    this.#dir = dir;
  }
}
