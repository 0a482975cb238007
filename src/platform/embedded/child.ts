import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';
import { childrenOf, endProcess, haveEnded, signal } from './processes.ts';

const startMs = 30_000;
const stopMs = 10_000;
const pollMs = 10;
const keptLines = 15;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** The server's account, where it may not be ours. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Asks it to stop, which it also is once this process has ended. */
  readonly stopSignal: NodeJS.Signals;
  readonly isAnswering: (pid: number) => Promise<boolean>;
}

export interface Child {
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts a server and waits until it answers; throws with the end of its log if it does not. */
export async function launch(options: Launch): Promise<Child> {
  const log = openSync(options.logFile, 'a', 0o600);
  // Its own group: Ctrl-C is for us, and a server must outlive whoever still talks to it.
  const child = spawn(options.command, options.args, {
    ...options.account,
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  child.unref();
  const pid = child.pid ?? (await failed);
  const forget = endWithUs('kill', '-s', options.stopSignal.slice(3), String(pid));
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
    // The pid of one that has ended may be somebody else's by now.
    stop: async () => {
      if (!hasEnded()) await endProcess(pid, options.stopSignal, stopMs);
    },
    kill: async () => {
      if (!hasEnded()) await killFamily(pid);
    },
  };
}

async function answersInTime(options: Launch, hasEnded: () => boolean, pid: number) {
  const deadlineMs = performance.now() + startMs;
  while (!hasEnded() && performance.now() < deadlineMs) {
    if (await options.isAnswering(pid)) return true;
    await wait(pollMs);
  }
  return false;
}

/** Frozen first, so that it cannot start another child between our look and the kill. */
async function killFamily(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP');
  const family = [pid, ...childrenOf(pid)];
  for (const member of family) signal(member, 'SIGKILL');
  await haveEnded(family, stopMs);
}
