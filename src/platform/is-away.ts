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
/** Connection exceptions, too many of them, and a server that starts or stops. */
const POSTGRES = /^(08|53300|57P)/;
/** What the two drivers say, without a code, of a connection that is cut or not there yet. */
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

/** True when Redis or Postgres cannot be reached or cannot answer now: not our bug, try again. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (POSTGRES.test(sqlState(error) ?? '')) return true;
  const code = 'code' in error ? String(error.code) : '';
  return NETWORK.has(code) || WORDS.some((words) => error.message.startsWith(words));
}
