import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer } from './http-deps.ts';
import { start } from './start-app.ts';

const ROUTE = 'GET /v1/sales/:sale/wallet';

test('a bug under load is counted at each request and logged once a second', async () => {
  const lines: object[] = [];
  const counted: string[] = [];
  let nowMs = 0;
  const app = await start({
    log: createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) }),
    time: { ...systemTime, monotonic: () => nowMs },
    onAnswered: (route, outcome) => void counted.push(`${route} ${outcome}`),
    walletOf: () => Promise.reject(new TypeError('a planted bug')),
  });
  const headers = bearer('shopper');
  const ask = () => app.inject({ method: 'GET', url: '/v1/sales/friday/wallet', headers });
  for (let i = 0; i < 3; i++) expect((await ask()).statusCode).toBe(500);
  expect(lines).toMatchObject([{ msg: 'fault', route: ROUTE, leftOut: 0 }]);
  nowMs = 1_000;
  await ask();
  expect(lines).toMatchObject([{ leftOut: 0 }, { leftOut: 2 }]);
  expect(counted).toEqual(Array(4).fill(`${ROUTE} fault`));
});

test.each(['40001', '40P01', '55P03', '57014', '25006', '53300'])(
  'SQLSTATE %s is busy at the door, and no bug',
  async (code) => {
    const answer = Object.assign(new DatabaseError('an answer of Postgres', 0, 'error'), { code });
    const app = await start({ walletOf: () => Promise.reject(answer) });
    const url = '/v1/sales/friday/wallet';
    const reply = await app.inject({ method: 'GET', url, headers: bearer('shopper') });
    expect(reply.json()).toMatchObject({ status: 503, code: 'busy' });
    expect(reply.headers['retry-after']).toBeDefined();
  },
);
