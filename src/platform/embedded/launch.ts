import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { endWithUs } from './stop-with-parent.ts';
import { childrenOf, endProcess, haveEnded, signal } from './processes.ts';
import { systemTime } from '../time.ts';

const startMs = 30_000;
const stopMs = 10_000;
const pollMs = 10;
const keptLines = 15;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Added to the environment it inherits, and hidden from lists of processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** The account to run it as; without one, ours. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Asks it to stop. It is also sent when this process ends. */
  readonly stopSignal: NodeJS.Signals;
  readonly isAnswering: (pid: number) => Promise<boolean>;
}

export interface Child {
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts a server and waits until it answers. @throws with the end of its log if it does not */
export async function launch(options: Launch): Promise<Child> {
  const log = openSync(options.logFile, 'a', 0o600);
  // A process group of its own: Ctrl-C is for us, and a server must outlive its clients.
  const [command, ...args] = commandLine(options);
  const child = spawn(command, args, {
    ...options.account,
    detached: true,
    stdio: [options.env ? 'pipe' : 'ignore', log, log],
    cwd: '/',
  });
  closeSync(log);
  // Ignored: a server that ends before it has read everything is reported by its exit.
  child.stdin?.on('error', () => {}).end(exportsOf(options.env));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  child.unref();
  const pid = child.pid ?? (await failed);
  // A server that is stopped gets the signal only after it continues.
  const end = `kill -s ${options.stopSignal.slice(3)} ${pid}; kill -s CONT ${pid}`;
  const forget = endWithUs('sh', '-c', end);
  child.once('exit', forget);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const isUp = await answersInTime(options, hasEnded, pid);
  if (!isUp) {
    await endProcess(pid, 'SIGKILL', stopMs);
    const lines = readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-keptLines);
    throw new Error(`${options.command} did not start:\n${lines.join('\n')}`);
  }
  return {
    pid,
    // After a process has ended, its pid may be given to another one.
    stop: async () => {
      if (!hasEnded()) await endProcess(pid, options.stopSignal, stopMs);
    },
    kill: async () => {
      if (!hasEnded()) await killFamily(pid);
    },
  };
}

/** With an environment, a shell reads it from its input and then becomes the command (same pid). */
function commandLine({ command, args, env }: Launch): [string, ...string[]] {
  if (!env) return [command, ...args];
  return ['sh', '-c', 'eval "$(cat)" && exec "$0" "$@" < /dev/null', command, ...args];
}

function exportsOf(env: Launch['env'] = {}): string {
  const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

async function answersInTime(options: Launch, hasEnded: () => boolean, pid: number) {
  const deadlineMs = systemTime.monotonic() + startMs;
  while (!hasEnded() && systemTime.monotonic() < deadlineMs) {
    if (await options.isAnswering(pid)) return true;
    await systemTime.sleep(pollMs);
  }
  return false;
}

/** Freezes it first, so that it cannot start a child between the listing and the kill. */
async function killFamily(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP');
  const family = [pid, ...childrenOf(pid)];
  for (const member of family) signal(member, 'SIGKILL');
  await haveEnded(family, stopMs);
}
