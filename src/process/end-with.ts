import { ConfigError } from '../platform/config/read-config.ts';
import { isAway } from '../platform/is-away.ts';
import { WrongRedis } from '../service/processes/which-redis.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitWord } from './exit-codes.ts';

/** Servers that cannot be used. Each line names one: what is wrong, and what to do. */
export class UnusableServers extends Error {
  override readonly name = 'UnusableServers';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('; '));
    this.lines = lines;
  }
}

/** A file that is missing has the code of a socket that is missing. */
const isOfFile = (error: Error): boolean => 'syscall' in error && error.syscall === 'open';

function wordOf(error: Error): ExitWord {
  if (error instanceof ConfigError) return 'usage';
  if (error instanceof WrongRedis) return 'redis';
  if (error instanceof UnusableServers) return 'server';
  return isAway(error) && !isOfFile(error) ? 'server' : 'fault';
}

function linesOf(error: Error): readonly string[] {
  if (error instanceof ConfigError) return error.faults.map((fault) => `environment: ${fault}`);
  const lines = error instanceof UnusableServers ? error.lines : [error.message || String(error)];
  return lines.map((line) => `doorbuster: ${line}`);
}

/**
 * Ends a process that cannot go on: on standard error one line a fault, or all of them as one JSON
 * document, and an exit code.
 */
export function endWith(error: Error, isJson = false): never {
  const [word, lines] = [wordOf(error), linesOf(error)];
  const said = isJson ? [JSON.stringify({ error: lines.join('\n'), code: word })] : lines;
  for (const line of said) process.stderr.write(`${line}\n`);
  process.exit(EXIT[word]);
}
