import { expect, test } from 'vitest';
import { parseAnswers } from '../../../proof/api-fuzz/sockets/parse-answers.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const parse = (text: string, isClosed = true, isHead = false) =>
  parseAnswers(Buffer.from(text, 'latin1'), isClosed, isHead);
const bodies = (text: string) => parse(text).answers.map(({ body }) => body.toString());

test('answers follow each other, each with the body that its head announces', () => {
  const sized = `${OK}content-length: 2\r\n\r\nab`;
  const chunked = `${OK}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`;
  expect(bodies(sized + chunked + sized)).toEqual(['ab', 'abc', 'ab']);
  expect(bodies(`HTTP/1.1 100 Continue\r\n\r\n${sized}`)).toEqual(['ab']);
  expect(bodies(`${OK}\r\nuntil the end`)).toEqual(['until the end']);
  expect(parse(`${OK}content-length: 2\r\n\r\n`, true, true)).toMatchObject({ rest: 0 });
});

test.each([
  ['a body that is cut', `${OK}content-length: 5\r\n\r\nab`],
  ['a chunk that is cut', `${OK}transfer-encoding: chunked\r\n\r\n5\r\nab`],
  ['a head that is cut', `${OK}content-`],
])('%s is left over', (_, text) => {
  expect(parse(text)).toMatchObject({ answers: [], rest: expect.any(Number), fault: null });
  expect(parse(text).rest).toBeGreaterThan(0);
});

test.each([
  ['another protocol', 'HTTP/1.0 200 OK\r\n\r\n'],
  ['no status', 'hello\r\n\r\n'],
  ['a header without a colon', `${OK}content-length\r\n\r\n`],
  ['two lengths', `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['no chunk size', `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n\r\n`],
  ['a chunk without an end', `${OK}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
])('%s is no answer', (_, text) => {
  expect(parse(text).fault).not.toBeNull();
});
