import { ConfigError } from '../platform/config/read-config.ts';
import { isAway } from '../platform/is-away.ts';
import { WrongRedis } from '../service/processes/which-redis.ts';

/** The exit codes of the service and of every command; 0 means that all went well. */
export const EXIT = {
  fault: 1,
  /** The environment is wrong; nothing was done. */
  environment: 2,
  /** This Redis is not the one that holds the cells. */
  wrongRedis: 3,
  /** A server cannot be reached, refuses us, or is not what we need. */
  server: 4,
  /** A signal stopped the process, and it had to leave something unfinished. */
  cutOff: 5,
} as const;

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

function codeOf(error: Error): number {
  if (error instanceof ConfigError) return EXIT.environment;
  if (error instanceof WrongRedis) return EXIT.wrongRedis;
  if (error instanceof UnusableServers) return EXIT.server;
  return isAway(error) && !isOfFile(error) ? EXIT.server : EXIT.fault;
}

function linesOf(error: Error): readonly string[] {
  if (error instanceof ConfigError) return error.faults.map((fault) => `environment: ${fault}`);
  const lines = error instanceof UnusableServers ? error.lines : [error.message || String(error)];
  return lines.map((line) => `doorbuster: ${line}`);
}

/** Ends a process that cannot go on: one line a fault on standard error, and an exit code. */
export function endWith(error: Error): never {
  for (const line of linesOf(error)) process.stderr.write(`${line}\n`);
  process.exit(codeOf(error));
}
