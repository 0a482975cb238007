import type { RedisCommands } from '../platform/redis.ts';

/** What a server of cells says of itself. */
export interface ServerReading {
  readonly usedBytes: number;
  /** Null: it has no bound. */
  readonly maxBytes: number | null;
  /** Time of its threads on the cores since its start, in ms; less after a restart. */
  readonly cpuMs: number;
  readonly commandsPerSecond: number;
}

const MS_PER_S = 1_000;

/** Reads a number of INFO; 0 when the server does not say it, as some that are hosted. */
function numberIn(text: string, name: string): number {
  const [, value] = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text) ?? [];
  return Number(value ?? 0);
}

/** Reads how much a server has to do. */
export async function readServer(redis: RedisCommands): Promise<ServerReading> {
  const text = String(await redis.call('INFO', 'memory', 'cpu', 'stats'));
  const maxBytes = numberIn(text, 'maxmemory');
  const cpuS = numberIn(text, 'used_cpu_sys') + numberIn(text, 'used_cpu_user');
  return {
    usedBytes: numberIn(text, 'used_memory'),
    maxBytes: maxBytes === 0 ? null : maxBytes,
    cpuMs: cpuS * MS_PER_S,
    commandsPerSecond: numberIn(text, 'instantaneous_ops_per_sec'),
  };
}
