import { DeadlineOver } from './deadline.ts';
import { isContended, meaningOf } from './sql-states.ts';
import { PoolFull, ServerSilent } from './wary-pool.ts';

const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/**
 * How messages without a code begin: the drivers' about a connection that is cut or not open yet,
 * and Redis' when it cannot run a command at present.
 */
const WORDS = [
  'Cannot use a pool after calling end',
  'Client was closed',
  'Connection is closed',
  'Connection terminated',
  'Command timed out',
  'Socket timeout',
  "Stream isn't writeable",
  'Reached the max retries',
  'Command aborted due to connection close',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'BUSY ',
  'ERR max number of clients',
  'EXECABORT',
  'MISCONF',
  'NOREPLICAS',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'LOADING',
  'OOM',
];
/**
 * What BullMQ says of a job that Redis lost, or that a command ended which was sent twice. A job
 * only says where to look, so nothing is lost with it.
 */
const LOST_JOB =
  /^(Missing (lock|key) for job|could not renew lock|Lock mismatch for job|Job \S+ is not in the)/;

/** BullMQ puts this before the words of Redis. */
const QUEUE_PREFIX = 'Failed to add repeatable job for next iteration: ';

/** True when Redis or Postgres is unreachable or cannot answer at present: try again later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DeadlineOver || error instanceof ServerSilent) return true;
  if (error instanceof PoolFull) return true;
  if (meaningOf(error) === 'away') return true;
  const cause = error.message.replace(QUEUE_PREFIX, '');
  const code = 'code' in error ? String(error.code) : '';
  if (NETWORK.has(code) || LOST_JOB.test(error.message)) return true;
  return WORDS.some((words) => cause.startsWith(words));
}

/** Makes an outage, or contention that outlived its retries, an answer of its own: try again. */
export const unlessLater = <Answer>(asked: Promise<Answer>): Promise<Answer | 'later'> =>
  asked.catch((error: unknown) => {
    if (isAway(error) || isContended(error)) return 'later';
    throw error;
  });

function awayOrThrow(error: unknown): 'away' {
  if (isAway(error)) return 'away';
  throw error;
}

/**
 * Makes an outage an answer of its own; what a call cut off half-way did is then unknown.
 * @throws any other error: a bug is not an outage
 */
export const unlessAway = <Answer>(asked: Promise<Answer>): Promise<Answer | 'away'> =>
  asked.catch(awayOrThrow);
