import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { systemTime } from '../time.ts';

const pollMs = 10;
const hasProc = existsSync('/proc/self/stat');

/** Whether the process runs. A zombie, which waits for its parent to notice its end, does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return hasProc ? statOf(pid) !== undefined && statOf(pid)?.state !== 'Z' : true;
}

/** Whether this process runs in this folder. The pid in an old file may belong to any process. */
export function isRunningIn(pid: number, folder: string): boolean {
  return isRunning(pid) && workingFolder(pid) === realpathSync(folder);
}

/** Direct children only. */
export function childrenOf(pid: number): number[] {
  if (hasProc) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((child) => statOf(child)?.parent === pid);
  }
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => Number(child));
}

/** Sends a signal. A process that has already gone is not a fault. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until all these processes have ended; false if one still runs after `timeoutMs`. */
export async function haveEnded(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  const deadlineMs = systemTime.monotonic() + timeoutMs;
  while (pids.some(isRunning)) {
    if (systemTime.monotonic() > deadlineMs) return false;
    await systemTime.sleep(pollMs);
  }
  return true;
}

/** Asks a process to stop, and kills it if it still runs after `timeoutMs`. */
export async function endProcess(pid: number, name: NodeJS.Signals, timeoutMs: number) {
  signal(pid, name);
  if (await haveEnded([pid], timeoutMs)) return;
  signal(pid, 'SIGKILL');
  await haveEnded([pid], timeoutMs);
}

/** Counts fields from the end of the command's name, which may contain anything. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    if (hasProc) return readlinkSync(`/proc/${pid}/cwd`);
    const fields = execFileSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']).toString();
    return fields.match(/^n(.*)$/m)?.[1];
  } catch {
    return undefined;
  }
}
