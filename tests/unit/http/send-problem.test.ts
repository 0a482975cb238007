import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { problemBody, setProblemHeaders, statusOf } from '../../../src/http/send-problem.ts';
import { problems } from '../../../src/http/problem-catalogue.ts';
import type { HttpRefusal } from '../../../src/http/problem-catalogue.ts';

/** The headers that a refusal sets on a reply. */
function headersOf(refusal: HttpRefusal): Record<string, unknown> {
  const headers: Record<string, unknown> = {};
  const header = (name: string, value: unknown) => (headers[name] = value);
  setProblemHeaders({ header } as unknown as FastifyReply, refusal);
  return headers;
}

test('docs/problems.md gives the same details as the problems themselves', () => {
  const page = readFileSync('docs/problems.md', 'utf8');
  const rows = page.matchAll(/^\|[^|]+\| `(\w+)` *\|[^|]+\| (.+?) *\|$/gm);
  const details = Object.entries(problems).map(([code, { detail }]) => [code, detail]);
  expect([...rows].map(([, code, text]) => [code, text])).toEqual(details);
});

test('a problem has the members of RFC 9457 and the fields of its refusal', () => {
  const text = problemBody({ code: 'sold_out', offer: 'mug', unitsLeft: 2 }, 'abc-1');
  expect(JSON.parse(text)).toEqual({
    type: 'urn:doorbuster:problem:sold_out',
    title: problems.sold_out.title,
    status: 409,
    code: 'sold_out',
    detail: problems.sold_out.detail,
    instance: 'urn:doorbuster:request:abc-1',
    offer: 'mug',
    unitsLeft: 2,
  });
});

test('a refusal’s own detail replaces that of its problem, whatever characters it has', () => {
  const detail = 'the sale is "closed"\n';
  expect(JSON.parse(problemBody({ code: 'conflict', detail }, 'x'))).toMatchObject({ detail });
});

test('fields meant for headers stay out of the body', () => {
  for (const refusal of [
    { code: 'busy', retryAfterS: 1 },
    { code: 'unauthenticated', challenge: 'Bearer' },
    { code: 'unsupported', allow: 'GET' },
  ] satisfies HttpRefusal[]) {
    const members = Object.keys(JSON.parse(problemBody(refusal, 'x')));
    expect(members).toEqual(['type', 'title', 'status', 'code', 'detail', 'instance']);
  }
});

test('a wrong method is answered 405 with the right ones, a wrong media type 415', () => {
  const method: HttpRefusal = { code: 'unsupported', allow: 'GET, HEAD' };
  expect(statusOf(method)).toBe(405);
  expect(JSON.parse(problemBody(method, 'x'))).toMatchObject({ status: 405 });
  expect(headersOf(method)).toMatchObject({ allow: 'GET, HEAD' });
  const type: HttpRefusal = { code: 'unsupported', allow: null };
  expect(statusOf(type)).toBe(415);
  expect(headersOf(type)).not.toHaveProperty('allow');
});

test('callers turned away for now are told different whole seconds, never too few', () => {
  const told = Array.from(
    { length: 200 },
    () => headersOf({ code: 'busy', retryAfterS: 2 })['retry-after'] as number,
  );
  expect(told.every((seconds) => Number.isInteger(seconds) && seconds >= 2)).toBe(true);
  expect(new Set(told).size).toBeGreaterThan(1);
});
