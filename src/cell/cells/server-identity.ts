import type { RedisCommands } from '../../platform/redis.ts';
import { pinKey } from '../keys.ts';

const RUN_ID = /^run_id:(\w+)/m;

/**
 * What Redis calls its present run, followed by the number of the database unless that is 0:
 * another start, another server and another database have others.
 */
export async function readRunId(redis: RedisCommands): Promise<string> {
  const [, runId] = RUN_ID.exec(String(await redis.call('INFO', 'server'))) ?? [];
  if (!runId) throw new Error('Redis does not say its run id');
  const { db = 0 } = redis.options;
  return db === 0 ? runId : `${runId}/${db}`;
}

export async function hasPin(redis: RedisCommands, pin: string): Promise<boolean> {
  return (await redis.call('EXISTS', pinKey(pin))) === 1;
}

/** Makes the server recognisable. */
export async function writePin(redis: RedisCommands, pin: string): Promise<void> {
  await redis.call('SET', pinKey(pin), '1');
}
