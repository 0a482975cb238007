import { WrongRedis } from '../service/processes/which-redis.ts';

/** The exit code of a process that found another Redis than the one that holds the cells. */
const WRONG_REDIS = 3;

/** Ends a process that cannot go on, with one line. */
export function endWith(error: Error, hint = ''): never {
  process.stderr.write(`doorbuster: ${error.message || String(error)}${hint}\n`);
  process.exit(error instanceof WrongRedis ? WRONG_REDIS : 1);
}
