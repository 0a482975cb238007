import { sqlState } from './postgres.ts';

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);
/** Connection exceptions, and a server that starts or stops. */
const POSTGRES = /^(08|57P)/;
/** What the two drivers say, without a code, of a connection that is cut or not there yet. */
const WORDS = [
  'Connection is closed',
  'Connection terminated',
  'Command timed out',
  "Stream isn't writeable",
  'Reached the max retries',
  'timeout exceeded when trying to connect',
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
