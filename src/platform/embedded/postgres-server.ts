import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { launch } from './launch.ts';
import { isContainerRunning, startContainer } from './container.ts';
import { freePort } from './free-port.ts';
import { postgresFolders, type PostgresFolders } from './postgres-folders.ts';
import { endProcess, isRunning, isRunningIn } from './processes.ts';
import type { RunningServer } from './running-server.ts';
import { readServerPrograms, type Image } from './server-programs.ts';

const role = 'doorbuster';
const connectMs = 1_000;
const stopMs = 10_000;
const port = 5432;
const maxConnections = '200';

export interface PostgresServer extends RunningServer {
  /** The URL of any database of this server; `url` is the URL of `doorbuster`. */
  databaseUrl(name: string): string;
}

export interface PostgresOptions {
  readonly dir: string;
  /** The port of its container, which is a free one unless given. Others have a Unix socket. */
  readonly port?: number;
}

/**
 * Starts a Postgres that commits to disk, on a Unix socket only, with a database `doorbuster`.
 * @param options.dir holds its data and its log; created if missing, used again if it holds data.
 *   Postgres refuses to run as root. Under root its files belong to another account, and if that
 *   account cannot reach `dir`, they are in a folder under the system's temporary one instead
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const program = readServerPrograms().postgres;
  if ('image' in program) return startPostgresContainer(program, options);
  const folders = postgresFolders(options.dir);
  if (!existsSync(folders.data)) await makeCluster(program.bin, folders);
  await endLeftover(folders.data);
  const databaseUrl = (name: string) => socketUrl(folders.socket, name);
  const start = () => launchPostgres(program.bin, folders, databaseUrl('postgres'));
  let child = await start();
  await makeDatabase(databaseUrl('postgres'));
  return {
    url: databaseUrl(role),
    databaseUrl,
    origin: program.from,
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await start();
    },
  };
}

async function startPostgresContainer(program: Image & { from: string }, options: PostgresOptions) {
  const { dir } = options;
  const urlAt = (host: number, name: string) => `postgresql://${role}@127.0.0.1:${host}/${name}`;
  const host = options.port || (await freePort());
  const server = await startContainer({
    ...program,
    dir,
    mount: '/var/lib/postgresql/data',
    port: { host, container: port },
    args: ['postgres', '-c', `max_connections=${maxConnections}`],
    environment: { POSTGRES_USER: role, POSTGRES_HOST_AUTH_METHOD: 'trust' },
    urlAt: () => urlAt(host, role),
    isAnswering,
  });
  return Object.assign(server, { databaseUrl: (name: string) => urlAt(host, name) });
}

/** @returns what asks whether a Postgres that was started on this folder runs; it may be silent */
export function postgresCheck(dir: string): () => Promise<boolean> {
  if ('image' in readServerPrograms().postgres) return () => isContainerRunning(dir);
  const { data } = postgresFolders(dir);
  return async () => {
    const pid = pidOf(data);
    return pid !== undefined && isRunningIn(pid, data);
  };
}

/** Whether a Postgres answers at this URL. */
export async function isAnswering(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Builds the cluster under another name, then renames it: an interrupted build starts over. */
async function makeCluster(bin: string, { data, account }: PostgresFolders): Promise<void> {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  const flags = ['--no-sync', '--locale=C', '--encoding=UTF8', '--auth=trust'];
  const args = ['--pgdata', draft, '--username', role, ...flags];
  await promisify(execFile)(join(bin, 'initdb'), args, { ...account, cwd: '/' });
  renameSync(draft, data);
}

function launchPostgres(bin: string, { data, socket, log, account }: PostgresFolders, url: string) {
  const settings = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    synchronous_commit: 'on',
    fsync: 'on',
    // In the data folder, so that removing the folder also frees what a killed server shared.
    dynamic_shared_memory_type: 'mmap',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return launch({
    command: join(bin, 'postgres'),
    args: ['-D', data, ...flags],
    logFile: log,
    ...(account && { account }),
    stopSignal: 'SIGINT',
    isAnswering: () => isAnswering(url),
  });
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [role]);
    if (found.rowCount === 0) await client.query(`create database ${role}`);
  } finally {
    await client.end();
  }
}

/**
 * Ends a Postgres left over on this folder. After a crash its pid file stays. Postgres needs the
 * file to free the memory it had shared, but does not start while another process has that pid.
 */
async function endLeftover(data: string): Promise<void> {
  const pid = pidOf(data);
  if (pid === undefined) return;
  if (isRunningIn(pid, data)) await endProcess(pid, 'SIGINT', stopMs);
  else if (isRunning(pid)) rmSync(pidFile(data));
}

const pidFile = (data: string): string => join(data, 'postmaster.pid');

function pidOf(data: string): number | undefined {
  if (!existsSync(pidFile(data))) return undefined;
  return Number.parseInt(readFileSync(pidFile(data), 'utf8'), 10);
}

function socketUrl(folder: string, database: string): string {
  return `postgresql://${role}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}
