import { ID } from '../domain/ids.ts';
import type { IdempotencyKey } from '../domain/ids.ts';
import { invalid } from '../domain/refusals.ts';
import type { HttpRefusal } from './problems.ts';

export const MAX_WAIT_S = 10;

const KEY_MISSING: HttpRefusal = { code: 'key_missing' };
const KEY_INVALID = invalid(
  '/headers/idempotency-key',
  'must be 1 to 64 letters, digits, - or _, bare or in double quotes',
);

/** For the API reference. */
export const KEY_HEADER = {
  type: 'string',
  description: '1 to 64 letters, digits, - or _; the same key gives the same answer.',
} as const;
export const KEY_HEADERS = {
  type: 'object',
  required: ['Idempotency-Key'],
  properties: { 'Idempotency-Key': KEY_HEADER },
} as const;

const isKey = (text: string): text is IdempotencyKey => ID.test(text);

/** Bare or in double quotes. Sent twice, it arrives with a comma and is refused. */
export function readIdempotencyKey(
  header: string | readonly string[] | undefined,
): IdempotencyKey | HttpRefusal {
  if (header === undefined || header === '') return KEY_MISSING;
  const text = String(header);
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  const key = isQuoted ? text.slice(1, -1) : text;
  return isKey(key) ? key : KEY_INVALID;
}

/** RFC 7240: a token, then perhaps a word; parameters follow after semicolons. */
const PREFERENCE =
  /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[\w!#$%&'*+.^`|~-]+))?\s*(?:;.*)?$/;
/** Commas that stand outside of quoted strings. */
const SEPARATOR = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;
/** A longer header is ignored: splitting it costs time that grows with its square. */
const MAX_PREFER_CHARACTERS = 256;

/**
 * `wait` among the preferences of a `Prefer` header; the first counts, more than 10 s count as 10.
 * @returns null without one or when it is malformed: a preference that is not understood is ignored
 */
export function readWaitSeconds(header: string | undefined): number | null {
  if (header === undefined || header.length > MAX_PREFER_CHARACTERS) return null;
  for (const preference of header.split(SEPARATOR)) {
    const [, name, word] = PREFERENCE.exec(preference) ?? [];
    if (name?.toLowerCase() !== 'wait') continue;
    const digits = word?.replaceAll('"', '') ?? '';
    return /^\d{1,9}$/.test(digits) ? Math.min(Number(digits), MAX_WAIT_S) : null;
  }
  return null;
}
