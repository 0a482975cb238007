import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { pinKey } from '../../../cell/keys.ts';
import { createPool } from '../../../platform/postgres.ts';
import { createRedis, whenReady } from '../../../platform/redis.ts';
import { DEAD_AFTER_MS, listProcesses } from '../../../ledger/processes/registry.ts';
import type { RegisteredProcess } from '../../../ledger/processes/registry.ts';
import { findServer, pinFound } from '../../../service/processes/which-redis.ts';
import type { FoundServer } from '../../../service/processes/which-redis.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { reachServers } from '../../reach/reach-servers.ts';
import { PATIENCE, cliActor, fail, note, say } from '../session.ts';

const SERVERS = {
  unpinned: 'no cell was ever opened, so any server will do',
  ours: 'it holds the cells',
  flushed: 'it held the cells, and was flushed: the running service rebuilds them by itself',
  foreign: 'it is not the one that holds the cells',
} as const satisfies Record<FoundServer['word'], string>;

/** Connects to both servers, also when this Redis does not hold the cells. */
async function withServers(work: (pool: Pool, redis: Redis) => Promise<void>): Promise<void> {
  const env = commandEnvironment();
  const { redisUrl, databaseUrl } = env;
  await reachServers(env, PATIENCE);
  const ignore = () => {};
  const pool = createPool(databaseUrl, { onError: ignore });
  const redis = createRedis(redisUrl, { kind: 'steady', onError: ignore });
  try {
    await whenReady(redis);
    await work(pool, redis);
  } finally {
    redis.disconnect();
    await pool.end();
  }
}

function describe({ word, runId, pinned }: FoundServer): string[] {
  const expected = pinned ? `the key ${pinKey(pinned.pin)}, last run ${pinned.runId}` : 'nothing';
  return [`this Redis: run ${runId}; ${SERVERS[word]}`, `the ledger expects ${expected}`];
}

const isElsewhere = (one: RegisteredProcess, { runId }: FoundServer): boolean =>
  one.seenMsAgo < DEAD_AFTER_MS && one.runId !== null && one.runId !== runId;

/** What an adoption may lose: only these processes know what the other server alone has. */
function describeRisk(processes: readonly RegisteredProcess[], { runId }: FoundServer): string[] {
  const lines = processes
    .filter(({ acknowledges }) => acknowledges)
    .map((one) => {
      const orders = `${one.rememberedOrders} unsettled orders`;
      if (one.seenMsAgo >= DEAD_AFTER_MS)
        return `${one.name} is dead; when last seen, it remembered ${orders}`;
      const where = one.runId === runId ? 'reaches this Redis' : 'reaches another Redis: stop it';
      return `${one.name} lives and ${where}; it remembers ${orders}`;
    });
  return [
    'Orders that were acknowledged and not settled are lost if they are only on the other server',
    'and no process that lives remembers them:',
    ...(lines.length > 0 ? lines : ['no process that acknowledges orders is registered']),
  ].map((line, i) => (i < 2 ? line : `  ${line}`));
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('Adopt this Redis? Type "adopt": ');
  asking.close();
  return answer.trim() === 'adopt';
}

interface Adoption {
  readonly yes?: boolean;
  readonly force?: boolean;
}

async function adopt({ yes, force }: Adoption, command: Command): Promise<void> {
  await withServers(async (pool, redis) => {
    const found = await findServer(pool, redis);
    for (const line of describe(found)) say(line);
    if (found.word !== 'foreign') return say('nothing to adopt');
    const processes = await listProcesses(pool);
    for (const line of describeRisk(processes, found)) say(line);
    const elsewhere = processes.filter((one) => isElsewhere(one, found));
    if (elsewhere.length > 0 && !force) {
      const names = elsewhere.map(({ name }) => name).join(', ');
      return fail([`not adopted: ${names} still use another Redis; stop them, or pass --force`]);
    }
    if (!yes && !(await isConfirmed())) {
      return fail(['not adopted: type "adopt" when asked, or pass --yes']);
    }
    await pinFound(pool, redis, found, cliActor(command));
    say('adopted: the service rebuilds every cell from the ledger on this Redis');
    note('Processes that refused to start can be started now.');
  });
}

async function show(): Promise<void> {
  await withServers(async (pool, redis) => {
    const found = await findServer(pool, redis);
    for (const line of describe(found)) say(line);
    if (found.word === 'foreign') process.exitCode = 1;
  });
}

export function addRedisCommands(program: Command): void {
  const redis = program.command('redis').description('The Redis server that holds the cells');
  redis
    .command('show', { isDefault: true })
    .description('Say which Redis is found, and which one the ledger expects')
    .action(show);
  redis
    .command('adopt')
    .option('--yes', 'do not ask')
    .option('--force', 'also while processes that live use another Redis')
    .description(
      'Make this Redis hold the cells, after it has told what may be lost and asked. ' +
        'Use it only when the data of the other server is lost for good',
    )
    .action(adopt);
}
