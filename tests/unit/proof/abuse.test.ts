import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AnswerReader } from '../../../bench/abuse/answer-reader.ts';
import { attackKinds } from '../../../bench/abuse/attack-kinds.ts';
import { brokenBounds, compare, costOfTry, FLOOR_MS } from '../../../bench/abuse/judge.ts';
import { requestText } from '../../../bench/abuse/requests.ts';
import { Pacer } from '../../../proof/crowd/pacer.ts';

const served = (acceptedPerSecond: number, p99Ms: number) => ({
  acceptedPerSecond,
  p50Ms: 1,
  p99Ms,
});

test('an attack may take a tenth of the purchases and double their p99', () => {
  const comparison = compare(served(1_800, 60), served(2_000, 30));
  expect(comparison).toEqual({ rateRatio: 0.9, p99Ratio: 2 });
  expect(brokenBounds('quotes', comparison)).toEqual([]);
});

test('an attack that takes more than that breaks each bound by name', () => {
  const [rate, p99, ...others] = brokenBounds('quotes', { rateRatio: 0.89, p99Ratio: 2.01 });
  expect(rate).toContain('quotes: purchases kept 0.89');
  expect(p99).toContain('quotes: p99 is 2.01 times');
  expect(others).toEqual([]);
});

test('a control without a single purchase breaks the bound of the rate', () => {
  expect(brokenBounds('quotes', compare(served(0, 1), served(0, 1)))).toHaveLength(1);
});

test('a control that is faster than the floor counts as the floor', () => {
  expect(compare(served(1, 2 * FLOOR_MS), served(1, 1)).p99Ratio).toBe(2);
});

test('the cost of a try leaves out what the honest orders cost', () => {
  const control = { cpuMicros: { api: 30_000 }, answered: 1_000 };
  const attack = { cpuMicros: { api: 55_000 }, answered: 500 };
  expect(costOfTry(attack, control, { tries: 4_000, answers: 2_000 })).toBe(20);
});

test('answers are counted however their bytes are cut', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
      'HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n' +
      'HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno',
  );
  for (let length = 1; length <= bytes.length; length++) {
    const found: number[] = [];
    const reader = new AnswerReader({ answer: (status) => found.push(status) });
    for (let at = 0; at < bytes.length; at += length) reader.read(bytes.subarray(at, at + length));
    expect(found).toEqual([200, 429, 404]);
  }
});

test('a request has the headers of its parts', () => {
  expect(requestText({ path: '/v1/sales', token: 'a.b.c' })).toBe(
    'GET /v1/sales HTTP/1.1\r\nHost: attacked\r\nAuthorization: Bearer a.b.c\r\n\r\n',
  );
  const order = requestText({ method: 'POST', path: '/x', key: 'k', body: '{}' });
  expect(order).toContain('\r\nContent-Length: 2\r\n\r\n{}');
});

test('an open load does not wait for late answers: its due times go on', () => {
  const pacer = new Pacer({ ratePerSecond: 100, untilUnits: 10, isOpen: true });
  expect([pacer.delayMs(1_000), pacer.delayMs(1_000)]).toEqual([0, 10]);
  expect([pacer.delayMs(1_500), pacer.delayMs(1_500)]).toEqual([-480, -470]);
});

test('a closed load does wait for late answers', () => {
  const pacer = new Pacer({ ratePerSecond: 100, untilUnits: 10 });
  expect([pacer.delayMs(1_000), pacer.delayMs(1_500), pacer.delayMs(1_500)]).toEqual([0, 0, 10]);
});

test('the page on benchmarks lists every attack, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/benchmarks.md'), 'utf8');
  const table = /\| attack .*\n\|[ -|]*\n((?:\|.*\n)+)/.exec(page)![1]!;
  const rows = table
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const listed = rows.map(([, name, means]) => [name, means]);
  expect(listed).toEqual(attackKinds.map(({ name, means }) => [`\`${name}\``, means]));
});
