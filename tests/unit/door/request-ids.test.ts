import { expect, test } from 'vitest';
import type { FastifyRequest } from 'fastify';
import { createLog } from '../../../src/platform/log.ts';
import { traceOf } from '../../../src/http/request-trace.ts';
import { bearer } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const ZEROS = '0';

test('every answer names its request, and a problem gives the same id', async () => {
  const app = await start();
  const answers = [
    await app.inject('/healthz'),
    await app.inject('/v1/sales'),
    await app.inject('/docs/'),
    await app.inject({ method: 'DELETE', url: '/v1/sales/friday' }),
    await app.inject('/nowhere'),
    await app.inject('/v1/sales/%zz'),
    await app.inject({ method: 'POST', url: '/v1/sales/friday/orders' }),
  ];
  const ids = answers.map(({ headers }) => String(headers['x-request-id']));
  for (const id of ids) expect(id).toMatch(/^[\da-f]{12}-\w+$/);
  expect(new Set(ids).size).toBe(ids.length);
  const problem = answers.at(-1)!;
  expect(problem.json().instance).toBe(`urn:doorbuster:request:${ids.at(-1)}`);
});

test.each([
  [`00-${TRACE}-${PARENT}-01`, TRACE],
  [`cc-${TRACE}-${PARENT}-01-what-comes-later`, TRACE],
  [`00-${TRACE}-${PARENT}-01-more`, undefined],
  [`ff-${TRACE}-${PARENT}-01`, undefined],
  [`00-${ZEROS.repeat(32)}-${PARENT}-01`, undefined],
  [`00-${TRACE}-${ZEROS.repeat(16)}-01`, undefined],
  [`00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
  ['', undefined],
  [undefined, undefined],
])('the traceparent %s gives the trace %s', (traceparent, traceId) => {
  const request = { id: 'r1', headers: { traceparent } } as unknown as FastifyRequest;
  expect(traceOf(request)).toEqual(
    traceId === undefined ? { requestId: 'r1' } : { requestId: 'r1', traceId },
  );
});

test('the log lines of a request have the trace that it came with', async () => {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const app = await start({
    log: createLog('debug', stream),
    accessLog: true,
    placeOrder: async () => Promise.reject(new Error('deep')),
  });
  const traceparent = `00-${TRACE}-${PARENT}-01`;
  await app.inject({
    method: 'POST',
    url: '/v1/sales/friday/orders',
    headers: { ...bearer('shopper'), 'idempotency-key': 'k1', traceparent },
    payload: { lines: [{ offer: 'mug', quantity: 1 }] },
  });
  await app.inject({ url: '/v1/orders/none', headers: { ...bearer('shopper'), traceparent } });
  await app.inject({ url: '/v1/orders/none', headers: { authorization: 'Bearer x', traceparent } });
  const said = lines.filter(({ requestId }) => requestId !== undefined);
  expect(new Set(said.map(({ msg }) => msg))).toEqual(
    new Set(['fault', 'refused', 'security', 'answered']),
  );
  expect(said.every(({ traceId }) => traceId === TRACE)).toBe(true);
});
