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
