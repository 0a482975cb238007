import type { Redis } from 'ioredis';

const WANTED = { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'always' };

/** @returns what about this server would lose or evict acknowledged orders; null when nothing */
export async function checkDurability(redis: Redis): Promise<string | null> {
  const faults: string[] = [];
  for (const [name, wanted] of Object.entries(WANTED)) {
    const reply = (await redis.call('CONFIG', 'GET', name)) as string[] | Record<string, string>;
    const value = Array.isArray(reply) ? reply[1] : reply[name];
    if (value !== wanted) faults.push(`${name} is ${value ?? 'unknown'}, not ${wanted}`);
  }
  return faults.length > 0 ? `Redis is not safe for a sale: ${faults.join(', ')}` : null;
}
