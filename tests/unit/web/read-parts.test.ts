import { expect, test } from 'vitest';
import { readParts } from '../../../web/kit/api/read-parts.ts';

/** A list of five in parts of two. */
const read = async ({ cursor = '0' }: { readonly cursor?: string }) => {
  const from = Number(cursor);
  const items = [0, 1, 2, 3, 4].slice(from, from + 2);
  return { items, next: from + 2 < 5 ? String(from + 2) : null };
};

test('a list is read to its end', async () => {
  expect(await readParts(read, 3)).toEqual({ items: [0, 1, 2, 3, 4], next: null });
  expect(await readParts(read, 9)).toEqual({ items: [0, 1, 2, 3, 4], next: null });
});

test('a list that is longer than the bound says where it goes on', async () => {
  expect(await readParts(read, 2)).toEqual({ items: [0, 1, 2, 3], next: '4' });
});
