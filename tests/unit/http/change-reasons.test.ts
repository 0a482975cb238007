import { expect, test } from 'vitest';
import type { Actor } from '../../../src/domain/people/actor.ts';
import { bearer } from './http-deps.ts';
import { start } from './start-app.ts';

const url = '/v1/sales/friday/pause';

async function pauseBecause(reason: string | undefined) {
  const actors: Actor[] = [];
  const app = await start({
    setSaleState: async (_sale, _move, actor) => {
      actors.push(actor);
      return { kind: 'changed', pendingCells: [] };
    },
  });
  const header = reason === undefined ? {} : { 'x-change-reason': reason };
  const headers = { ...bearer('operator', { sub: 'op-7' }), ...header };
  const answer = await app.inject({ method: 'POST', url, headers });
  return { answer, actor: actors[0] };
}

/** The bytes of a text as HTTP carries them. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

test('a change carries its person, role, store, route, request id and reason', async () => {
  const { answer, actor } = await pauseBecause('supplier is late');
  expect(answer.statusCode).toBe(200);
  expect(actor).toMatchObject({ sub: 'op-7', role: 'operator', store: null });
  expect(actor).toMatchObject({ route: 'POST /v1/sales/:sale/pause', reason: 'supplier is late' });
  expect(actor!.requestId).toMatch(/^[0-9a-f]{12}-\w+$/);
});

test('a reason may be left out, and may be in any language', async () => {
  expect((await pauseBecause(undefined)).actor!.reason).toBeNull();
  const long = '库'.repeat(200);
  expect((await pauseBecause(asBytes(long))).actor!.reason).toBe(long);
});

test.each([
  ['empty', ''],
  ['longer than 200 characters', 'x'.repeat(201)],
  ['with a tab', 'a\tb'],
  ['with a line separator', asBytes('a\u2028b')],
  ['that is not UTF-8', 'caf\xe9'],
])('a reason %s is refused by the name of its header', async (_, reason) => {
  const { answer, actor } = await pauseBecause(reason);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    code: 'invalid',
    errors: [{ pointer: '/headers/x-change-reason' }],
  });
  expect(actor).toBeUndefined();
});

test('the reference names the header on every change by staff, and on no other route', async () => {
  const app = await start();
  const { paths } = app.swagger() as unknown as { paths: Record<string, object> };
  const named = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => JSON.stringify(operation).includes('X-Change-Reason'))
      .map(([method]) => `${method} ${path}`),
  );
  expect(named).toContain('put /v1/sales/{sale}');
  expect(named).toContain('post /v1/orders/{order}/refunds');
  expect(named).toContain('delete /v1/sales/{sale}/webhooks/{webhook}');
  expect(named).not.toContain('post /v1/sales/{sale}/orders');
  expect(named).not.toContain('post /v1/orders/{order}/refunds/preview');
  expect(named.filter((route) => route.startsWith('get '))).toEqual([]);
});
