import { isDeepStrictEqual } from 'node:util';
import type { SaleId } from '../domain/ids.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

const find = query<{ body: unknown }>('terms/documents/find');
const save = query('terms/documents/save');

/** `other`: another document stands under the subject. */
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

export async function saveDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<void> {
  await run(on, save, [sale, subject, JSON.stringify(document)]);
}

/** True when this document was the last PUT for its subject; else it is from now on. */
export async function isLastDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<boolean> {
  if ((await compareDocument(on, sale, subject, document)) === 'same') return true;
  await saveDocument(on, sale, subject, document);
  return false;
}
