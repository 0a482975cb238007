import { createHash } from 'node:crypto';
import type { RecordedChange } from '../../domain/people/change.ts';
import { canonicalJson } from '../../domain/terms/canonical-json.ts';

/** All that a change says, without its place in the chain. `before` and `after` are plain JSON. */
export type SaidChange = Omit<RecordedChange, 'number' | 'atMs'>;

/** SHA-256 over all that a change says. */
export function digestOf(change: SaidChange): Buffer {
  const { sale, sub, role, store, subject, what, owner } = change;
  const { route, requestId, reason, before, after } = change;
  const row = [sale ?? '', sub, role, store, subject, what, owner, route, requestId, reason];
  return createHash('sha256')
    .update(canonicalJson([...row, before, after]))
    .digest();
}

/**
 * The hash of a change: SHA-256 over the hash of the one before it, its number and its time, and
 * the digest of all that it says. The statement that appends a change computes the same.
 * @param prev empty for the first change of a sale
 */
export function hashOf(prev: Buffer, change: RecordedChange): Buffer {
  const place = `${change.number} ${change.atMs} `;
  return createHash('sha256').update(prev).update(place).update(digestOf(change)).digest();
}
