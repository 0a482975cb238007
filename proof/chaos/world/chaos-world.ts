import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrate } from '../../../src/ledger/migrate.ts';
import { Cleanup } from '../../fleet/cleanup.ts';
import { compileService, startSandboxProcess, startService } from '../../fleet/service-process.ts';
import type { SandboxProcess, ServiceProcess } from '../../fleet/service-process.ts';
import type { Target } from '../../fleet/tcp-proxy.ts';
import { ChaosPostgres } from './chaos-postgres.ts';
import { ChaosRedis, redisTarget } from './chaos-redis.ts';
import { startLink } from './links.ts';
import type { Link, LinkedServer } from './links.ts';

/** The log of a process. */
export interface ProcessLog {
  readonly process: string;
  readonly file: string;
}

/**
 * Servers and processes of one run, and a proxy on each way between them. All listen on 127.0.0.1
 * only.
 */
export interface ChaosWorld {
  readonly folder: string;
  /** `api-1` and `api-2`. */
  readonly apis: readonly ServiceProcess[];
  /** `worker-1` and `worker-2`. */
  readonly workers: readonly ServiceProcess[];
  /** Its `url` leads past the proxies. */
  readonly sandbox: SandboxProcess;
  readonly jwtSecret: string;
  readonly redis: ChaosRedis;
  readonly postgres: ChaosPostgres;
  /** Past the proxies. */
  readonly databaseUrl: string;
  readonly links: readonly Link[];
  readonly logs: readonly ProcessLog[];
  /** Kills everything. Its folder stays, with the logs. */
  stop(): Promise<void>;
}

const SECRET_BYTES = 32;
const PROCESSES = ['api-1', 'api-2', 'worker-1', 'worker-2'] as const;
type ProcessName = (typeof PROCESSES)[number];

interface Servers {
  readonly redis: ChaosRedis;
  readonly postgres: ChaosPostgres;
  readonly sandbox: SandboxProcess;
}

const urlTarget = (url: string): Target => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

async function startServers(folder: string, compiled: string, cleanup: Cleanup): Promise<Servers> {
  const [redis, postgres, sandbox] = await Promise.all([
    ChaosRedis.start(folder, cleanup),
    ChaosPostgres.start(folder, cleanup),
    cleanup.start(() => startSandboxProcess(folder)),
    existsSync(compiled) || compileService(compiled),
  ]);
  await migrate(postgres.url);
  return { redis, postgres, sandbox };
}

/** The ways of the processes to the servers. */
function startLinks(servers: Servers, cleanup: Cleanup): Promise<Link[]> {
  const targets: readonly [LinkedServer, Target][] = [
    ['redis', redisTarget(servers.redis.url)],
    ['postgres', servers.postgres.target],
    ['sandbox', urlTarget(servers.sandbox.url)],
  ];
  return Promise.all(
    PROCESSES.flatMap((process) =>
      targets.map(([server, target]) => startLink(process, server, target, cleanup)),
    ),
  );
}

/** Starts a process that reaches every server over its own links. It dies with the world. */
async function startProcess(
  name: ProcessName,
  { links, servers, jwtSecret, compiled, log }: Parts & { readonly log: ProcessLog },
  cleanup: Cleanup,
): Promise<ServiceProcess> {
  const portTo = (server: LinkedServer): number =>
    links.find((link) => link.process === name && link.server === server)!.proxy.port;
  const { secret } = servers.sandbox;
  const settings = {
    redisUrl: `redis://127.0.0.1:${portTo('redis')}`,
    databaseUrl: servers.postgres.urlAt(portTo('postgres')),
    jwtSecret,
    sandbox: { url: `http://127.0.0.1:${portTo('sandbox')}`, secret },
    logLevel: 'info',
    compiled,
  } as const;
  const role = name.startsWith('api') ? 'api' : 'worker';
  const starting = startService(role, settings, log.file);
  cleanup.add(() =>
    starting.then(
      (service) => service.kill(),
      () => {},
    ),
  );
  return starting;
}

interface Parts {
  readonly servers: Servers;
  readonly links: readonly Link[];
  readonly jwtSecret: string;
  readonly compiled: string;
}

async function startProcesses(parts: Parts, logs: readonly ProcessLog[], cleanup: Cleanup) {
  const [first, second, third, fourth] = await Promise.all(
    PROCESSES.map((name, i) => startProcess(name, { ...parts, log: logs[i]! }, cleanup)),
  );
  return { apis: [first!, second!], workers: [third!, fourth!] };
}

/**
 * Starts a world without a sale.
 * @param folder of its own; created if missing. Worlds of one parent folder share compiled code
 * @param cleanup stops the world if nobody did before, and waits until it has started
 */
export const startChaosWorld = (folder: string, cleanup: Cleanup): Promise<ChaosWorld> =>
  cleanup.start(async () => {
    mkdirSync(folder, { recursive: true });
    const own = new Cleanup();
    try {
      return await startAll(folder, own);
    } catch (error) {
      await own.run();
      throw error;
    }
  });

async function startAll(folder: string, own: Cleanup): Promise<ChaosWorld> {
  const compiled = join(dirname(folder), 'compiled');
  const servers = await startServers(folder, compiled, own);
  const jwtSecret = randomBytes(SECRET_BYTES).toString('base64url');
  const links = await startLinks(servers, own);
  const logs = PROCESSES.map((name) => ({ process: name, file: join(folder, `${name}.log`) }));
  const { apis, workers } = await startProcesses(
    { servers, links, jwtSecret, compiled },
    logs,
    own,
  );
  const { redis, postgres, sandbox } = servers;
  const events = await startLink('sandbox', 'api', urlTarget(apis[0]!.url), own);
  await sandbox.tell(`http://127.0.0.1:${events.proxy.port}`);
  return {
    folder,
    apis,
    workers,
    sandbox,
    jwtSecret,
    redis,
    postgres,
    databaseUrl: postgres.url,
    links: [...links, events],
    logs: [...logs, { process: 'sandbox', file: join(folder, 'sandbox.log') }],
    stop: () => own.run(),
  };
}
