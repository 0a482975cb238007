import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TcpProxy } from '../../../../proof/fleet/tcp-proxy.ts';
import { doorbusterOn, environmentOf, runCommand } from '../../../world/servers/command.ts';
import { ServiceRun } from '../../../world/servers/service-run.ts';
import { createWorld } from '../../../world/servers/world.ts';
import type { OwnWorld } from '../../../world/servers/world.ts';

let world: OwnWorld;
const web = createServer((_, answer) => answer.end());

beforeAll(async () => {
  world = await createWorld({ ownServers: true });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  const redis = new Redis(world.redisUrl);
  await redis.call('ACL', 'SETUSER', 'narrow', 'on', '>narrow', '+ping');
  await redis.call('ACL', 'SETUSER', 'default', 'resetpass', '>right');
  redis.disconnect();
  const postgres = new pg.Client({ connectionString: world.databaseUrl });
  await postgres.connect();
  await postgres.query("create role stranger login password 'right'");
  await postgres.query('create role reader login');
  await postgres.query('alter role reader set default_transaction_read_only = on');
  const doors = ['local', 'host'].flatMap((kind) => {
    const from = kind === 'host' ? 'all ' : '';
    return [`${kind} all stranger ${from}scram-sha-256`, `${kind} all all ${from}trust`];
  });
  const { rows } = await postgres.query<{ hba_file: string }>('show hba_file');
  const lines = doors.map((line) => `select '${line}'`).join(' union all ');
  await postgres.query(`copy (${lines}) to '${rows[0]!.hba_file}'`);
  await postgres.query('select pg_reload_conf()');
  await postgres.end();
});
afterAll(async () => {
  web.close();
  await world?.dispose();
});

const withUser = (url: string, user: string, path?: string): string => {
  const [, scheme, rest] = /^(\w+:\/\/)(?:[^@/]*@)?(.*)$/.exec(url)!;
  return `${scheme}${user}@${path === undefined ? rest : rest!.replace(/\/\w+/, path)}`;
};
const servers = () => ({
  redisUrl: withUser(world.redisUrl, ':right'),
  databaseUrl: world.databaseUrl,
});
const webPort = () => (web.address() as AddressInfo).port;

interface Case {
  readonly fault: string;
  readonly given: () => Partial<ReturnType<typeof servers>>;
  readonly line: RegExp;
}

const lasting: Case[] = [
  {
    fault: 'a Redis without its password',
    given: () => ({ redisUrl: world.redisUrl }),
    line: /^doorbuster: Redis at redis:\S+ \(REDIS_URL\) asks for a password\. Put the right/,
  },
  {
    fault: 'a wrong password for Redis',
    given: () => ({ redisUrl: withUser(world.redisUrl, ':wrong') }),
    line: /\(REDIS_URL\) refuses the user or the password\. Put the right user and password into/,
  },
  {
    fault: 'a user of Redis without rights',
    given: () => ({ redisUrl: withUser(world.redisUrl, 'narrow:narrow') }),
    line: /\(REDIS_URL\) gives its user too few rights\. Allow that user all commands and keys/,
  },
  {
    fault: 'a database that Redis does not have',
    given: () => ({ redisUrl: `${servers().redisUrl}/99` }),
    line: /\/99 \(REDIS_URL\) has no database of that number\. Correct the number at the end/,
  },
  {
    fault: 'a web server instead of Redis',
    given: () => ({ redisUrl: `redis://127.0.0.1:${webPort()}` }),
    line: /\(REDIS_URL\) does not speak as Redis does\. Correct REDIS_URL/,
  },
  {
    fault: 'a wrong password for Postgres',
    given: () => ({ databaseUrl: withUser(world.databaseUrl, 'stranger:wrong') }),
    line: /\(DATABASE_URL\) refuses the user or the password \(.*"stranger"\)\. Put/,
  },
  {
    fault: 'a database that Postgres does not have',
    given: () => ({ databaseUrl: withUser(world.databaseUrl, 'reader', '/nowhere') }),
    line: /\(DATABASE_URL\) says: database "nowhere" does not exist\. Create it, or/,
  },
];

test.each(lasting)('the service refuses $fault at once, in one line', async ({ given, line }) => {
  const env = { ...environmentOf({ ...servers(), ...given() }), PORT: '0' };
  const { code, err, out } = await runCommand(process.execPath, ['src/process/main.ts'], env);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(err + out).not.toMatch(/right@|wrong|narrow@| {4}at /);
  expect(code).toBe(4);
});

