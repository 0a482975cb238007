import { sqlState } from './postgres.ts';

const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** SQLSTATEs: connection exceptions, too many connections, a server that starts or stops. */
const POSTGRES = /^(08|53300|57P)/;
/**
 * How messages without a code begin: the drivers' about a connection that is cut or not open yet,
 * and Redis' when it cannot run a command at present.
 */
const WORDS = [
  'Connection is closed',
  'Connection terminated',
  'Command timed out',
  "Stream isn't writeable",
  'Reached the max retries',
  'Command aborted due to connection close',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'BUSY ',
  'MISCONF',
  'NOREPLICAS',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'LOADING',
  'OOM',
];

/** True when Redis or Postgres is unreachable or cannot answer at present: try again later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (POSTGRES.test(sqlState(error) ?? '')) return true;
  const code = 'code' in error ? String(error.code) : '';
  return NETWORK.has(code) || WORDS.some((words) => error.message.startsWith(words));
}

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
