import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { launch, type Child } from './launch.ts';
import { isContainerRunning, startContainer } from './container.ts';
import { freePort } from './free-port.ts';
import { endProcess, isRunningIn } from './processes.ts';
import type { RunningServer } from './running-server.ts';
import { readServerPrograms, type Image } from './server-programs.ts';

const host = '127.0.0.1';
const replyMs = 500;
const stopMs = 10_000;
const portTries = 5;
/** In a container the server is process 1, and Docker maps its port and folder. */
const containerPid = 1;

export interface RedisOptions {
  /** Holds its data and its log; created if missing. */
  readonly dir: string;
  /** A free one unless given. */
  readonly port?: number;
  /** Taken if it is free, and another one if it is not. */
  readonly wish?: number;
  /** Further arguments, such as `['--maxmemory', '64mb']`. */
  readonly extra?: readonly string[];
}

/**
 * Starts a Redis that keeps what it acknowledged (append-only file, fsync always) and refuses
 * writes instead of evicting keys. First stops a server left over in the same folder.
 */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const program = readServerPrograms().redis;
  mkdirSync(options.dir, { recursive: true });
  if ('image' in program) return startRedisContainer(program, options);
  await endLeftover(options.dir);
  const start = (port: number) => launchRedis(program.command, port, options);
  let { port, child } = await startOnPort(options, start);
  return {
    url: `redis://${host}:${port}`,
    origin: program.from,
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await start(port);
    },
  };
}

/** Whether a Redis that was started on this folder still answers at this port. */
export async function isServing(dir: string, port: number): Promise<boolean> {
  const pid = 'image' in readServerPrograms().redis ? containerPid : leftoverPid(dir);
  return pid !== undefined && isAnswering(port, pid);
}

type StartOnPort = (port: number) => Promise<Child>;

/** Whether a Redis that was started on this folder still runs; it may be silent. */
export async function isRedisRunning(dir: string): Promise<boolean> {
  if ('image' in readServerPrograms().redis) return isContainerRunning(dir);
  return leftoverPid(dir) !== undefined;
}

/** Tries the next port when another process took a free one before Redis bound it. */
async function startOnPort({ port: fixed, wish }: RedisOptions, start: StartOnPort) {
  for (let tries = 1; ; tries += 1) {
    const port = fixed ?? (tries === 1 ? wish : undefined) ?? (await freePort());
    try {
      return { port, child: await start(port) };
    } catch (error) {
      if (fixed !== undefined || tries >= portTries || !String(error).includes('in use'))
        throw error;
    }
  }
}

function launchRedis(command: string, port: number, options: RedisOptions) {
  const { dir } = options;
  const place = { bind: host, port: String(port), dir, pidfile: pidFile(dir) };
  return launch({
    command,
    args: redisArguments(place, options),
    logFile: join(dir, 'redis.log'),
    stopSignal: 'SIGTERM',
    isAnswering: (pid) => isAnswering(port, pid),
  });
}

async function startRedisContainer(program: Image & { from: string }, options: RedisOptions) {
  return startContainer({
    ...program,
    dir: options.dir,
    mount: '/data',
    port: { host: options.port ?? options.wish ?? (await freePort()), container: 6379 },
    args: ['redis-server', ...redisArguments({}, options)],
    environment: {},
    urlAt: (port) => `redis://${host}:${port}`,
    isAnswering: (url) => isAnswering(Number(new URL(url).port), containerPid),
  });
}

function redisArguments(place: Readonly<Record<string, string>>, { extra = [] }: RedisOptions) {
  const settings = {
    ...place,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  return [...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]), ...extra];
}

/** Whether the process with this pid answers at the port: any process could answer PONG. */
function isAnswering(port: number, pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: replyMs });
    let reply = '';
    const finish = () => {
      socket.destroy();
      resolve(reply.startsWith('+PONG') && reply.includes(`process_id:${pid}\r`));
    };
    socket.once('connect', () => socket.write('PING\r\nINFO server\r\nQUIT\r\n'));
    socket.on('data', (chunk) => (reply += chunk.toString('latin1')));
    for (const end of ['end', 'error', 'timeout']) socket.once(end, finish);
  });
}

async function endLeftover(dir: string): Promise<void> {
  const pid = leftoverPid(dir);
  if (pid !== undefined) await endProcess(pid, 'SIGTERM', stopMs);
}

function leftoverPid(dir: string): number | undefined {
  if (!existsSync(pidFile(dir))) return undefined;
  const pid = Number(readFileSync(pidFile(dir), 'utf8'));
  return pid > 0 && isRunningIn(pid, dir) ? pid : undefined;
}

function pidFile(dir: string): string {
  return join(dir, 'redis.pid');
}
