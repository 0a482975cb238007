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
import { isConfirmed } from '../confirm.ts';
import { outputOf } from '../output.ts';
import type { Output } from '../output.ts';
import { cliActor, patience } from '../session.ts';

const SERVERS = {
  unpinned: 'no cell was ever opened, so any server will do',
  ours: 'it holds the cells',
  flushed: 'it held the cells, and was flushed: the running service rebuilds them by itself',
  foreign: 'it is not the one that holds the cells',
} as const satisfies Record<FoundServer['word'], string>;

/** Connects to both servers, also when this Redis does not hold the cells. */
async function withServers(
  out: Output,
  work: (pool: Pool, redis: Redis) => Promise<void>,
): Promise<void> {
  const env = commandEnvironment();
  const { redisUrl, databaseUrl } = env;
  await reachServers(env, patience(out));
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

interface Adoption {
  readonly yes?: boolean;
  readonly force?: boolean;
}

const documentOf = ({ word, runId, pinned }: FoundServer) => ({
  found: word,
  runId,
  expected: pinned && { key: pinKey(pinned.pin), lastRun: pinned.runId },
});

async function adoptFound(
  pool: Pool,
  redis: Redis,
  { yes, force }: Adoption,
  command: Command,
): Promise<void> {
  const out = outputOf(command);
  const found = await findServer(pool, redis);
  const document = documentOf(found);
  if (found.word !== 'foreign') {
    return out.say([...describe(found), 'nothing to adopt'].join('\n'), {
      ...document,
      adopted: false,
    });
  }
  const processes = await listProcesses(pool);
  const risk = describeRisk(processes, found);
  // The risk is the question that a person answers; a program reads it as a note.
  if (out.isJson) for (const line of risk) out.note(line);
  else out.say([...describe(found), ...risk].join('\n'), null);
  const elsewhere = processes.filter((one) => isElsewhere(one, found));
  if (elsewhere.length > 0 && !force) {
    const names = elsewhere.map(({ name }) => name).join(', ');
    const why = `not adopted: ${names} still use another Redis; stop them, or pass --force`;
    return out.fail([why], 'conflict');
  }
  if (!yes && !(await isConfirmed('Adopt this Redis?', 'adopt'))) {
    return out.fail(['not adopted: type "adopt" when asked, or pass --yes']);
  }
  await pinFound(pool, redis, found, cliActor(command));
  const done = 'adopted: the service rebuilds every cell from the ledger on this Redis';
  out.say(done, { ...document, adopted: true });
  out.note('Processes that refused to start can be started now.');
}

async function show(out: Output): Promise<void> {
  await withServers(out, async (pool, redis) => {
    const found = await findServer(pool, redis);
    out.say(describe(found).join('\n'), documentOf(found));
    if (found.word === 'foreign') out.foundFault();
  });
}

export function addRedisCommands(program: Command): void {
  const redis = program.command('redis').description('The Redis server that holds the cells');
  redis
    .command('show', { isDefault: true })
    .description('Say which Redis is found, and which one the ledger expects')
    .action((_: object, command: Command) => show(outputOf(command)));
  redis
    .command('adopt')
    .option('--yes', 'do not ask')
    .option('--force', 'also while processes that live use another Redis')
    .description(
      'Make this Redis hold the cells, after it has told what may be lost and asked. ' +
        'Use it only when the data of the other server is lost for good',
    )
    .action((chosen: Adoption, command: Command) =>
      withServers(outputOf(command), (pool, redis) => adoptFound(pool, redis, chosen, command)),
    );
}
