import { createHash } from 'node:crypto';
import type { RecordedChange } from '../../domain/people/change.ts';
import { canonicalJson } from '../../domain/terms/canonical-json.ts';

/**
 * The hash of a change: SHA-256 over the hash of the one before it and all that the row says.
 * @param prev empty for the first change of a sale
 * @param change `before` and `after` are plain JSON
 */
export function hashOf(prev: Buffer, change: RecordedChange): Buffer {
  const { sale, number, atMs, sub, role, store, subject, what, owner } = change;
  const { route, requestId, reason, before, after } = change;
  const row = [sale ?? '', number, atMs, sub, role, store, subject, what, owner, route, requestId];
  const text = canonicalJson([...row, reason, before, after]);
  return createHash('sha256').update(prev).update(text).digest();
}
