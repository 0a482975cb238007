import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './file-lock.ts';
import { KeptServers } from './kept-servers.ts';
import type { KeepObserver, KeptServer, Started } from './kept-servers.ts';
import { isAnswering, postgresCheck, startPostgres } from './postgres-server.ts';
import { isRunning } from './processes.ts';
import { readServerPrograms } from './server-programs.ts';
import { systemTime } from '../time.ts';
import { isRedisRunning, isServing, startRedis } from './redis-server.ts';

const secretBytes = 32;
const processLookMs = 500;
/** Asking for a container starts a program. */
const containerLookMs = 2_000;
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
  start(
    folder: string,
    secret: string,
    port?: number,
  ): Promise<Started & { url: string; pid: number }>;
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
  /** The process of the sandbox, if there is one. */
  readonly sandboxPid?: number;
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
  const found = await withLock(lockFile, async () => {
    const known = readLocalEnv(root);
    const stores = (known && (await reuse(folder, known))) ?? (await start(folder, known));
    return sandbox ? withSandbox(folder, stores, sandbox) : stores;
  });
  const { env, origins, started } = found;
  const kept = new KeptServers(keptServers(folder, found, sandbox), lockFile, systemTime);
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
  const knownPid = known ? await program.pidAt(known.url) : null;
  if (knownPid !== null) return { ...found, sandboxPid: knownPid };
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
  const started = new Map([...found.started, [names.sandbox, sandbox]]);
  return { env, origins, started, sandboxPid: sandbox.pid };
}

/** What a process starts again. Its URLs are known to every process of the folder, and stay. */
function keptServers(
  folder: string,
  { env: { redisUrl, databaseUrl, sandbox: known }, sandboxPid }: Found,
  program: SandboxProgram | undefined,
): KeptServer[] {
  const [redis, postgres] = [redisFolder(folder), postgresFolder(folder)];
  const programs = readServerPrograms();
  const servers: KeptServer[] = [
    {
      name: names.redis,
      lookMs: lookMs(programs.redis),
      isRunning: () => isRedisRunning(redis),
      start: () => startRedis({ dir: redis, port: portOf(redisUrl) }),
    },
    {
      name: names.postgres,
      lookMs: lookMs(programs.postgres),
      isRunning: postgresCheck(postgres),
      start: () => startPostgres({ dir: postgres, port: portOf(databaseUrl) }),
    },
  ];
  if (!program || !known || sandboxPid === undefined) return servers;
  return [...servers, keptSandbox(folder, known, program, sandboxPid)];
}

/** @param runningPid its process at first: one that is silent still runs */
function keptSandbox(
  folder: string,
  { url, secret }: NonNullable<LocalEnv['sandbox']>,
  program: SandboxProgram,
  runningPid: number,
): KeptServer {
  let pid: number | null = runningPid;
  return {
    name: names.sandbox,
    lookMs: processLookMs,
    isRunning: async () => {
      if (pid === null || !isRunning(pid)) pid = await program.pidAt(url);
      return pid !== null;
    },
    start: () => program.start(sandboxFolder(folder), secret, portOf(url)),
  };
}

const lookMs = (program: object): number => ('image' in program ? containerLookMs : processLookMs);

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
