import { signal } from '../../../src/platform/embedded/processes.ts';
import { between, pick } from './fault.ts';
import type { Fault } from './fault.ts';

/** How long a transaction keeps rows locked, in ms. */
const LOCKED_MS = [1_000, 3_000] as const;

/** Rows that the transactions of the service need. */
const LOCKS = [
  ['the rows of all cells', 'select from cells for update'],
  ['the row of each sale', 'select from sales for update'],
  ['the inbox of each cell', 'select from inboxes for update'],
  ['units that stand with cells', 'select from allotments for update'],
  ['unpaid orders', "select from orders where state = 'reserved' for update"],
] as const;

/** What a Postgres answers as a replica does that is not promoted yet. */
const READ_ONLY = 'alter system set default_transaction_read_only = on';
const READ_WRITE = 'alter system reset default_transaction_read_only';
const RELOAD = 'select pg_reload_conf()';

const stallSandbox: Fault = {
  name: 'stall-sandbox',
  group: 'stall',
  says: 'the payment provider stands still (SIGSTOP) and goes on',
  begin: async ({ sandbox }) => {
    signal(sandbox.pid, 'SIGSTOP');
    return async () => signal(sandbox.pid, 'SIGCONT');
  },
};

const killRedis: Fault = {
  name: 'kill-redis',
  group: 'kill',
  says: 'kill -9 of Redis, which starts again on its data',
  begin: async ({ redis }) => {
    await redis.primary.kill();
    return () => redis.repair();
  },
};

const killReplica: Fault = {
  name: 'kill-replica',
  group: 'kill',
  says: 'kill -9 of the replica, without which Redis refuses writes; it starts again',
  begin: async ({ redis }) => {
    await redis.replica.kill();
    return () => redis.repair();
  },
};

const stallRedis: Fault = {
  name: 'stall-redis',
  group: 'stall',
  says: 'Redis stands still (SIGSTOP) and goes on',
  begin: async ({ redis }) => {
    const { pid } = redis.primary;
    signal(pid, 'SIGSTOP');
    return async () => {
      signal(pid, 'SIGCONT');
      await redis.repair();
    };
  },
};

const killPostgres: Fault = {
  name: 'kill-postgres',
  group: 'kill',
  says: 'kill -9 of Postgres and its sessions; it starts again on its data',
  begin: async ({ postgres }) => {
    await postgres.kill();
    return () => postgres.revive();
  },
};

const stallPostgres: Fault = {
  name: 'stall-postgres',
  group: 'stall',
  says: 'Postgres and its sessions stand still (SIGSTOP) and go on',
  begin: async ({ postgres }) => {
    const thaw = postgres.freeze();
    return async () => thaw();
  },
};

const restartPostgres: Fault = {
  name: 'restart-postgres',
  group: 'ledger',
  isBrief: true,
  says: 'Postgres is restarted, which ends every session',
  begin: async ({ postgres }) => {
    const restarted = postgres.restart();
    restarted.catch(() => {});
    return () => restarted.catch(() => postgres.revive());
  },
};

const readOnlyPostgres: Fault = {
  name: 'read-only-postgres',
  group: 'ledger',
  says: 'Postgres refuses writes (25006), as during a failover',
  begin: async ({ postgres }) => {
    const isSet = await postgres
      .run(async (client) => {
        await client.query(READ_ONLY);
        await client.query(RELOAD);
      })
      .then(
        () => true,
        () => false,
      );
    return async () => {
      if (!isSet) return;
      await postgres.revive();
      await postgres.run(async (client) => {
        await client.query(READ_WRITE);
        await client.query(RELOAD);
      });
    };
  },
};

const lockRows: Fault = {
  name: 'lock-rows',
  group: 'ledger',
  says: 'a transaction locks rows of the ledger for 1 to 3 s',
  begin: async ({ postgres }, random) => {
    const [, statement] = pick(random, LOCKS);
    const seconds = between(random, ...LOCKED_MS) / 1_000;
    const held = postgres
      .run(async (client) => {
        await client.query('begin');
        await client.query(statement);
        await client.query('select pg_sleep($1)', [seconds]);
      })
      // Another fault may take the server away, and with it the locks.
      .catch(() => {});
    return () => held;
  },
};

export const serverFaults: readonly Fault[] = [
  killRedis,
  killReplica,
  killPostgres,
  stallRedis,
  stallPostgres,
  stallSandbox,
  restartPostgres,
  readOnlyPostgres,
  lockRows,
];
