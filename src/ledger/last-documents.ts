import { isDeepStrictEqual } from 'node:util';
import type { SaleId } from '../domain/ids.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

const find = query<{ body: unknown }>('terms/documents/find');
const save = query('terms/documents/save');

/** Compares a document with the last one of its subject. `none`: the subject has none. */
export async function compareDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<'same' | 'other' | 'none'> {
  const [last] = await rows(on, find, [sale, subject]);
  if (!last) return 'none';
  return isDeepStrictEqual(last.body, JSON.parse(JSON.stringify(document))) ? 'same' : 'other';
}

/** Makes a document the last one of its subject. */
export async function saveDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<void> {
  await run(on, save, [sale, subject, JSON.stringify(document)]);
}

/**
 * Makes a document the last one of its subject.
 * @returns false when it was that already
 */
export async function saveNewDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<boolean> {
  if ((await compareDocument(on, sale, subject, document)) === 'same') return false;
  await saveDocument(on, sale, subject, document);
  return true;
}
