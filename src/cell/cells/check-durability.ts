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
    const value = await settingOf(redis, name);
    if (value !== wanted) faults.push(`${name} is ${value ?? 'unknown'}, not ${wanted}`);
  }
  return faults;
}

/** Undefined when Redis does not tell: some that are hosted know no CONFIG, or permit none. */
async function settingOf(redis: RedisCommands, name: string): Promise<string | undefined> {
  try {
    const reply = (await redis.call('CONFIG', 'GET', name)) as string[] | Record<string, string>;
    return Array.isArray(reply) ? reply[1] : reply[name];
  } catch (error) {
    if (/^(NOPERM|ERR unknown)/.test((error as Error).message)) return undefined;
    throw error;
  }
}
