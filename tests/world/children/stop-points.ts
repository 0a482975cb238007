import { writeSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Pool, PoolClient } from 'pg';

/**
 * A point of a process: before or after one call to Postgres or Redis. A call is named by its
 * statement (`cells/rows/claim-epoch`), its text (`begin …`, or `commit cells/rows/claim-epoch`
 * after that statement) or its command with the last part of each key (`evalsha fence meta`).
 */
export interface Stop {
  readonly when: 'before' | 'after';
  readonly call: string;
  /** SIGSTOP stops the process until it gets SIGCONT; SIGKILL ends it. */
  readonly signal: 'SIGSTOP' | 'SIGKILL';
}

type Calling = <T>(call: string, run: () => Promise<T>) => Promise<T>;

/** Stops this process at a point when it first gets there, and reports it just before. */
function callingWith(stop: Stop): Calling {
  let isDue = true;
  const reach = (when: Stop['when'], call: string) => {
    if (!isDue || stop.when !== when || stop.call !== call) return;
    isDue = false;
    writeSync(1, `${JSON.stringify({ stopped: true })}\n`);
    process.kill(process.pid, stop.signal);
  };
  return async (call, run) => {
    reach('before', call);
    const result = await run();
    reach('after', call);
    return result;
  };
}

type Asked = string | { readonly text: string; readonly name?: string };

const nameOf = (asked: Asked): string =>
  typeof asked === 'string' ? asked : (asked.name ?? asked.text);

function stoppingClient(client: PoolClient, calling: Calling): PoolClient {
  let last = '';
  const query = (asked: Asked) => {
    const name = nameOf(asked);
    const call = name === 'commit' ? `commit ${last}` : name;
    last = name;
    return calling(call, () => client.query(asked as string));
  };
  return { query, release: (error?: Error) => client.release(error) } as unknown as PoolClient;
}

/** A pool that stops the process at a point. */
export function stoppingPool(pool: Pool, stop: Stop): Pool {
  const calling = callingWith(stop);
  return {
    query: (asked: Asked) => calling(nameOf(asked), () => pool.query(asked as string)),
    connect: async () => stoppingClient(await pool.connect(), calling),
  } as unknown as Pool;
}

const lastPart = (key: unknown): string => String(key).split(':').at(-1)!;

/** `evalsha fence meta` for a script of these keys. */
function commandName(method: string, args: readonly unknown[]): string {
  const [command, , count, ...keys] = args;
  if (!method.startsWith('call')) return method;
  const named = keys.slice(0, Number(count)).map(lastPart);
  return [String(command).toLowerCase(), ...named].join(' ');
}

/** A connection that stops the process at a point. */
export function stoppingRedis(redis: Redis, stop: Stop): Redis {
  const calling = callingWith(stop);
  return new Proxy(redis, {
    get: (target, property: keyof Redis & string) => {
      const value: unknown = target[property];
      if (typeof value !== 'function') return value;
      // Commands that are collected, and not sent yet.
      if (property === 'multi') return value.bind(target) as unknown;
      return (...args: unknown[]): unknown => {
        const run = () => value.apply(target, args) as Promise<unknown>;
        return calling(commandName(property, args), run);
      };
    },
  });
}
