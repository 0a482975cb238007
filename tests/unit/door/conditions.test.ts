import { expect, test } from 'vitest';
import { offerBody } from '../../../proof/builders/sale-files.ts';
import type { Expected } from '../../../src/domain/terms/expected-version.ts';
import { bearer } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

const url = '/v1/sales/friday/offers/mug';

/** Sends a PUT with these headers. @returns the answer, and what the service was told */
async function put(headers: Record<string, string>, isMatchRequired = false) {
  const told: (Expected | undefined)[] = [];
  const app = await start({
    isMatchRequired,
    setOffer: async (_sale, _offer, _actor, expected) => {
      told.push(expected);
      return { code: 'precondition_failed' };
    },
  });
  const answer = await app.inject({
    method: 'PUT',
    url,
    headers: { ...bearer('operator'), ...headers },
    payload: offerBody(),
  });
  return { answer, told };
}

test.each([
  ['no header', {}, { kind: 'any' }],
  ['one tag', { 'if-match': '"abc"' }, { kind: 'oneOf', versions: ['abc'] }],
  ['several tags', { 'if-match': '"a", "b,c"' }, { kind: 'oneOf', versions: ['a', 'b,c'] }],
  ['a weak tag, which matches nothing', { 'if-match': 'W/"a"' }, { kind: 'oneOf', versions: [] }],
  ['any version', { 'if-match': '*' }, { kind: 'present' }],
  ['only to create', { 'if-none-match': '*' }, { kind: 'absent' }],
])('a change expects what its headers say: %s', async (_, headers, expected) => {
  const { answer, told } = await put(headers as Record<string, string>);
  expect(told).toEqual([expected]);
  expect(answer.statusCode).toBe(412);
  expect(answer.json()).toMatchObject({ code: 'precondition_failed' });
});

test.each([
  ['without quotes', { 'if-match': 'abc' }, '/headers/if-match'],
  ['with nothing', { 'if-match': '' }, '/headers/if-match'],
  ['with 17 tags', { 'if-match': Array(17).fill('"a"').join() }, '/headers/if-match'],
  ['If-None-Match with a tag', { 'if-none-match': '"a"' }, '/headers/if-none-match'],
  ['both headers', { 'if-match': '*', 'if-none-match': '*' }, '/headers/if-none-match'],
])('a condition that is malformed is refused: %s', async (_, headers, pointer) => {
  const { answer, told } = await put(headers as Record<string, string>);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
  expect(told).toEqual([]);
});

test('REQUIRE_IF_MATCH refuses a change without a condition, and no other request', async () => {
  const { answer, told } = await put({}, true);
  expect(answer.statusCode).toBe(428);
  expect(answer.json()).toMatchObject({ code: 'precondition_required' });
  expect(told).toEqual([]);
  expect((await put({ 'if-none-match': '*' }, true)).told).toHaveLength(1);
  const app = await start({ isMatchRequired: true });
  const read = { url: '/v1/sales', headers: bearer('operator') } as const;
  expect((await app.inject({ method: 'GET', ...read })).statusCode).toBe(200);
  const move = { url: '/v1/sales/friday/pause', headers: bearer('operator') } as const;
  expect((await app.inject({ method: 'POST', ...move })).statusCode).toBe(200);
});

test('the reference names the conditions on PUT, PATCH and DELETE alone', async () => {
  const app = await start();
  const { paths } = app.swagger() as unknown as { paths: Record<string, object> };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const isNamed = JSON.stringify(operation).includes('"If-Match"');
      expect(isNamed, `${method} ${path}`).toBe(['put', 'patch', 'delete'].includes(method));
    }
  }
});
