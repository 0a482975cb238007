import { systemTime } from '../../platform/time.ts';
import { commandEnvironment } from '../own-or-external-servers.ts';
import type { Environment } from '../own-or-external-servers.ts';
import { SILENT } from '../wiring/observer.ts';
import { wireCore } from '../wiring/wire-core.ts';
import type { Core } from '../wiring/wire-core.ts';

const REACH_MS = 5_000;

/** A command's connection to the servers; closed when the command is done, whatever came of it. */
export async function withCore<T>(work: (core: Core, env: Environment) => Promise<T>): Promise<T> {
  const env = commandEnvironment();
  const giveUp = () => {
    process.stderr.write(
      `doorbuster: no answer from Redis within ${REACH_MS / 1000} s: is the service running?\n`,
    );
    process.exit(1);
  };
  const cancel = systemTime.after(REACH_MS, giveUp);
  const core = await wireCore({
    redisUrl: env.redisUrl,
    databaseUrl: env.databaseUrl,
    backlogLimit: env.config.backlogLimit,
    allowUnsafeRedis: env.config.allowUnsafeRedis,
    provider: env.provider,
    // A command says by its own outcome what went wrong.
    observer: SILENT,
    time: systemTime,
  });
  cancel();
  try {
    return await work(core, env);
  } finally {
    await core.close();
  }
}

/** One line for people; data goes to standard output as well, so that it can be piped. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** One line for people alone, on its way to the answer. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Faults, one a line, and the exit code of a command that could not do what was asked. */
export function fail(lines: readonly string[]): void {
  for (const line of lines) note(line);
  process.exitCode = 1;
}

/** Tables without colours: they are piped as often as they are looked at. */
export const PLAIN = { head: [], border: [] };
