import { createHash } from 'node:crypto';
import type { RecordedChange } from '../../domain/people/change.ts';

/** The text of a JSON value in which the fields of each object are sorted by code unit. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/**
 * The hash of a change: SHA-256 over the hash of the one before it and all that the row says.
 * @param prev empty for the first change of a sale
 * @param change `before` and `after` are plain JSON
 */
export function hashOf(prev: Buffer, change: RecordedChange): Buffer {
  const { sale, number, atMs, sub, role, store, subject, what, owner } = change;
  const { route, requestId, reason, before, after } = change;
  const row = [sale ?? '', number, atMs, sub, role, store, subject, what, owner, route, requestId];
  const text = canonical([...row, reason, before, after]);
  return createHash('sha256').update(prev).update(text).digest();
}
