import { expect, test } from 'vitest';
import { entrySeq } from '../../../src/cell/replies.ts';

test('a call that wrote an entry has its number, and one that wrote none has null', () => {
  expect([entrySeq(7), entrySeq(0)]).toEqual([7, null]);
});

test.each([undefined, null, '7', []])('%j in the place of a number is a bug', (reply) => {
  expect(() => entrySeq(reply)).toThrow(TypeError);
});
