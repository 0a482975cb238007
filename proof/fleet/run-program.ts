import { ConfigError } from '../../src/platform/config/read-config.ts';
import { allowClosedPipes } from '../../src/process/cli/output.ts';
import { EXIT } from '../../src/process/exit-codes.ts';
import { Cleanup } from './cleanup.ts';

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** Writes a message that is not part of the result. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Runs a program, stops what it started, and exits with its code or the code of a signal. A reader
 * of its output may leave early.
 */
export async function runProgram(
  name: string,
  work: (cleanup: Cleanup) => Promise<number>,
): Promise<never> {
  allowClosedPipes();
  const cleanup = new Cleanup();
  cleanup.runOnSignals();
  const code = await work(cleanup).catch((error: Error) => {
    // After a signal all that the program uses is stopping.
    if (cleanup.signalled === null) note(`${name}: ${error.message || String(error)}`);
    return error instanceof ConfigError ? EXIT.usage : EXIT.fault;
  });
  await cleanup.run();
  return process.exit(cleanup.signalled ?? code);
}
