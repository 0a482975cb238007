import { isContended, sqlState } from './postgres.ts';

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
 * SQLSTATEs: connection exceptions, too many connections, a server that starts or stops, a session
 * ended while its transaction was idle, and a server that only reads, as a standby does.
 */
const POSTGRES = /^(08|53300|57P|25P03|25006)/;
/**
 * How messages without a code begin: the drivers' about a connection that is cut or not open yet,
 * Redis' when it cannot run a command at present, and BullMQ's about a lock that Redis lost.
 */
const WORDS = [
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
  'Query read timeout',
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
  'Missing lock for job',
  'could not renew lock',
];

/** True when Redis or Postgres is unreachable or cannot answer at present: try again later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (POSTGRES.test(sqlState(error) ?? '')) return true;
  const code = 'code' in error ? String(error.code) : '';
  return NETWORK.has(code) || WORDS.some((words) => error.message.startsWith(words));
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
