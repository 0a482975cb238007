import { OwnRedis } from './own-redis.ts';
import { Proxy } from './proxy.ts';
import { until } from './wait-until.ts';

/** The address at which a server sees itself: one in a container has an address of its own. */
async function addressOf(server: OwnRedis): Promise<[host: string, port: string]> {
  const client = await server.run((redis) => redis.call('CLIENT', 'INFO'));
  const [, host, port] = /laddr=([\d.]+):(\d+)/.exec(String(client))!;
  return [host!, port!];
}

/**
 * A primary and its replica, and a way for each process, which leads to the primary at first. When
 * the replica is promoted, ways can lead to it one by one, as processes notice a failover one by
 * one.
 */
export class SplitRedis {
  readonly primary: OwnRedis;
  readonly replica: OwnRedis;
  readonly #ways: Proxy[] = [];

  private constructor(primary: OwnRedis, replica: OwnRedis) {
    this.primary = primary;
    this.replica = replica;
  }

  static async start(): Promise<SplitRedis> {
    const [primary, replica] = await Promise.all([OwnRedis.start(), OwnRedis.start()]);
    const address = await addressOf(primary);
    await replica.run(async (redis) => {
      await redis.call('REPLICAOF', ...address);
      const isSynced = async () => (await redis.info('replication')).includes('link_status:up');
      await until(isSynced, { describe: 'the replica follows' });
    });
    return new SplitRedis(primary, replica);
  }

  /** A way to the primary. */
  async way(): Promise<Proxy> {
    const way = await Proxy.start(this.primary.url);
    this.#ways.push(way);
    return way;
  }

  /** The replica no longer follows the primary, which lives on. */
  async promote(): Promise<void> {
    await this.replica.run((redis) => redis.call('REPLICAOF', 'NO', 'ONE'));
  }

  /** Cuts the connections of some ways, and leads them to the replica. */
  leadToReplica(...ways: readonly Proxy[]): void {
    for (const way of ways) way.leadTo(this.replica.url);
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.map((way) => way.close()));
    await Promise.all([this.primary.close(), this.replica.close()]);
  }
}
