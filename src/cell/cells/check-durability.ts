import type { RedisCommands } from '../../platform/redis.ts';
import type { CellConnections } from '../connections.ts';

const WANTED = { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'always' };

/** @returns what would lose or evict acknowledged orders on a server of cells; null: nothing */
export async function checkDurability(connections: CellConnections): Promise<string | null> {
  const faults = (await Promise.all(connections.servers().map(faultsOf))).flat();
  return faults.length > 0 ? `Redis is not safe for a sale: ${faults.join(', ')}` : null;
}

async function faultsOf(redis: RedisCommands): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, wanted] of Object.entries(WANTED)) {
    const reply = (await redis.call('CONFIG', 'GET', name)) as string[] | Record<string, string>;
    const value = Array.isArray(reply) ? reply[1] : reply[name];
    if (value !== wanted) faults.push(`${name} is ${value ?? 'unknown'}, not ${wanted}`);
  }
  return faults;
}
