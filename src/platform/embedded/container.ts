import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { endWithUs } from './stop-with-parent.ts';
import type { RunningServer } from './running-server.ts';
import { systemTime } from '../time.ts';

const startMs = 60_000;
const pollMs = 50;
const label = 'doorbuster.folder';

export interface ContainerOptions {
  readonly image: string;
  readonly from: string;
  /** The data folder on this machine. */
  readonly dir: string;
  /** Where the image expects its data folder. */
  readonly mount: string;
  readonly port: { readonly host: number; readonly container: number };
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly urlAt: (hostPort: number) => string;
  readonly isAnswering: (url: string) => Promise<boolean>;
}

/** Starts a server in its own container, after removing one left over for the same folder. */
export async function startContainer(options: ContainerOptions): Promise<RunningServer> {
  const url = options.urlAt(options.port.host);
  let running = await runContainer(options, url);
  const remove = async () => {
    await docker('rm', '--force', running.id);
    running.forget();
  };
  const askToStop = () => docker('stop', running.id).catch(() => {});
  return {
    url,
    origin: options.from,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      await askToStop();
      await remove();
    },
    kill: remove,
    restart: async () => {
      await askToStop();
      running.forget();
      running = await runContainer(options, url);
    },
  };
}

/** Whether the container of a data folder runs. */
export async function isContainerRunning(dir: string): Promise<boolean> {
  return (await docker('ps', '--quiet', '--filter', `label=${markOf(dir)}`)) !== '';
}

const markOf = (dir: string): string =>
  `${label}=${createHash('sha256').update(resolve(dir)).digest('hex')}`;

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args);
  return stdout.trim();
}

async function runContainer(options: ContainerOptions, url: string) {
  const mark = markOf(options.dir);
  const leftover = await docker('ps', '--all', '--quiet', '--filter', `label=${mark}`);
  if (leftover) await docker('rm', '--force', ...leftover.split('\n'));
  const { host, container } = options.port;
  const id = await docker(
    ...['run', '--detach', '--label', mark, '--publish', `127.0.0.1:${host}:${container}`],
    ...['--volume', `${resolve(options.dir)}:${options.mount}`],
    ...Object.entries(options.environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    ...[options.image, ...options.args],
  );
  const forget = endWithUs('docker', 'rm', '--force', id);
  const deadlineMs = systemTime.monotonic() + startMs;
  while (!(await options.isAnswering(url))) {
    if (systemTime.monotonic() > deadlineMs) throw new Error(`${options.image} does not answer`);
    await systemTime.sleep(pollMs);
  }
  const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', id));
  return { id, pid, forget };
}
