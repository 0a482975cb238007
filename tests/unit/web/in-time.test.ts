import { expect, test } from 'vitest';
import { fetchInTime } from '../../../web/kit/api/in-time.ts';
import { isAborted, problemOf } from '../../../web/kit/api/problem.ts';
import { FakeTime } from './fake-time.ts';

/** A service that answers when a test says so; its connection ends with the request. */
function stage() {
  const time = new FakeTime(0);
  let answer = (_response: Response) => {};
  let own: AbortSignal | null = null;
  const send = (_request: unknown, { signal }: RequestInit = {}) =>
    new Promise<Response>((resolve, reject) => {
      answer = resolve;
      own = signal!;
      own.addEventListener('abort', () => reject(own!.reason as Error));
    });
  const call = fetchInTime(10_000, time, send as typeof fetch);
  const ended = (init?: RequestInit) =>
    call('http://shop.example/', init).catch((error: unknown) => error);
  return { time, ended, answer: (it: Response) => answer(it), signal: () => own! };
}

test('a request without an answer ends at its limit, as if there were no network', async () => {
  const { time, ended } = stage();
  const outcome = ended();
  time.pass(10_000);
  const error = await outcome;
  expect(problemOf(error)).toMatchObject({ code: 'offline', status: 0 });
  expect(isAborted(error)).toBe(false);
});

test('the limit holds for the body of an answer, and not for a file that is saved', async () => {
  for (const [type, isEnded] of [
    ['application/json; charset=utf-8', true],
    ['application/problem+json', true],
    ['application/x-ndjson', false],
    ['text/csv', false],
  ] as const) {
    const { time, ended, answer, signal } = stage();
    const outcome = ended();
    answer(new Response('', { headers: { 'content-type': type } }));
    await outcome;
    time.pass(10_000);
    expect(signal().aborted, type).toBe(isEnded);
  }
});

test('a request that is given up ends at once, and leaves no timer', async () => {
  const { time, ended } = stage();
  const abort = new AbortController();
  const outcome = ended({ signal: abort.signal });
  abort.abort();
  expect(isAborted(await outcome)).toBe(true);
  expect(time.timers).toBe(0);
});
