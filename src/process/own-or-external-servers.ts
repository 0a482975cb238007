import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from '../platform/config.ts';
import type { Config } from '../platform/config.ts';
import { ensureLocalServers, readLocalEnv } from '../platform/embedded/local-servers.ts';
import type { LocalEnv, LocalServers } from '../platform/embedded/local-servers.ts';
import { systemTime } from '../platform/time.ts';
import { chooseProvider } from '../provider/choose-provider.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import { ownSandbox, sendEventsTo } from './start-own-sandbox.ts';

/** The working copy: its own servers keep their data and addresses in it. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The servers a process talks to, and the secret that signs its tokens. */
export interface Environment {
  readonly config: Config;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** True for the servers of this working copy. */
  readonly isOwn: boolean;
  /** Takes the money; null: nothing can be paid. */
  readonly provider: PaymentProvider | null;
  /** Names the servers for people, one line each. */
  readonly origins: readonly string[];
  /** Tells our own sandbox, if there is one, that the api listens at this port. */
  tellSandbox(port: number): Promise<void>;
  /** Stops the servers that this process started, and no others. */
  stop(): Promise<void>;
}

/** Prints every fault and exits with 2 when the environment is wrong. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.faults) process.stderr.write(`environment: ${fault}\n`);
    process.exit(2);
  }
}

/** The servers that `npm start` noted for commands; undefined before its first run. */
export const localEnvironment = (): LocalEnv | undefined => readLocalEnv(ROOT);

/** The URL at which an api of this machine receives the events of a provider. */
export const eventsUrlAt = (port: number): string => `http://127.0.0.1:${port}/v1/payment-events`;

/** The part of a server's URL that anyone may read, without user, password and options. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** True when we start a sandbox: only with our own database, so that play money pays no others. */
function isOwnSandboxMeant({ paymentProvider, sandboxUrl, databaseUrl }: Config): boolean {
  return paymentProvider === 'sandbox' && sandboxUrl === undefined && databaseUrl === undefined;
}

/** Starts our own servers, with a sandbox if the configuration asks for one. */
async function startLocal(config: Config): Promise<LocalServers> {
  if (!isOwnSandboxMeant(config)) return ensureLocalServers({ root: ROOT });
  return ensureLocalServers({ root: ROOT, sandbox: ownSandbox(eventsUrlAt(config.port)) });
}

function paymentsOf(config: Config, local: LocalEnv | undefined) {
  const own = isOwnSandboxMeant(config) ? (local?.sandbox ?? null) : null;
  return {
    provider: chooseProvider(config, own, systemTime),
    tellSandbox: async (port: number) => {
      if (own) await sendEventsTo(own.url, eventsUrlAt(port));
    },
  };
}

/** For the service. Starts our own servers when the environment names none. */
export async function serviceEnvironment(): Promise<Environment> {
  const config = configOrExit();
  const { redisUrl, databaseUrl, jwtSecret } = config;
  if (redisUrl && databaseUrl && jwtSecret) {
    const origins = [`Redis at ${shownUrl(redisUrl)}`, `Postgres at ${shownUrl(databaseUrl)}`];
    const stop = async () => {};
    const servers = { redisUrl, databaseUrl, jwtSecret, isOwn: false };
    return { config, ...servers, origins, stop, ...paymentsOf(config, undefined) };
  }
  const local = await startLocal(config);
  return {
    config,
    redisUrl: local.redisUrl,
    databaseUrl: local.databaseUrl,
    jwtSecret: jwtSecret ?? local.jwtSecret,
    isOwn: true,
    ...paymentsOf(config, local),
    origins: local.origins,
    stop: () => local.stop(),
  };
}

/** For commands. Uses the URLs that are set, else the servers that `npm start` runs here. */
export function commandEnvironment(): Environment {
  const config = configOrExit();
  const local = localEnvironment();
  const redisUrl = config.redisUrl ?? local?.redisUrl;
  const databaseUrl = config.databaseUrl ?? local?.databaseUrl;
  const jwtSecret = config.jwtSecret ?? local?.jwtSecret;
  if (!redisUrl || !databaseUrl || !jwtSecret) {
    process.stderr.write(
      'no servers known: run `npm start` first, or set REDIS_URL, DATABASE_URL and JWT_SECRET\n',
    );
    process.exit(2);
  }
  return {
    config,
    redisUrl,
    databaseUrl,
    jwtSecret,
    isOwn: config.redisUrl === undefined,
    origins: [],
    stop: async () => {},
    ...paymentsOf(config, local),
  };
}
