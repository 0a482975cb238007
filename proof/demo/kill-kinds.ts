/** What `--kill` does during the first part. */
interface KillKind {
  /** For the help. */
  readonly does: string;
  /** True when it may only strike a Redis that the demo started. */
  readonly needsOwnRedis: boolean;
  /** The api processes that share the rush. */
  readonly apis: 1 | 2;
}

const AGAIN = 'and start it again a second later';

export const KILL_KINDS = {
  worker: { does: `kill -9 the worker, ${AGAIN}`, needsOwnRedis: false, apis: 1 },
  api: { does: `kill -9 the api, ${AGAIN}`, needsOwnRedis: false, apis: 1 },
  redis: { does: `kill -9 Redis, ${AGAIN}`, needsOwnRedis: true, apis: 2 },
  'redis-flush': { does: 'FLUSHALL: Redis forgets everything', needsOwnRedis: true, apis: 2 },
  power: {
    does: 'kill -9 Redis and cut the end of its append-only file at a random byte',
    needsOwnRedis: true,
    apis: 2,
  },
  'redis-swap': {
    does: 'replace Redis by an empty one at the same address',
    needsOwnRedis: true,
    apis: 2,
  },
  volume: {
    does: 'start Redis without its data, sell on, then bring its data back',
    needsOwnRedis: true,
    apis: 2,
  },
  'apis-and-flush': {
    does:
      'kill -9 every api and FLUSHALL at once, which loses orders; exit 0 only if the log, the ' +
      'metrics and the audit say how many',
    needsOwnRedis: true,
    apis: 2,
  },
} as const satisfies Record<string, KillKind>;

export type Kill = keyof typeof KILL_KINDS;

export const KILLS = Object.keys(KILL_KINDS) as Kill[];

/** Only this kind loses orders: two faults at once. */
export const losesOrders = (kill: Kill | undefined): boolean => kill === 'apis-and-flush';
