import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MovableRedis } from '../../../proof/fleet/movable-redis.ts';
import { startRedis } from '../../../src/platform/embedded/redis-server.ts';

/** A Redis of one test, which may exchange its data folder. */
export class OwnRedis {
  readonly server: MovableRedis;
  readonly #folder: string;

  private constructor(server: MovableRedis, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async start(): Promise<OwnRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'doorbuster-redis-'));
    const dir = join(folder, 'first');
    return new OwnRedis(new MovableRedis(await startRedis({ dir }), dir), folder);
  }

  get url(): string {
    return this.server.url;
  }

  /** Runs commands on a connection of their own. */
  async run<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url);
    return commands(redis).finally(() => redis.disconnect());
  }

  /** A data folder that is empty until the server has used it. */
  folder(name: string): string {
    return join(this.#folder, name);
  }

  /** Copies the data of the running server, as a backup does. @returns the folder of the copy */
  backUp(): string {
    const copy = this.folder('backup');
    cpSync(this.server.dir, copy, { recursive: true });
    return copy;
  }

  /** Kills the server and starts it on another data folder. */
  async restartOn(dir: string): Promise<void> {
    await this.server.kill();
    await this.server.startOn(dir);
  }

  async close(): Promise<void> {
    await this.server.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
