import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning } from './processes.ts';
import { systemTime } from '../time.ts';

const pollMs = 50;
const giveUpMs = 60_000;

/** Runs `work` while no other process holds this file. A holder that died is ignored. */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const deadlineMs = systemTime.monotonic() + giveUpMs;
  while (!take(file)) {
    if (systemTime.monotonic() > deadlineMs) throw new Error(`${file} is held for too long`);
    await systemTime.sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number(readFileSync(file, 'utf8'));
  if (holder > 0 && !isRunning(holder)) rmSync(file, { force: true });
  return false;
}