const silent = 'does not answer \\(ECONNREFUSED\\)';
const passing: Case[] = [
  {
    fault: 'a Redis that does not listen',
    given: () => ({ redisUrl: 'redis://127.0.0.1:9' }),
    line: new RegExp(
      `Redis at \\S+ \\(REDIS_URL\\) ${silent}\\. Start it, or correct REDIS_URL\\n$`,
    ),
  },
  {
    fault: 'a Postgres that does not listen',
    given: () => ({ databaseUrl: 'postgresql://127.0.0.1:9/sales' }),
    line: new RegExp(`\\(DATABASE_URL\\) ${silent}\\. Start it, or correct DATABASE_URL\\n$`),
  },
  {
    fault: 'a Postgres that only reads',
    given: () => ({ databaseUrl: withUser(world.databaseUrl, 'reader') }),
    line: /\(DATABASE_URL\) only reads\. Point DATABASE_URL at the primary\n$/,
  },
];

test.each(passing)('a command waits for $fault, then says so', async ({ given, line }) => {
  const { code, err } = await doorbusterOn({ ...servers(), ...given() }, ['cell', 'list']);
  expect(err).toMatch(/^waiting for \S+ at .*: it (does not answer|only reads)/);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(2);
  expect(code).toBe(4);
});

test('the service waits for both servers, says so, and ends with a line for each', async () => {
  const nowhere = {
    redisUrl: 'redis://127.0.0.1:9',
    databaseUrl: 'postgresql://127.0.0.1:9/sales',
  };
  const env = { ...environmentOf(nowhere), PORT: '0' };
  const { code, err, out } = await runCommand(process.execPath, ['src/process/main.ts'], env);
  expect(code).toBe(4);
  expect(err.match(/\(REDIS_URL\)|\(DATABASE_URL\)/g)).toEqual(['(REDIS_URL)', '(DATABASE_URL)']);
  const waiting = out.split('\n').filter((line) => line.includes('"msg":"waiting for'));
  expect(waiting).toHaveLength(2);
});

test('the service starts once a server that is late has started', async () => {
  const { hostname: host, port } = new URL(world.redisUrl);
  const late = await TcpProxy.start({ host, port: Number(port) });
  late.refuse(true);
  const redisUrl = `redis://:right@127.0.0.1:${late.port}`;
  const run = new ServiceRun(['--role', 'worker'], environmentOf({ ...servers(), redisUrl }));
  try {
    await run.said(/waiting for Redis at/);
    late.refuse(false);
    await run.url();
    run.signal('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
  } finally {
    await run.discard();
    await late.stop();
  }
});

test.each([
  ['false', 'No sale can be opened'],
  ['true', 'ALLOW_UNSAFE_REDIS lets sales open all the same'],
])('a Redis that may lose orders is said at the start (allowed: %s)', async (allowed, effect) => {
  const redis = new Redis(servers().redisUrl);
  await redis.config('SET', 'appendfsync', 'everysec');
  const env = { ...environmentOf(servers()), ALLOW_UNSAFE_REDIS: allowed };
  const run = new ServiceRun(['--role', 'api'], env);
  try {
    await run.url();
    const [warning] = run.log.filter((line) => line.includes('not safe for a sale'));
    expect(warning).toContain(
      `appendfsync is everysec, not always. ${effect}. Start Redis with appendonly yes`,
    );
  } finally {
    await run.discard();
    await redis.config('SET', 'appendfsync', 'always');
    redis.disconnect();
  }
});

test('a Redis that hides its configuration counts as one that may lose orders', async () => {
  const redis = new Redis(servers().redisUrl);
  await redis.call('ACL', 'SETUSER', 'hosted', 'on', '>hosted', '~*', '&*', '+@all', '-config');
  redis.disconnect();
  const redisUrl = withUser(world.redisUrl, 'hosted:hosted');
  const run = new ServiceRun(['--role', 'worker'], environmentOf({ ...servers(), redisUrl }));
  try {
    await run.url();
    expect(run.log.join('\n')).toContain('appendonly is unknown, not yes');
  } finally {
    await run.discard();
  }
});

test('a port that is taken is a fault of the environment', async () => {
  const env = { ...environmentOf(servers()), PORT: String(webPort()) };
  const role = ['--role', 'worker'];
  const command = ['src/process/main.ts', ...role];
  const { code, err } = await runCommand(process.execPath, command, env);
  expect(code).toBe(2);
  expect(err).toBe(
    `environment: PORT is ${webPort()}, where another process listens: set a free one\n`,
  );
});

test('one external server alone is refused: our own would not fit it', async () => {
  const { REDIS_URL, DATABASE_URL, ...others } = environmentOf(servers());
  const withoutRedis = { DATABASE_URL, ...others };
  for (const program of ['src/process/main.ts', 'src/process/cli.ts']) {
    const args = program.includes('cli') ? [program, 'cell', 'list'] : [program];
    const first = await runCommand(process.execPath, args, withoutRedis);
    expect(first).toMatchObject({
      code: 2,
      err: 'environment: REDIS_URL must be set when DATABASE_URL is\n',
    });
    const second = await runCommand(process.execPath, args, { REDIS_URL, ...others });
    expect(second).toMatchObject({
      code: 2,
      err: 'environment: DATABASE_URL must be set when REDIS_URL is\n',
    });
  }
});
