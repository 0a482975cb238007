import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutLogTail, logBytes } from '../../../proof/fleet/cut-log-tail.ts';

const command = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

const entry = (seq: number): string =>
  command('XADD', '{drop.3}:2:outbox', `2-${seq}`, 'body', 'xadd');

const head = command('SET', 'a', 'b');
const other = command('XADD', '{doorbuster}:settle:events', '*', 'event', 'added');
const text = head + entry(1) + other + entry(2) + entry(3) + other;

let dir: string;
const file = (number: number): string =>
  join(dir, 'appendonlydir', `appendonly.aof.${number}.incr.aof`);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'doorbuster-cut-'));
  mkdirSync(join(dir, 'appendonlydir'));
  writeFileSync(file(9), 'an older file');
  writeFileSync(file(10), text);
});
afterEach(() => rmSync(dir, { recursive: true }));

const gone = (...seqs: number[]) => seqs.map((seq) => ({ cell: 3, epoch: 2, seq }));

test('the cut falls behind the byte given, and every entry behind the cut goes', () => {
  const from = head.length;
  expect(cutLogTail(dir, from, 0)).toEqual({
    ...{ fileBytes: text.length, atByte: from, gone: gone(1, 2, 3) },
  });
  expect(readFileSync(file(10), 'latin1')).toBe(head);
});

test('at least two entries go, even at the latest cut', () => {
  const cut = cutLogTail(dir, head.length, 1)!;
  expect(cut.gone).toEqual(gone(2, 3));
  expect(logBytes(dir)).toBe(cut.atByte);
});

test('a cut may leave half a command', () => {
  const { atByte } = cutLogTail(dir, head.length, 0.5)!;
  expect(text.startsWith('*', atByte)).toBe(false);
});

test('a file with fewer than two entries behind the byte stays whole', () => {
  expect(cutLogTail(dir, text.length - other.length - entry(3).length, 0)).toBeNull();
  expect(readFileSync(file(10), 'latin1')).toBe(text);
});
