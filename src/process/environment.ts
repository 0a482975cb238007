import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from '../platform/config.ts';
import type { Config } from '../platform/config.ts';
import { ensureLocalServers, readLocalEnv } from '../platform/embedded/local-servers.ts';

/** Where this working copy keeps its own servers' data and addresses. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The servers a process talks to, and the secret its tokens are signed with. */
export interface Environment {
  readonly config: Config;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** For people: which servers, one line each. */
  readonly origins: readonly string[];
  /** Stops the servers this process started; others it leaves alone. */
  stop(): Promise<void>;
}

/** Prints every fault at once and ends with 2: nothing may start on a wrong environment. */
function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.faults) process.stderr.write(`environment: ${fault}\n`);
    process.exit(2);
  }
}

/** What of a server's URL may be read by anyone: no user, no password, no options. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** For the service: starts servers of our own for the URLs that are not set. */
export async function serviceEnvironment(): Promise<Environment> {
  const config = configOrExit();
  const { redisUrl, databaseUrl, jwtSecret } = config;
  if (redisUrl && databaseUrl && jwtSecret) {
    const origins = [`Redis at ${shownUrl(redisUrl)}`, `Postgres at ${shownUrl(databaseUrl)}`];
    return { config, redisUrl, databaseUrl, jwtSecret, origins, stop: async () => {} };
  }
  const local = await ensureLocalServers({ root: ROOT });
  return {
    config,
    redisUrl: redisUrl ?? local.redisUrl,
    databaseUrl: databaseUrl ?? local.databaseUrl,
    jwtSecret: jwtSecret ?? local.jwtSecret,
    origins: local.origins,
    stop: () => local.stop(),
  };
}

/** For the CLI: the URLs that are set, else the servers `npm start` runs here. */
export function commandEnvironment(): Environment {
  const config = configOrExit();
  const local = readLocalEnv(ROOT);
  const redisUrl = config.redisUrl ?? local?.redisUrl;
  const databaseUrl = config.databaseUrl ?? local?.databaseUrl;
  const jwtSecret = config.jwtSecret ?? local?.jwtSecret;
  if (!redisUrl || !databaseUrl || !jwtSecret) {
    process.stderr.write(
      'no servers are known: run `npm start` first, or set REDIS_URL, DATABASE_URL, JWT_SECRET\n',
    );
    process.exit(2);
  }
  return { config, redisUrl, databaseUrl, jwtSecret, origins: [], stop: async () => {} };
}
