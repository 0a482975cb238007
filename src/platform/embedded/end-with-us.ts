import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Waits for the end of its input, which only our end brings about. */
const watch = 'read -r _; "$@"';

/**
 * Has a shell run a command as soon as this process has ended, however it ended: also by SIGKILL,
 * when no code of ours runs any more.
 * @returns a function that takes it back
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
