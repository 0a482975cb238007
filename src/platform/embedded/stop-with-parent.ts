import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Waits for the end of its input, which comes when this process ends. */
const watch = 'read -r _; "$@"';

/**
 * Has a shell run a command as soon as this process has ended, even by SIGKILL, after which no code
 * of this process runs.
 * @returns a function that cancels this
 */
export function endWithUs(...command: string[]): () => void {
  const watcher = spawn('sh', ['-c', watch, 'sh', ...command], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as Socket).unref();
  return () => watcher.kill('SIGKILL');
}
