import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './file-lock.ts';
import { isAnswering, startPostgres } from './postgres-server.ts';
import { isServing, startRedis } from './redis-server.ts';

const secretBytes = 32;

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
  isAnswering(url: string): Promise<boolean>;
  /** @param folder for its log; created if missing */
  start(folder: string, secret: string): Promise<{ url: string; stop(): Promise<void> }>;
}

export interface LocalOptions {
  /** The working copy. */
  readonly root: string;
  readonly sandbox?: SandboxProgram;
}

export interface LocalServers extends LocalEnv {
  /** For people, one line per server. */
  readonly origins: readonly string[];
  /** Stops the servers this call started, and none that another process started. */
  stop(): Promise<void>;
}

/**
 * The Redis and Postgres of a working copy, with data in `.doorbuster/data/`, and a sandbox if the
 * caller passes one. Uses the servers that another process of the working copy runs, else starts
 * them. Writes `.doorbuster/env` for `readLocalEnv`; its secrets are created once and stay.
 */
export async function ensureLocalServers({ root, sandbox }: LocalOptions): Promise<LocalServers> {
  const folder = join(root, '.doorbuster');
  mkdirSync(folder, { recursive: true });
  return withLock(join(folder, 'servers.lock'), async (): Promise<LocalServers> => {
    const known = readLocalEnv(root);
    const servers = (known && (await reuse(folder, known))) ?? (await start(folder, known));
    try {
      return sandbox ? await withSandbox(folder, servers, sandbox) : servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  });
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
async function reuse(folder: string, known: LocalEnv): Promise<LocalServers | undefined> {
  const port = Number(new URL(known.redisUrl).port);
  if (!(await isServing(redisFolder(folder), port)) || !(await isAnswering(known.databaseUrl)))
    return undefined;
  const origins = ['Redis and Postgres that another process of this folder runs'];
  return { ...known, origins, stop: async () => {} };
}

async function start(folder: string, known: LocalEnv | undefined): Promise<LocalServers> {
  const [redis, postgres] = await Promise.all([
    startRedis({ dir: redisFolder(folder) }),
    startPostgres({ dir: join(folder, 'data/postgres') }),
  ]);
  const env: LocalEnv = {
    ...known,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    jwtSecret: known?.jwtSecret ?? randomBytes(secretBytes).toString('base64url'),
  };
  writeLocalEnv(folder, env);
  const stop = async () => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  return { ...env, origins: [redis.origin, postgres.origin], stop };
}

async function withSandbox(folder: string, servers: LocalServers, program: SandboxProgram) {
  const known = servers.sandbox;
  if (known && (await program.isAnswering(known.url))) return servers;
  const secret = known?.secret ?? `whsec_${randomBytes(secretBytes).toString('base64')}`;
  const started = await program.start(join(folder, 'data/sandbox'), secret);
  const env: LocalEnv = { ...servers, sandbox: { url: started.url, secret } };
  writeLocalEnv(folder, env);
  const stop = async () => {
    await started.stop();
    await servers.stop();
  };
  return { ...env, origins: [...servers.origins, `sandbox at ${started.url}`], stop };
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

function redisFolder(folder: string): string {
  return join(folder, 'data/redis');
}
