import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { JWT_SECRET, TOKEN_SETTINGS } from '../../../proof/builders/secrets.ts';
import type { World } from './world.ts';

export const root = join(import.meta.dirname, '..', '..', '..');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in the repository's folder to its end. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

type Servers = Pick<World, 'redisUrl' | 'databaseUrl'>;

/** What a process of ours needs to run on the servers of a world. */
export const environmentOf = ({ redisUrl, databaseUrl }: Servers) => ({
  REDIS_URL: redisUrl,
  DATABASE_URL: databaseUrl,
  JWT_SECRET,
  ...TOKEN_SETTINGS,
});

/** Runs our own command line on the servers of a world. */
export const doorbusterOn = (world: Servers, args: readonly string[]): Promise<Outcome> =>
  runCommand('./doorbuster', args, environmentOf(world));
