import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { systemTime } from '../../../src/platform/time.ts';
import { Readiness } from '../../../src/process/wiring/readiness.ts';
import type { ReadinessDeps } from '../../../src/process/wiring/readiness.ts';
import { start } from '../http/start-app.ts';

test('probes share one look at Redis for 200 ms, and a stop shows at once', async () => {
  let pings = 0;
  let nowMs = 0;
  const stop = new AbortController();
  const ping = async () => {
    pings++;
    throw new Error('away');
  };
  const readiness = new Readiness({
    ...({ redis: { ping }, pool: null } as unknown as Pick<ReadinessDeps, 'redis' | 'pool'>),
    stopping: stop.signal,
    time: { monotonic: () => nowMs },
  });
  const probe = () => Promise.all(Array.from({ length: 50 }, () => readiness.whyNot()));
  expect(new Set(await probe())).toEqual(new Set(['Redis does not answer.']));
  const once = pings;
  nowMs += 199;
  await probe();
  expect(pings).toBe(once);
  nowMs += 1;
  await probe();
  expect(pings).toBe(2 * once);
  stop.abort();
  expect(await readiness.whyNot()).toBe('This process is stopping.');
});

test('metrics are rendered once a second, however many ask', async () => {
  let nowMs = 0;
  let rendered = 0;
  class Counted extends Registry {
    override async metrics(): Promise<string> {
      return `rendered ${++rendered}`;
    }
  }
  const time = { ...systemTime, monotonic: () => nowMs };
  const app = await start({ registry: new Counted(), time });
  const ask = async () => (await app.inject('/metrics')).body;
  const asked = await Promise.all(Array.from({ length: 20 }, ask));
  expect(new Set(asked)).toEqual(new Set(['rendered 1']));
  nowMs += 999;
  expect(await ask()).toBe('rendered 1');
  nowMs += 1;
  expect(await ask()).toBe('rendered 2');
});
