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
/** Messages without a code, from the two drivers, about a connection cut or not open yet. */
const WORDS = [
  'Connection is closed',
  'Connection terminated',
  'Command timed out',
  "Stream isn't writeable",
  'Reached the max retries',
  'timeout exceeded when trying to connect',
  'Query read timeout',
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
