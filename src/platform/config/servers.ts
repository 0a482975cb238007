import { oneOf, optional, redisUrl, serverUrl } from './parsers.ts';
import type { Variable } from './variable.ts';

/** Where the cells and the ledger are. */
export const servers = {
  redisUrl: {
    name: 'REDIS_URL',
    fallback: '',
    description:
      'One Redis server, not a Redis Cluster; required with DATABASE_URL; unset: our own',
    parse: optional(redisUrl),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    fallback: '',
    description: 'Postgres 15 or newer; required with REDIS_URL; unset: our own',
    parse: optional(serverUrl('postgres', 'postgresql')),
  },
  testInfra: {
    name: 'TEST_INFRA',
    fallback: 'auto',
    description: 'Where the tests get their servers: auto, docker or local',
    parse: oneOf(['auto', 'docker', 'local']),
  },
} as const satisfies Record<string, Variable<unknown>>;
