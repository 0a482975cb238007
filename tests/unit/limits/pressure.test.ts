import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Pressure } from '../../../src/http/limits/pressure.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

const lines = { delaysMs: [100, 300, 1_000], backlogs: [10, 30, 100] } as const;
const CALM_READINGS = 20;

function noted(pressure: Pressure, times: number, delayMs: number, backlog = 0): number {
  for (let i = 0; i < times; i++) pressure.note(delayMs, backlog);
  return pressure.level;
}

describe('the pressure', () => {
  test('rises after two readings in a row, so one pause turns nobody away', () => {
    const pressure = new Pressure(lines);
    expect(noted(pressure, 1, 5_000)).toBe(0);
    expect(noted(pressure, 1, 0)).toBe(0);
    expect(noted(pressure, 1, 5_000)).toBe(0);
    expect(noted(pressure, 1, 299)).toBe(1);
    expect(noted(pressure, 2, 300)).toBe(2);
    expect(noted(pressure, 2, 1_000)).toBe(3);
  });

  test('rises by the backlog as well as by the delay', () => {
    expect(noted(new Pressure(lines), 2, 0, 9)).toBe(0);
    expect(noted(new Pressure(lines), 2, 0, 10)).toBe(1);
    expect(noted(new Pressure(lines), 2, 100, 30)).toBe(2);
  });

  test('falls step by step, each after a second well below the line', () => {
    const pressure = new Pressure(lines);
    expect(noted(pressure, 2, 1_000)).toBe(3);
    expect(noted(pressure, CALM_READINGS - 1, 499)).toBe(3);
    expect(noted(pressure, 1, 499)).toBe(2);
    expect(noted(pressure, CALM_READINGS, 0)).toBe(1);
    expect(noted(pressure, CALM_READINGS, 0)).toBe(0);
  });

  test('does not flap while the delay swings around a line', () => {
    const pressure = new Pressure(lines);
    noted(pressure, 2, 100);
    for (let i = 0; i < 100; i++) {
      expect(noted(pressure, 5, 60)).toBe(1);
      expect(noted(pressure, 2, 110)).toBe(1);
    }
  });

  test('turns nothing away by readings that are off', () => {
    expect(noted(new Pressure({ delaysMs: null, backlogs: null }), 9, 9_999, 9_999)).toBe(0);
  });
});

/** A clock whose timers run only when the test says so, as late as it says. */
function lateTimers() {
  let nowMs = 0;
  const tasks: [number, () => void][] = [];
  const time = {
    ...systemTime,
    monotonic: () => nowMs,
    every: (ms: number, task: () => void) => {
      tasks.push([ms, task]);
      return () => {};
    },
  };
  const turn = (delayMs: number) => {
    for (const [ms, task] of tasks) {
      if (ms !== 50) continue;
      nowMs += ms + delayMs;
      task();
    }
  };
  return { time, turn };
}

const requests: Record<string, InjectOptions> = {
  first: {
    method: 'POST',
    url: '/v1/sales/friday/quotes',
    headers: bearer('shopper'),
    payload: { lines: [{ offer: 'mug', quantity: 1 }] },
  },
  middle: { url: '/v1/sales/friday' },
  last: {
    method: 'POST',
    url: '/v1/sales/friday/orders',
    headers: { ...bearer('shopper'), 'idempotency-key': 'k1' },
    payload: { lines: [{ offer: 'mug', quantity: 1 }] },
  },
  never: { url: '/readyz' },
};

test('under pressure quotes go first and purchases last, and readiness stays honest', async () => {
  const turnedAway: string[] = [];
  let level = () => -1;
  const { time, turn } = lateTimers();
  const app = await start({
    time,
    onTurnedAway: (reason, subject) => turnedAway.push(`${reason} ${subject}`),
    readPressure: (read) => (level = read),
  });
  const busy = async () => {
    const found: string[] = [];
    for (const [shed, request] of Object.entries(requests)) {
      const answer = await app.inject(request);
      if (answer.statusCode !== 503) continue;
      expect(answer.json()).toMatchObject({ code: 'busy' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      found.push(shed);
    }
    return found;
  };
  const block = (ms: number) => [turn(ms), turn(ms)];
  expect(await busy()).toEqual([]);
  block(249);
  expect(await busy()).toEqual([]);
  block(250);
  expect(await busy()).toEqual(['first']);
  block(750);
  expect(await busy()).toEqual(['first', 'middle']);
  block(2_000);
  expect(await busy()).toEqual(['first', 'middle', 'last']);
  expect(level()).toBe(3);
  for (let i = 0; i < 3 * CALM_READINGS; i++) turn(0);
  expect(await busy()).toEqual([]);
  expect(turnedAway.slice(0, 3)).toEqual(['shed first', 'shed first', 'shed middle']);
});

test('under pressure the reference and unknown paths go first, and preflights stay', async () => {
  const { time, turn } = lateTimers();
  const origin = 'https://shop.example';
  const app = await start({ time, corsOrigins: [origin] });
  const statusOf = async (request: InjectOptions) => (await app.inject(request)).statusCode;
  turn(250);
  turn(250);
  for (const url of ['/docs/', '/docs/openapi.json', '/docs/js/scalar.js', '/no/such/path']) {
    expect(await statusOf({ url }), url).toBe(503);
  }
  const headers = { origin, 'access-control-request-method': 'POST' };
  expect(await statusOf({ ...requests['last'], method: 'OPTIONS', headers })).toBe(204);
});
