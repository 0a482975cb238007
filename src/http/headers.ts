import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { ID } from '../domain/ids.ts';
import type { IdempotencyKey } from '../domain/ids.ts';
import { invalid } from '../domain/refusals.ts';
import type { HttpRefusal } from './problem-catalogue.ts';

export const MAX_WAIT_S = 10;

const KEY_MISSING: HttpRefusal = { code: 'key_missing' };
const KEY_INVALID = invalid(
  '/headers/idempotency-key',
  'must be 1 to 64 letters, digits, - or _, with or without double quotes',
);

export const BAD_TYPE: HttpRefusal = {
  code: 'unsupported',
  allow: null,
  detail: '`Content-Type` must be `application/json`.',
  errors: [{ pointer: '/headers/content-type', detail: 'must be application/json' }],
};

export const BAD_ENCODING: HttpRefusal = {
  code: 'unsupported',
  allow: null,
  detail: '`Content-Encoding` must be absent or `identity`: send the body as it is.',
  errors: [{ pointer: '/headers/content-encoding', detail: 'must be absent or identity' }],
};

/** Whether a body is compressed, or encoded in another way that we do not undo. */
export function isEncoded({ 'content-encoding': coding }: IncomingHttpHeaders): boolean {
  return coding !== undefined && coding.trim().toLowerCase() !== 'identity';
}

/** Of an answer that repeats an earlier one. */
export const REPLAYED = {
  'Idempotency-Replayed': {
    type: 'string',
    enum: ['true'],
    description: 'Only there when the answer repeats that of an earlier request with this key.',
  },
} as const;

/** Header schemas for the API reference. */
export const KEY_HEADER = {
  type: 'string',
  description: '1 to 64 letters, digits, - or _. The same key gives the same answer.',
} as const;
export const KEY_HEADERS = {
  type: 'object',
  required: ['Idempotency-Key'],
  properties: { 'Idempotency-Key': KEY_HEADER },
} as const;

/** No cache may show to others what one caller saw. */
export const OWN = 'private, no-cache';

/** Adds to `Vary`: the answer depends on these headers of the request, too. */
export function varyBy(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? names : `${String(before)}, ${names}`);
}

const isKey = (text: string): text is IdempotencyKey => ID.test(text);

/** Accepts it with or without double quotes. A header sent twice has a comma: it is refused. */
export function readIdempotencyKey(
  header: string | readonly string[] | undefined,
): IdempotencyKey | HttpRefusal {
  if (header === undefined || header === '') return KEY_MISSING;
  const text = String(header);
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  const key = isQuoted ? text.slice(1, -1) : text;
  return isKey(key) ? key : KEY_INVALID;
}

/** RFC 7240: a token, then an optional value, then parameters after semicolons. */
const PREFERENCE =
  /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[\w!#$%&'*+.^`|~-]+))?\s*(?:;.*)?$/;
/** Commas outside quoted strings. */
const SEPARATOR = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;
/** A longer header is ignored: the time to split it grows with the square of its length. */
const MAX_PREFER_CHARACTERS = 256;

/**
 * Reads `wait` from a `Prefer` header. The first `wait` counts, and 10 s is the most.
 * @returns null when it is absent or malformed: a server ignores what it does not understand
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
