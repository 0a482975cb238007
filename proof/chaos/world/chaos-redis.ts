import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { isRunning } from '../../../src/platform/embedded/processes.ts';
import { startRedis } from '../../../src/platform/embedded/redis-server.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { MovableRedis } from '../../fleet/movable-redis.ts';
import { TcpProxy } from '../../fleet/tcp-proxy.ts';
import type { Target } from '../../fleet/tcp-proxy.ts';
import { until } from '../../fleet/until.ts';

/**
 * A primary without a replica acknowledges nothing after three seconds, so an isolated one falls
 * silent. A replica that comes back copies all data at once.
 */
const SETTINGS = [
  ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '3'],
  ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
].flat();

const COMMANDS_WITHIN_MS = 3_000;
const FOLLOWS_WITHIN_MS = 20_000;

/** The address of a Redis, for a proxy. */
export function redisTarget(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Runs commands on a connection of their own. @throws when the server does not answer in 3 s */
export async function onRedis<T>(url: string, commands: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  const late = wait(COMMANDS_WITHIN_MS, null, { ref: false }).then(() => {
    throw new Error(`no answer of ${url}`);
  });
  late.catch(() => {});
  try {
    const answer = redis.connect().then(() => commands(redis));
    return await Promise.race([answer, late]);
  } finally {
    redis.disconnect();
  }
}

/** A primary and its replica, which can change places. */
export class ChaosRedis {
  /** Between the replica and its primary. */
  readonly replication: TcpProxy;
  #primary: MovableRedis;
  #replica: MovableRedis;
  #working: Promise<void> = Promise.resolve();

  private constructor(primary: MovableRedis, replica: MovableRedis, replication: TcpProxy) {
    this.#primary = primary;
    this.#replica = replica;
    this.replication = replication;
  }

  static async start(folder: string, cleanup: Cleanup): Promise<ChaosRedis> {
    const [primary, replica] = await Promise.all(
      ['redis-1', 'redis-2'].map(async (name) => {
        const dir = join(folder, name);
        const server = await startRedis({ dir, extra: SETTINGS });
        const redis = new MovableRedis(server, dir, SETTINGS);
        cleanup.add(() => redis.kill());
        return redis;
      }),
    );
    const replication = await cleanup.start(() => TcpProxy.start(redisTarget(primary!.url)));
    const redis = new ChaosRedis(primary!, replica!, replication);
    await redis.repair();
    return redis;
  }

  /** The present primary, past all proxies. */
  get url(): string {
    return this.#primary.url;
  }

  get primary(): MovableRedis {
    return this.#primary;
  }

  /** The other server. It follows the primary unless a fault keeps it from that. */
  get replica(): MovableRedis {
    return this.#replica;
  }

  /** Runs commands on the primary. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    return onRedis(this.url, commands);
  }

  /**
   * The replica becomes the primary, which needs no replica until the other one follows it. The
   * other one, if it lives, does not know.
   */
  async promote(): Promise<void> {
    await onRedis(this.#replica.url, async (redis) => {
      await redis.call('REPLICAOF', 'NO', 'ONE');
      await redis.config('SET', 'min-replicas-to-write', 0);
    });
    [this.#primary, this.#replica] = [this.#replica, this.#primary];
  }

  /** Kills a server, and starts it at its address on another data folder. */
  exchange(server: MovableRedis, dir: string): Promise<void> {
    return this.#one(async () => {
      await server.kill();
      await server.startOn(dir);
    });
  }

  /** Starts what is dead, and waits until the replica follows the primary. */
  repair(): Promise<void> {
    return this.#one(() => this.#repair());
  }

  /** Starts happen one after the other: faults that end together may start the same server. */
  #one(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.catch(() => {}).then(work);
    return this.#working;
  }

  async #repair(): Promise<void> {
    for (const server of [this.#primary, this.#replica]) {
      if (!isRunning(server.pid)) await server.restart();
    }
    const { port } = new URL(this.url);
    if (this.#following !== port) this.replication.leadTo(redisTarget(this.url));
    this.#following = port;
    await until('the replica follows the primary', FOLLOWS_WITHIN_MS, () => this.#follows());
    await this.run((redis) => redis.config('SET', 'min-replicas-to-write', 1));
  }

  /** The port of the primary that the replication proxy leads to. */
  #following = '';

  async #follows(): Promise<boolean> {
    const proxied = String(this.replication.port);
    return onRedis(this.#replica.url, async (redis) => {
      const state = await redis.info('replication');
      if (!state.includes(`master_port:${proxied}\r`)) {
        await redis.call('REPLICAOF', '127.0.0.1', proxied);
      }
      return state.includes(`master_port:${proxied}\r`) && state.includes('link_status:up');
    });
  }
}
