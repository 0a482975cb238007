import { join } from 'node:path';
import { launch } from '../../src/platform/embedded/launch.ts';
import { freePort } from '../../src/platform/embedded/free-port.ts';
import { signal } from '../../src/platform/embedded/processes.ts';
import { ownSandbox, sendEventsTo } from '../../src/process/start-own-sandbox.ts';
import { newWebhookSecret } from '../builders/secrets.ts';

/** What every process of a service has to know. */
export interface ServiceSettings {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** Orders of a cell that may wait for settlement; the service's own default without. */
  readonly backlogLimit?: number;
  readonly allowUnsafeRedis?: boolean;
  /** Takes the money; without one it is as the environment says. */
  readonly sandbox?: SandboxProcess;
}

/** A payment provider with nothing behind it, a process of its own. */
export interface SandboxProcess {
  readonly url: string;
  /** Signs its events: `whsec_…`. */
  readonly secret: string;
  /** From now on its events go to the service at this origin. */
  tell(serviceUrl: string): Promise<void>;
  stop(): Promise<void>;
}

type ServiceRole = 'api' | 'worker' | 'all';

/** A process of the service, at one port for as long as this object lives. */
export interface ServiceProcess {
  readonly role: ServiceRole;
  readonly url: string;
  /** Changes with every restart. */
  readonly pid: number;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same port, and waits until it is ready. */
  restart(): Promise<void>;
  /** SIGTERM; kill -9 if it has not ended within ten seconds. */
  stop(): Promise<void>;
}

/**
 * Node's flags for the service, as in `npm start` and the Dockerfile. Requests that wait for Redis
 * outlive a collection of a small young generation, and would be copied at each.
 */
export const NODE_FLAGS = ['--max-semi-space-size=64', '--min-semi-space-size=32'];

const MAIN = join(import.meta.dirname, '../../src/process/main.ts');
const READY_WITHIN_MS = 1_000;
/** Where its events go while there is no service: the service has to know the sandbox first. */
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
  return {
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ...(backlogLimit === undefined ? {} : { BACKLOG_LIMIT: String(backlogLimit) }),
    ...(allowUnsafeRedis ? { ALLOW_UNSAFE_REDIS: 'true' } : {}),
    ...(sandbox ? paymentsAt(sandbox) : {}),
  };
}

const paymentsAt = ({ url, secret }: SandboxProcess): Record<string, string> => ({
  PAYMENT_PROVIDER: 'sandbox',
  SANDBOX_URL: url,
  PAYMENT_EVENT_SECRETS: secret,
});

/** Starts a sandbox on a free port, with a secret of its own, and waits until it answers. */
export async function startSandboxProcess(folder: string): Promise<SandboxProcess> {
  const secret = newWebhookSecret();
  const { url, stop } = await ownSandbox(NOBODY).start(folder, secret);
  const tell = (serviceUrl: string) => sendEventsTo(url, `${serviceUrl}/v1/payment-events`);
  return { url, secret, tell, stop };
}

/** Starts a process of the service on a free port and waits until it is ready. */
export async function startService(
  role: ServiceRole,
  settings: ServiceSettings,
  logFile: string,
): Promise<ServiceProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = () =>
    launch({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, '--role', role],
      env: environmentOf(settings, port),
      logFile,
      stopSignal: 'SIGTERM',
      isAnswering: () => isReady(url),
    });
  let child = await start();
  return {
    role,
    url,
    get pid() {
      return child.pid;
    },
    freeze: () => signal(child.pid, 'SIGSTOP'),
    thaw: () => signal(child.pid, 'SIGCONT'),
    kill: () => child.kill(),
    restart: async () => {
      child = await start();
    },
    stop: async () => {
      // A frozen process hears SIGTERM only once it goes on.
      signal(child.pid, 'SIGCONT');
      await child.stop();
    },
  };
}
