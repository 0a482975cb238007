import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launch } from '../../src/platform/embedded/launch.ts';
import { freePort } from '../../src/platform/embedded/free-port.ts';
import { isRunning, signal } from '../../src/platform/embedded/processes.ts';
import { ownSandbox, sendEventsTo } from '../../src/process/start-own-sandbox.ts';
import { TOKEN_SETTINGS, newWebhookSecret } from '../builders/secrets.ts';

/** The settings of every process of a service. */
export interface ServiceSettings {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** Orders of a cell that may wait for settlement; default: that of the service. */
  readonly backlogLimit?: number;
  readonly allowUnsafeRedis?: boolean;
  /** Takes the money; default: as the environment says. */
  readonly sandbox?: Pick<SandboxProcess, 'url' | 'secret'>;
  /** Further variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: `warn`. */
  readonly logLevel?: 'info' | 'warn';
  /** A folder of compiled code, as `compileService` makes it: a start takes half the time. */
  readonly compiled?: string;
}

/** A sandbox for payments, as a process. */
export interface SandboxProcess {
  readonly url: string;
  /** Signs its events: `whsec_…`. */
  readonly secret: string;
  readonly pid: number;
  /** Sends its events to the service at this origin from now on. */
  tell(serviceUrl: string): Promise<void>;
  stop(): Promise<void>;
}

type ServiceRole = 'api' | 'worker' | 'all';

/** A process of the service, which keeps its port across restarts. */
export interface ServiceProcess {
  readonly role: ServiceRole;
  readonly url: string;
  /** Changes with every restart. */
  readonly pid: number;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** kill -9; resolves once the process is gone. */
  kill(): Promise<void>;
  /**
   * Starts it again at the same port unless it runs, and waits until it is ready.
   * @param flags further flags of Node, for this run only
   */
  restart(flags?: readonly string[]): Promise<void>;
  /** SIGTERM; kill -9 if it has not ended within ten seconds. */
  stop(): Promise<void>;
}

/**
 * The Node flags of the service, as in `npm start` and the Dockerfile. With a small young
 * generation, each collection would copy the requests that wait for Redis.
 */
export const NODE_FLAGS = ['--max-semi-space-size=64', '--min-semi-space-size=32'];

const MAIN = join(import.meta.dirname, '../../src/process/main.ts');
const READY_WITHIN_MS = 1_000;
/** Receives events while there is no service: the sandbox starts before it. */
const NOBODY = 'http://127.0.0.1:9/';

async function isReady(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}

function environmentOf(settings: ServiceSettings, port: number): Record<string, string> {
  const { redisUrl, databaseUrl, jwtSecret, backlogLimit, allowUnsafeRedis, sandbox } = settings;
  const { logLevel = 'warn', compiled, environment = {} } = settings;
  return {
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    ...TOKEN_SETTINGS,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: logLevel,
    ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
    ...(backlogLimit === undefined ? {} : { BACKLOG_LIMIT: String(backlogLimit) }),
    ...(allowUnsafeRedis ? { ALLOW_UNSAFE_REDIS: 'true' } : {}),
    ...(sandbox ? paymentsAt(sandbox, port) : {}),
    ...environment,
  };
}

/** Shoppers come back from the sandbox to the pages of the service. */
const paymentsAt = (
  { url, secret }: Pick<SandboxProcess, 'url' | 'secret'>,
  port: number,
): Record<string, string> => ({
  PAYMENT_PROVIDER: 'sandbox',
  SANDBOX_URL: url,
  PAYMENT_EVENT_SECRETS: secret,
  PAYMENT_RETURN_ORIGINS: `http://127.0.0.1:${port}`,
});

/** Starts a sandbox on a free port, with a new secret, and waits until it answers. */
export async function startSandboxProcess(folder: string): Promise<SandboxProcess> {
  const secret = newWebhookSecret();
  const { url, stop } = await ownSandbox(() => NOBODY).start(folder, secret);
  const health = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(READY_WITHIN_MS) });
  const { pid } = (await health.json()) as { pid: number };
  const tell = (serviceUrl: string) => sendEventsTo(url, `${serviceUrl}/v1/payment-events`);
  return { url, secret, pid, tell, stop };
}

/** Compiles the code of the service into a folder, which may exist. */
export async function compileService(folder: string): Promise<void> {
  // Node writes the folder when a process ends by itself.
  const env = { NODE_COMPILE_CACHE: folder };
  await promisify(execFile)(process.execPath, [MAIN, '--help'], { env });
}

/** Starts a process of the service on a free port and waits until it is ready. */
export async function startService(
  role: ServiceRole,
  settings: ServiceSettings,
  logFile: string,
): Promise<ServiceProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = (flags: readonly string[] = []) =>
    launch({
      command: process.execPath,
      args: [...NODE_FLAGS, ...flags, MAIN, '--role', role],
      env: environmentOf(settings, port),
      logFile,
      stopSignal: 'SIGTERM',
      isAnswering: () => isReady(url),
    });
  let child = await start();
  let starting: Promise<void> | null = null;
  const startAgain = async (flags?: readonly string[]): Promise<void> => {
    if (!isRunning(child.pid)) child = await start(flags);
  };
  return {
    role,
    url,
    get pid() {
      return child.pid;
    },
    freeze: () => signal(child.pid, 'SIGSTOP'),
    thaw: () => signal(child.pid, 'SIGCONT'),
    kill: () => child.kill(),
    restart: (flags) => {
      starting ??= startAgain(flags).finally(() => (starting = null));
      return starting;
    },
    stop: async () => {
      // A frozen process receives SIGTERM only after it continues.
      signal(child.pid, 'SIGCONT');
      await child.stop();
    },
  };
}
