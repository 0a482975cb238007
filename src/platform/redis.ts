import { Redis } from 'ioredis';
import type { Time } from './time.ts';

/** An argument on its way to Redis. */
export type Value = string | number | Buffer;

/** Commands that run as one: the answers come together. */
export interface RedisTransaction {
  exists(...keys: string[]): RedisTransaction;
  get(key: string): RedisTransaction;
  hgetallBuffer(key: string): RedisTransaction;
  hexists(key: string, field: string): RedisTransaction;
  hget(key: string, field: string): RedisTransaction;
  hkeys(key: string): RedisTransaction;
  hlen(key: string): RedisTransaction;
  hmget(key: string, ...fields: string[]): RedisTransaction;
  hmgetBuffer(key: string, ...fields: string[]): RedisTransaction;
  xlen(key: string): RedisTransaction;
  xrevrangeBuffer(
    key: string,
    end: string,
    start: string,
    word: 'COUNT',
    count: number,
  ): RedisTransaction;
  xrangeBuffer(key: string, start: string, end: string): RedisTransaction;
  /** Null when the server gave the transaction up. */
  exec(): Promise<[error: Error | null, answer: unknown][] | null>;
}

/** Where a connection leads. `db`: the number of its database; 0 when it is left out. */
interface Connected {
  readonly options: { readonly db?: number | undefined };
}

/** A connection that hears what is published on channels, and does nothing else. */
export interface RedisListener extends Connected {
  on(event: 'message', heard: (channel: string, message: string) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
}

/** The few commands that cells need. Only `platform` knows which client sends them. */
export interface RedisCommands extends Connected {
  call(command: string, ...args: Value[]): Promise<unknown>;
  /** Like `call`; bulk strings of the answer are Buffers. */
  callBuffer(command: string, ...args: Value[]): Promise<unknown>;
  multi(): RedisTransaction;
  ping(): Promise<string>;
  script(subcommand: 'LOAD', text: string): Promise<unknown>;
  unlink(...keys: string[]): Promise<number>;
  xrangeBuffer(
    key: string,
    start: string,
    end: string,
    word: 'COUNT',
    count: number,
  ): Promise<[id: Buffer, fields: Buffer[]][]>;
}

/**
 * How a connection treats a cut:
 * - `hot`: a command runs once or fails; the caller finds out what became of it;
 * - `steady`: background work, which repeats itself anyway; fails fast too, with a longer timeout;
 * - `queue`: BullMQ's, which must outlive any cut;
 * - `listen`: for channels; it subscribes again after a cut.
 */
export type ConnectionKind = 'hot' | 'steady' | 'queue' | 'listen';

const HOT_COMMAND_MS = 1_500;
/** BullMQ waits for a job for at most 10 seconds in one command. */
const QUEUE_SILENT_MS = 11_000;

/** ioredis resends unfulfilled commands after a cut unless a request may not be retried at all. */
const once = { maxRetriesPerRequest: 0, enableOfflineQueue: false };

/** For every connection. */
const shared = { connectTimeout: 2_000, keepAlive: 3_000 } as const;

/** A socket silent for longer than a command may take leads nowhere: a new one takes its place. */
const options = {
  hot: { ...shared, ...once, commandTimeout: HOT_COMMAND_MS, socketTimeout: 2_000 },
  steady: { ...shared, ...once, commandTimeout: 4_000, socketTimeout: 4_500 },
  queue: { ...shared, maxRetriesPerRequest: null, socketTimeout: QUEUE_SILENT_MS },
  listen: { ...shared, maxRetriesPerRequest: null, socketTimeout: 3_000 },
} as const;

export interface RedisOptions {
  readonly kind: ConnectionKind;
  readonly onError: (error: Error) => void;
}

export function createRedis(url: string, { kind, onError }: RedisOptions): Redis {
  const redis = new Redis(url, {
    ...options[kind],
    retryStrategy: (tries) => Math.min(50 * tries, 500),
    connectionName: `doorbuster-${kind}`,
  });
  redis.on('error', onError);
  return redis;
}

const READY_TRIES = 10;

/** Resolves when the connection is ready for commands. @throws after ten failed tries */
export function whenReady(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    let tries = 0;
    const end = (settle: () => void) => {
      redis.off('ready', ready).off('reconnecting', retry);
      settle();
    };
    const ready = () => end(resolve);
    const retry = () => {
      tries += 1;
      if (tries < READY_TRIES) return;
      end(() => reject(new Error('Connection is closed: Redis did not become ready')));
    };
    redis.on('ready', ready).on('reconnecting', retry);
  });
}

const PULSE_MS = 1_000;

/**
 * Pings a connection each second. It may be idle for long, and only a command that gets no answer
 * shows that it leads nowhere.
 * @returns what ends it
 */
export function pulse(redis: Pick<Redis, 'ping'>, time: Pick<Time, 'every'>): () => void {
  let isWaiting = false;
  return time.every(PULSE_MS, () => {
    if (isWaiting) return;
    isWaiting = true;
    const forget = () => void (isWaiting = false);
    redis.ping().then(forget, forget);
  });
}
