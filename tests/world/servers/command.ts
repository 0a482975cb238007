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

/** Runs command lines one after the other; each ends its output with a zero byte. */
const IN_ONE = `
const { createProgram } = await import(process.argv[1]);
for (const words of JSON.parse(process.argv[2])) {
  process.exitCode = 0;
  await createProgram().parseAsync(words, { from: 'user' });
  process.stdout.write('\\0');
  process.stderr.write('\\0' + process.exitCode + '\\0');
}`;

/**
 * Runs command lines of ours on the servers of a world, all in one process: to load the program
 * takes longer than most commands.
 * @returns an outcome for each; none after one that ends its process
 */
export async function doorbusterInOne(
  world: Servers,
  lines: readonly (readonly string[])[],
): Promise<Outcome[]> {
  const program = join(root, 'src/process/cli/program/program.ts');
  const args = ['--input-type=module', '-e', IN_ONE, program, JSON.stringify(lines)];
  const { out, err } = await runCommand(process.execPath, args, environmentOf(world));
  const [outs, errs] = [out.split('\0'), err.split('\0')];
  return outs.slice(0, -1).map((one, i) => {
    return { code: Number(errs[2 * i + 1]), out: one, err: errs[2 * i]! };
  });
}
