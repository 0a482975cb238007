import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from '../platform/config.ts';
import type { Config } from '../platform/config.ts';
import { ensureLocalServers, readLocalEnv } from '../platform/embedded/local-servers.ts';
import type { LocalEnv, LocalServers } from '../platform/embedded/local-servers.ts';
import { chooseProvider } from '../provider/choose-provider.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import { ownSandbox, sendEventsTo } from './own-sandbox.ts';

/** Where this working copy keeps its own servers' data and addresses. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The servers a process talks to, and the secret its tokens are signed with. */
export interface Environment {
  readonly config: Config;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** Who takes the money; null: nobody. */
  readonly provider: PaymentProvider | null;
  /** For people: which servers, one line each. */
  readonly origins: readonly string[];
  /** Tells a sandbox of our own where the api listens, when it does. */
  tellSandbox(port: number): Promise<void>;
  /** Stops the servers this process started; others it leaves alone. */
  stop(): Promise<void>;
}

/** Prints every fault at once and ends with 2: nothing may start on a wrong environment. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.faults) process.stderr.write(`environment: ${fault}\n`);
    process.exit(2);
  }
}

/** What `npm start` left here for commands; undefined before its first time. */
export const localEnvironment = (): LocalEnv | undefined => readLocalEnv(ROOT);

/** Where an api of this machine takes a provider's events. */
export const eventsUrlAt = (port: number): string => `http://127.0.0.1:${port}/v1/payment-events`;

/** What of a server's URL may be read by anyone: no user, no password, no options. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A sandbox goes with a database of our own: the orders of others are not paid with play money. */
function isOwnSandboxMeant({ paymentProvider, sandboxUrl, databaseUrl }: Config): boolean {
  return paymentProvider === 'sandbox' && sandboxUrl === undefined && databaseUrl === undefined;
}

/** Starts servers of our own, and a sandbox if the configuration means one of our own. */
async function startLocal(config: Config): Promise<LocalServers> {
  if (!isOwnSandboxMeant(config)) return ensureLocalServers({ root: ROOT });
  return ensureLocalServers({ root: ROOT, sandbox: ownSandbox(eventsUrlAt(config.port)) });
}

function paymentsOf(config: Config, local: LocalEnv | undefined) {
  const own = isOwnSandboxMeant(config) ? (local?.sandbox ?? null) : null;
  return {
    provider: chooseProvider(config, own),
    tellSandbox: async (port: number) => {
      if (own) await sendEventsTo(own.url, eventsUrlAt(port));
    },
  };
}

/** For the service: starts servers of our own for the URLs that are not set. */
export async function serviceEnvironment(): Promise<Environment> {
  const config = configOrExit();
  const { redisUrl, databaseUrl, jwtSecret } = config;
  if (redisUrl && databaseUrl && jwtSecret) {
    const origins = [`Redis at ${shownUrl(redisUrl)}`, `Postgres at ${shownUrl(databaseUrl)}`];
    const stop = async () => {};
    return {
      ...{ config, redisUrl, databaseUrl, jwtSecret, origins, stop },
      ...paymentsOf(config, undefined),
    };
  }
  const local = await startLocal(config);
  return {
    config,
    redisUrl: redisUrl ?? local.redisUrl,
    databaseUrl: databaseUrl ?? local.databaseUrl,
    jwtSecret: jwtSecret ?? local.jwtSecret,
    ...paymentsOf(config, local),
    origins: local.origins,
    stop: () => local.stop(),
  };
}

/** For the CLI: the URLs that are set, else the servers `npm start` runs here. */
export function commandEnvironment(): Environment {
  const config = configOrExit();
  const local = localEnvironment();
  const redisUrl = config.redisUrl ?? local?.redisUrl;
  const databaseUrl = config.databaseUrl ?? local?.databaseUrl;
  const jwtSecret = config.jwtSecret ?? local?.jwtSecret;
  if (!redisUrl || !databaseUrl || !jwtSecret) {
    process.stderr.write(
      'no servers are known: run `npm start` first, or set REDIS_URL, DATABASE_URL, JWT_SECRET\n',
    );
    process.exit(2);
  }
  return {
    ...{ config, redisUrl, databaseUrl, jwtSecret, origins: [], stop: async () => {} },
    ...paymentsOf(config, local),
  };
}
