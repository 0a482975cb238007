import type { RedisCommands } from '../../platform/redis.ts';
import { pinKey } from '../keys.ts';

const RUN_ID = /^run_id:(\w+)/m;

/** What Redis calls its present run: another start, and another server, has another. */
export async function readRunId(redis: RedisCommands): Promise<string> {
  const info = String(await redis.call('INFO', 'server'));
  const [, runId] = RUN_ID.exec(info) ?? [];
  if (!runId) throw new Error('Redis does not say its run id');
  return runId;
}

export async function hasPin(redis: RedisCommands, pin: string): Promise<boolean> {
  return (await redis.call('EXISTS', pinKey(pin))) === 1;
}

/** Makes the server recognisable. */
export async function writePin(redis: RedisCommands, pin: string): Promise<void> {
  await redis.call('SET', pinKey(pin), '1');
}
