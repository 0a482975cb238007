import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { BAD_TYPE } from '../../../src/http/headers.ts';
import { problemBody, setProblemHeaders, statusOf } from '../../../src/http/send-problem.ts';
import { languageOf } from '../../../src/http/problem-messages.ts';
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
    type: '/problems/sold_out',
    title: problems.sold_out.title,
    status: 409,
    code: 'sold_out',
    detail: 'Offer mug has only 2 left.',
    instance: 'urn:doorbuster:request:abc-1',
    message: 'Only 2 left.',
    offer: 'mug',
    unitsLeft: 2,
  });
});

/** A refusal of each code, some with different fields. */
const samples: readonly HttpRefusal[] = [
  { code: 'invalid', errors: [] },
  { code: 'unauthenticated', challenge: 'Bearer' },
  BAD_TYPE,
  { code: 'unsupported', allow: 'GET' },
  { code: 'unknown_offer', offer: 'mug' },
  { code: 'sold_out', offer: 'mug', unitsLeft: 0 },
  { code: 'sold_out', promotion: 'grab', unitsLeft: 0 },
  { code: 'limit_reached', limit: 2, taken: 1, offer: 'mug' },
  { code: 'limit_reached', limit: 2, taken: 2, of: 'holds' },
  { code: 'limit_reached', limit: 64, taken: 64, of: 'orders' },
  { code: 'limit_reached', limit: 1, taken: 1 },
  { code: 'sale_not_open', opensAt: '2026-11-11T00:00:00.000Z' },
  { code: 'sale_not_open', opensAt: null },
  { code: 'price_changed', total: 500 },
  { code: 'coupon_unavailable', promotion: 'grab' },
  { code: 'balance_short', balance: 'points', available: 3 },
  { code: 'conflict', detail: 'the sale is closed' },
  { code: 'not_payable', state: 'paid', detail: 'It is paid.' },
  { code: 'not_refundable', state: 'reserved', detail: 'It is not paid.' },
  { code: 'rate_limited', retryAfterS: 5 },
  { code: 'busy', retryAfterS: 1 },
  ...(['not_found', 'forbidden', 'sale_over', 'sale_paused', 'key_reused'] as const).map(
    (code) => ({ code }),
  ),
  ...(['precondition_failed', 'precondition_required'] as const).map((code) => ({ code })),
  ...(['key_missing', 'too_large', 'too_slow', 'headers_too_large', 'fault'] as const).map(
    (code) => ({ code }),
  ),
];

test('every problem has a sentence for shoppers in each language, and it is plain JSON', () => {
  expect(new Set(samples.map(({ code }) => code))).toEqual(new Set(Object.keys(problems)));
  for (const refusal of samples) {
    const [en, zh] = (['en', 'zh'] as const).map(
      (language) => JSON.parse(problemBody(refusal, 'x', language)).message as string,
    );
    expect(en, refusal.code).toMatch(/^[A-Z][^{}"\\]*\.$/);
    expect(zh, refusal.code).toMatch(/[\u4e00-\u9fff].*。$/);
  }
});

test('the detail speaks of this occurrence, and names the offer', () => {
  const detail = (refusal: HttpRefusal) => JSON.parse(problemBody(refusal, 'x')).detail as string;
  expect(detail({ code: 'limit_reached', limit: 2, taken: 1, offer: 'mug' })).toBe(
    'You have 1 unit of offer mug, and may have 2.',
  );
  expect(detail({ code: 'unknown_offer', offer: 'mug' })).toContain('no offer mug');
  expect(detail({ code: 'busy', retryAfterS: 1 })).toBe(problems.busy.detail);
});

test.each([
  [undefined, 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr, zh;q=0.2', 'zh'],
  ['ZH-hans', 'zh'],
  ['zh;q=0, en;q=0.1', 'en'],
  ['zh;q=x', 'en'],
  ['de', 'en'],
  ['', 'en'],
  [`zh,${' '.repeat(300)}`, 'en'],
])('a client that accepts %j is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
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
    expect(members).toEqual([
      ...['type', 'title', 'status', 'code', 'detail'],
      ...['instance', 'message'],
    ]);
  }
});

test('a wrong method is answered 405 with the right ones, a wrong media type 415', () => {
  const method: HttpRefusal = { code: 'unsupported', allow: 'GET, HEAD' };
  expect(statusOf(method)).toBe(405);
  expect(JSON.parse(problemBody(method, 'x'))).toMatchObject({ status: 405 });
  expect(headersOf(method)).toMatchObject({ allow: 'GET, HEAD' });
  expect(statusOf(BAD_TYPE)).toBe(415);
  expect(headersOf(BAD_TYPE)).not.toHaveProperty('allow');
});

test('callers turned away for now are told different whole seconds, never too few', () => {
  const told = Array.from(
    { length: 200 },
    () => headersOf({ code: 'busy', retryAfterS: 2 })['retry-after'] as number,
  );
  expect(told.every((seconds) => Number.isInteger(seconds) && seconds >= 2)).toBe(true);
  expect(new Set(told).size).toBeGreaterThan(1);
});
