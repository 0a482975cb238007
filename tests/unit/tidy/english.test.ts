import { expect, test } from 'vitest';
import { englishIsPlain } from '../../tidy/english.ts';
import { faultsOf } from './faults-of.ts';

test.each([
  'The role is another than this needs.',
  'It has so many units.',
  'Shares are reckoned by line.',
  'Mend what `errors` points at.',
  'It hears of every order.',
  'An endpoint takes no place from it.',
  'Nothing is to be had.',
  'Shares by who bears them.',
  'Whichever comes first.',
  'A cell wherein orders wait.',
  'Whoever asks first.',
])('a phrase that no reader needs is found: %s', (text) => {
  expect(faultsOf(englishIsPlain, 'docs/a.md', text)).toBe(1);
});

test('a phrase is found across the lines of a comment', () => {
  for (const mark of ['*', '//', '--', '#', '']) {
    expect(faultsOf(englishIsPlain, 'lua/a.lua', `${mark} for so\n  ${mark} many units`)).toBe(1);
  }
});

test('a fault names its line and what to write', () => {
  expect(englishIsPlain({ path: 'docs/a.md', text: 'One.\nIt is reckoned.\n' })).toEqual([
    'docs/a.md:2: "reckoned": write calculate, count',
  ]);
});

test.each(['We recommend it.', 'An amended order.', 'so much', 'another one', 'He hears often'])(
  'plain words stay: %s',
  (text) => {
    expect(faultsOf(englishIsPlain, 'docs/a.md', text)).toBe(0);
  },
);
