import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from '../platform/config/read-config.ts';
import type { Config } from '../platform/config/read-config.ts';
import { ensureLocalServers, readLocalEnv } from '../platform/embedded/local-servers.ts';
import type { LocalEnv, LocalServers } from '../platform/embedded/local-servers.ts';
import type { KeepObserver } from '../platform/embedded/kept-servers.ts';
import { systemTime } from '../platform/time.ts';
import { chooseProvider } from '../provider/choose-provider.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import { isToldEvents, ownSandbox, sandboxPid } from './start-own-sandbox.ts';

/** The working copy: its own servers keep their data and addresses in it. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Servers that others start and stop. */
const NOT_OURS = { keep: () => {}, stop: async () => {} };

/** The servers a process talks to, and the secrets of its tokens. */
export interface Environment {
  readonly config: Config;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Verify tokens, the newest first; none when only a key set verifies them. */
  readonly jwtSecrets: readonly string[];
  /** Names people in logs. */
  readonly pseudonymSecret: string;
  /** What to do when the servers of this working copy cannot be used; null: they are not. */
  readonly ownRemedy: string | null;
  /** Takes the money; null: nothing can be paid. */
  readonly provider: PaymentProvider | null;
  /** Names the servers for people, one line each. */
  readonly origins: readonly string[];
  /**
   * Tells our own sandbox, if there is one, that the api listens at this port.
   * @returns what is wrong with the sandbox, in one line; null: nothing
   */
  greetSandbox(port: number): Promise<string | null>;
  /** From now on starts our own servers again that have ended. */
  keep(observer: KeepObserver): void;
  /** Stops the servers that this process started, and no others. */
  stop(): Promise<void>;
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

/** True when the ledger is on our own servers, which are for development. */
export function isOwnLedger({ databaseUrl }: Pick<Config, 'databaseUrl'>): boolean {
  return databaseUrl === undefined;
}

/** True when we start a sandbox: only with our own ledger, so that play money pays no others. */
export function isOwnSandboxMeant(
  config: Pick<Config, 'paymentProvider' | 'sandboxUrl' | 'databaseUrl'>,
): boolean {
  const { paymentProvider, sandboxUrl } = config;
  return paymentProvider === 'sandbox' && sandboxUrl === undefined && isOwnLedger(config);
}

/** Where our own sandbox sends its events: at first to `PORT`, then to where the api listens. */
interface Events {
  url: string;
}

/** Starts our own servers, with a sandbox if the configuration asks for one. */
async function startLocal(config: Config, events: Events): Promise<LocalServers> {
  if (!isOwnSandboxMeant(config)) return ensureLocalServers({ root: ROOT });
  return ensureLocalServers({ root: ROOT, sandbox: ownSandbox(() => events.url) });
}

/**
 * The secret of our own servers verifies tokens unless the configuration says what does. It names
 * people in logs unless another secret does.
 */
export function secretsOf(
  config: Pick<Config, 'databaseUrl' | 'jwtKeysUrl' | 'jwtSecrets' | 'pseudonymSecret'>,
  local?: Pick<LocalEnv, 'jwtSecret'>,
) {
  const { jwtKeysUrl, jwtSecrets: set, pseudonymSecret } = config;
  const own = isOwnLedger(config) && local ? [local.jwtSecret] : [];
  const jwtSecrets = set.length > 0 || jwtKeysUrl !== undefined ? set : own;
  const named = pseudonymSecret ?? set.at(-1) ?? own[0];
  if (named === undefined) throw new TypeError('a checked configuration names people in logs');
  return { jwtSecrets, pseudonymSecret: named };
}

function paymentsOf(config: Config, local: LocalEnv | undefined, events: Events) {
  const own = isOwnSandboxMeant(config) ? (local?.sandbox ?? null) : null;
  const { paymentProvider, sandboxUrl } = config;
  return {
    provider: chooseProvider(config, own, systemTime),
    greetSandbox: async (port: number) => {
      events.url = eventsUrlAt(port);
      if (own && (await isToldEvents(own.url, events.url))) return null;
      if (own) return `our own sandbox at ${own.url} does not answer: no payment comes through`;
      if (paymentProvider !== 'sandbox' || !sandboxUrl) return null;
      if ((await sandboxPid(sandboxUrl)) !== null) return null;
      return `the sandbox at ${sandboxUrl} (SANDBOX_URL) does not answer: payments wait for it`;
    },
  };
}

/**
 * For the service. Starts our own servers when the environment names none.
 * @throws ConfigError
 */
export async function serviceEnvironment(): Promise<Environment> {
  const config = readConfig(process.env);
  const events = { url: eventsUrlAt(config.port) };
  const { redisUrl, databaseUrl } = config;
  if (redisUrl && databaseUrl) {
    const origins = [`Redis at ${shownUrl(redisUrl)}`, `Postgres at ${shownUrl(databaseUrl)}`];
    const servers = { redisUrl, databaseUrl, ...secretsOf(config), ownRemedy: null };
    return { config, ...servers, origins, ...NOT_OURS, ...paymentsOf(config, undefined, events) };
  }
  const local = await startLocal(config, events);
  return {
    config,
    redisUrl: local.redisUrl,
    databaseUrl: local.databaseUrl,
    ...secretsOf(config, local),
    ownRemedy: 'Its log in .doorbuster/data says why',
    ...paymentsOf(config, local, events),
    origins: local.origins,
    keep: (observer) => local.keep(observer),
    stop: () => local.stop(),
  };
}

/**
 * For commands. Uses the URLs that are set, else the servers that `npm start` runs here.
 * @throws ConfigError
 */
export function commandEnvironment(): Environment {
  const config = readConfig(process.env);
  const local = localEnvironment();
  const redisUrl = config.redisUrl ?? local?.redisUrl;
  const databaseUrl = config.databaseUrl ?? local?.databaseUrl;
  if (!redisUrl || !databaseUrl) {
    throw new ConfigError([
      'no servers known: run `npm start` first, or set REDIS_URL and DATABASE_URL',
    ]);
  }
  return {
    config,
    redisUrl,
    databaseUrl,
    ...secretsOf(config, local),
    ownRemedy: config.redisUrl === undefined ? 'Run `npm start` first' : null,
    origins: [],
    ...NOT_OURS,
    ...paymentsOf(config, local, { url: eventsUrlAt(config.port) }),
  };
}
