import type { RedisCommands } from '../platform/redis.ts';

/** What a server of cells says of itself; null: it does not say it, as some that are hosted. */
export interface ServerReading {
  readonly usedBytes: number | null;
  /** Null: it has no bound. */
  readonly maxBytes: number | null;
  /** Time of its threads on the cores since its start, in ms; less after a restart. */
  readonly cpuMs: number | null;
  readonly commandsPerSecond: number | null;
}

const MS_PER_S = 1_000;

/** Reads a number of INFO. */
function numberIn(text: string, name: string): number | null {
  const [, value] = new RegExp(`^${name}:(\\d+(?:\\.\\d+)?)`, 'm').exec(text) ?? [];
  return value === undefined ? null : Number(value);
}

/** Reads how much a server has to do. */
export async function readServer(redis: Pick<RedisCommands, 'call'>): Promise<ServerReading> {
  const text = String(await redis.call('INFO', 'memory', 'cpu', 'stats'));
  const systemS = numberIn(text, 'used_cpu_sys');
  const userS = numberIn(text, 'used_cpu_user');
  return {
    usedBytes: numberIn(text, 'used_memory'),
    // Redis writes no bound as 0.
    maxBytes: numberIn(text, 'maxmemory') || null,
    cpuMs: systemS === null || userS === null ? null : (systemS + userS) * MS_PER_S,
    commandsPerSecond: numberIn(text, 'instantaneous_ops_per_sec'),
  };
}
