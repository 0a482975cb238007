import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './file-lock.ts';
import { KeptServers } from './kept-servers.ts';
import type { KeepObserver, KeptServer, Started } from './kept-servers.ts';
import { isAnswering, postgresCheck, startPostgres } from './postgres-server.ts';
import { isRunning } from './processes.ts';
import { isRedisRunning, isServing, startRedis } from './redis-server.ts';

const secretBytes = 32;
const names = { redis: 'Redis', postgres: 'Postgres', sandbox: 'sandbox' } as const;

/** The addresses and secrets a command needs to reach the servers of this folder. */
export interface LocalEnv {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** `secret` signs its events: `whsec_…`. */
  readonly sandbox?: { readonly url: string; readonly secret: string };
}

/** How to start the caller's sandbox and to find it again. */
export interface SandboxProgram {
  /** The process that answers at this URL, or null when none does. */
  pidAt(url: string): Promise<number | null>;
  /**
   * @param folder for its log; created if missing
   * @param port a free one unless given
   */
  start(folder: string, secret: string, port?: number): Promise<Started & { url: string }>;
}

export interface LocalOptions {
  /** The working copy. */
  readonly root: string;
  readonly sandbox?: SandboxProgram;
}

export interface LocalServers extends LocalEnv {
  /** For people, one line per server. */
  readonly origins: readonly string[];
  /** From now on starts servers of the working copy again that have ended. */
  keep(observer: KeepObserver): void;
  /**
   * Stops the servers that this process started. Another process of the working copy that uses
   * them starts them again.
   */
  stop(): Promise<void>;
}

/** Servers that run, and which of them this process started. */
interface Found {
  readonly env: LocalEnv;
  readonly origins: readonly string[];
  readonly started: ReadonlyMap<string, Started>;
}

/**
 * The Redis and Postgres of a working copy, with data in `.doorbuster/data/`, and a sandbox if the
 * caller passes one. Uses the servers that another process of the working copy runs, else starts
 * them. Writes `.doorbuster/env` for `readLocalEnv`; its secrets are created once and stay.
 */
export async function ensureLocalServers({ root, sandbox }: LocalOptions): Promise<LocalServers> {
  const folder = join(root, '.doorbuster');
  mkdirSync(folder, { recursive: true });
  const lockFile = join(folder, 'servers.lock');
  const { env, origins, started } = await withLock(lockFile, async () => {
    const known = readLocalEnv(root);
    const found = (known && (await reuse(folder, known))) ?? (await start(folder, known));
    return sandbox ? withSandbox(folder, found, sandbox) : found;
  });
  const kept = new KeptServers(await keptServers(folder, env, sandbox), lockFile);
  for (const [name, server] of started) kept.own(name, server);
  return { ...env, origins, keep: (observer) => kept.keep(observer), stop: () => kept.stop() };
}

/** Reads what `ensureLocalServers` wrote; `undefined` before its first call. */
export function readLocalEnv(root: string): LocalEnv | undefined {
  const file = join(root, '.doorbuster/env');
  if (!existsSync(file)) return undefined;
  const lines = [...readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm)];
  const env = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret } = env;
  if (!redisUrl || !databaseUrl || !jwtSecret) return undefined;
  const { SANDBOX_URL: url, PAYMENT_EVENT_SECRETS: secret } = env;
  return { redisUrl, databaseUrl, jwtSecret, ...(url && secret && { sandbox: { url, secret } }) };
}

/** Uses both or neither: another process may have taken their ports and sockets. */
async function reuse(folder: string, known: LocalEnv): Promise<Found | undefined> {
  if (!(await isServing(redisFolder(folder), portOf(known.redisUrl)))) return undefined;
  if (!(await isAnswering(known.databaseUrl))) return undefined;
  const origins = ['Redis and Postgres that another process of this folder runs'];
  return { env: known, origins, started: new Map() };
}

/** Starts both, at the addresses that other processes of the folder may know. */
async function start(folder: string, known: LocalEnv | undefined): Promise<Found> {
  const [redis, postgres] = await Promise.all([
    startRedis({ dir: redisFolder(folder), ...(known && { wish: portOf(known.redisUrl) }) }),
    startPostgres({ dir: postgresFolder(folder) }),
  ]);
  const env: LocalEnv = {
    ...known,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    jwtSecret: known?.jwtSecret ?? randomBytes(secretBytes).toString('base64url'),
  };
  writeLocalEnv(folder, env);
  const started = new Map([
    [names.redis, redis],
    [names.postgres, postgres],
  ]);
  return { env, origins: [redis.origin, postgres.origin], started };
}

async function withSandbox(folder: string, found: Found, program: SandboxProgram): Promise<Found> {
  const known = found.env.sandbox;
  if (known && (await program.pidAt(known.url)) !== null) return found;
  const secret = known?.secret ?? `whsec_${randomBytes(secretBytes).toString('base64')}`;
  const at = (port?: number) => program.start(sandboxFolder(folder), secret, port);
  // Other processes may know its address. Another program may have taken that.
  const starting = known ? at(portOf(known.url)).catch(() => at()) : at();
  const sandbox = await starting.catch(async (error) => {
    await Promise.all([...found.started.values()].map((server) => server.stop()));
    throw error;
  });
  const env: LocalEnv = { ...found.env, sandbox: { url: sandbox.url, secret } };
  writeLocalEnv(folder, env);
  const origins = [...found.origins, `sandbox at ${sandbox.url}`];
  return { env, origins, started: new Map([...found.started, [names.sandbox, sandbox]]) };
}

/** What a process starts again. Its URLs are known to every process of the folder, and stay. */
async function keptServers(
  folder: string,
  { redisUrl, databaseUrl, sandbox: known }: LocalEnv,
  program: SandboxProgram | undefined,
): Promise<KeptServer[]> {
  const [redis, postgres] = [redisFolder(folder), postgresFolder(folder)];
  const servers: KeptServer[] = [
    {
      name: names.redis,
      isRunning: () => isRedisRunning(redis),
      start: () => startRedis({ dir: redis, port: portOf(redisUrl) }),
    },
    {
      name: names.postgres,
      isRunning: postgresCheck(postgres),
      start: () => startPostgres({ dir: postgres, port: portOf(databaseUrl) }),
    },
  ];
  if (!program || !known) return servers;
  return [...servers, await keptSandbox(folder, known, program)];
}

async function keptSandbox(
  folder: string,
  { url, secret }: NonNullable<LocalEnv['sandbox']>,
  program: SandboxProgram,
): Promise<KeptServer> {
  let pid = await program.pidAt(url);
  return {
    name: names.sandbox,
    isRunning: async () => {
      if (pid === null || !isRunning(pid)) pid = await program.pidAt(url);
      return pid !== null;
    },
    start: () => program.start(sandboxFolder(folder), secret, portOf(url)),
  };
}

function writeLocalEnv(folder: string, env: LocalEnv): void {
  const text = `REDIS_URL=${env.redisUrl}
DATABASE_URL=${env.databaseUrl}
JWT_SECRET=${env.jwtSecret}
`;
  const { url, secret } = env.sandbox ?? {};
  const more = url && secret ? `SANDBOX_URL=${url}\nPAYMENT_EVENT_SECRETS=${secret}\n` : '';
  writeFileSync(join(folder, 'env'), text + more, { mode: 0o600 });
}

const redisFolder = (folder: string): string => join(folder, 'data/redis');
const postgresFolder = (folder: string): string => join(folder, 'data/postgres');
const sandboxFolder = (folder: string): string => join(folder, 'data/sandbox');
const portOf = (url: string): number => Number(new URL(url).port);
