import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { isAnswering, startPostgres } from './postgres-server.ts';
import { isServing, startRedis } from './redis-server.ts';

const secretBytes = 32;

/** What a command needs to reach the servers of this folder. */
export interface LocalEnv {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
}

export interface LocalServers extends LocalEnv {
  /** For people, one line a server. */
  readonly origins: readonly string[];
  /** Stops what this call started: nothing, where another process had started it. */
  stop(): Promise<void>;
}

/**
 * The Redis and Postgres of a working copy, with data in `.doorbuster/data/`: those that another
 * process of it already runs, else new ones. Writes `.doorbuster/env` for `readLocalEnv`; the
 * secret in it is made once and stays.
 */
export async function ensureLocalServers(options: { readonly root: string }) {
  const folder = join(options.root, '.doorbuster');
  mkdirSync(folder, { recursive: true });
  return withLock(join(folder, 'servers.lock'), async (): Promise<LocalServers> => {
    const known = readLocalEnv(options.root);
    return (known && (await reuse(folder, known))) ?? (await start(folder, known?.jwtSecret));
  });
}

/** What `ensureLocalServers` wrote, or `undefined` before its first call. */
export function readLocalEnv(root: string): LocalEnv | undefined {
  const file = join(root, '.doorbuster/env');
  if (!existsSync(file)) return undefined;
  const lines = [...readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm)];
  const env = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret } = env;
  return redisUrl && databaseUrl && jwtSecret ? { redisUrl, databaseUrl, jwtSecret } : undefined;
}

/** Both, or neither: their ports and sockets may meanwhile be somebody else's. */
async function reuse(folder: string, known: LocalEnv): Promise<LocalServers | undefined> {
  const port = Number(new URL(known.redisUrl).port);
  if (!(await isServing(redisFolder(folder), port)) || !(await isAnswering(known.databaseUrl)))
    return undefined;
  const origins = ['Redis and Postgres that another process of this folder runs'];
  return { ...known, origins, stop: async () => {} };
}

async function start(folder: string, knownSecret: string | undefined): Promise<LocalServers> {
  const [redis, postgres] = await Promise.all([
    startRedis({ dir: redisFolder(folder) }),
    startPostgres({ dir: join(folder, 'data/postgres') }),
  ]);
  const env: LocalEnv = {
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    jwtSecret: knownSecret ?? randomBytes(secretBytes).toString('base64url'),
  };
  writeLocalEnv(folder, env);
  const stop = async () => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  return { ...env, origins: [redis.origin, postgres.origin], stop };
}

function writeLocalEnv(folder: string, env: LocalEnv): void {
  const text = `REDIS_URL=${env.redisUrl}
DATABASE_URL=${env.databaseUrl}
JWT_SECRET=${env.jwtSecret}
`;
  writeFileSync(join(folder, 'env'), text, { mode: 0o600 });
}

function redisFolder(folder: string): string {
  return join(folder, 'data/redis');
}
