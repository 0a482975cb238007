import { expect, test, vi } from 'vitest';
import { openStream } from '../../../web/kit/api/stream.ts';
import type { StreamEvent } from '../../../web/kit/api/event-parser.ts';
import { FakeTime } from './fake-time.ts';

/** One connection, as the server sees it. */
class Served {
  readonly headers: Headers;
  readonly signal: AbortSignal;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly answer: Response;

  constructor(init: RequestInit, status: number) {
    this.headers = new Headers(init.headers);
    this.signal = init.signal!;
    const body = new ReadableStream<Uint8Array>({ start: (own) => void (this.#controller = own) });
    this.signal.addEventListener('abort', () => this.#controller.error(this.signal.reason));
    this.answer = new Response(body, { status });
  }

  send(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller.close();
  }
}

function stage(statuses: number[] = []) {
  const time = new FakeTime(0);
  const served: Served[] = [];
  const events: StreamEvent[] = [];
  const fetch = async (_url: unknown, init: RequestInit = {}) => {
    const status = statuses.shift() ?? 200;
    if (status === 0) throw new TypeError('no network');
    served.push(new Served(init, status));
    return served.at(-1)!.answer;
  };
  const deps = {
    token: () => 'abc',
    time,
    fetch: fetch as typeof globalThis.fetch,
    random: () => 1,
  };
  const stream = openStream('/stream', deps, { onEvent: (event) => events.push(event) });
  const isIn = (state: string) => vi.waitFor(() => expect(stream.state.value).toBe(state));
  return { time, served, events, stream, isIn };
}

test('a reader sends its token, and comes back with the last id after its pause', async () => {
  const { time, served, events, stream, isIn } = stage();
  await isIn('open');
  expect(served[0]!.headers.get('authorization')).toBe('Bearer abc');
  expect(served[0]!.headers.has('last-event-id')).toBe(false);
  served[0]!.send('retry: 4000\n\nid: a-1\ndata: x\n\n');
  await vi.waitFor(() => expect(events).toHaveLength(1));
  served[0]!.end();
  await isIn('waiting');
  expect(time.nextMs).toBe(4_000);
  time.pass(4_000);
  await isIn('open');
  expect(served[1]!.headers.get('last-event-id')).toBe('a-1');
  stream.close();
});

test('pauses double while nothing answers, up to half a minute', async () => {
  const { time, stream, isIn } = stage([0, 503, 0, 0, 0, 0, 0, 0]);
  const pauses: number[] = [];
  for (let i = 0; i < 7; i++) {
    await isIn('waiting');
    pauses.push(time.nextMs!);
    time.pass(time.nextMs!);
  }
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect([pauses[0], pauses.at(-1)]).toEqual([1_000, 30_000]);
  await isIn('waiting');
  stream.close();
  expect(time.timers).toBe(0);
});

test('a reader that is refused does not ask again', async () => {
  const { time, stream, isIn } = stage([404]);
  await isIn('refused');
  expect(time.timers).toBe(0);
  stream.close();
});

test('a reader hurries when the network is back', async () => {
  const { stream, isIn } = stage([0]);
  await isIn('waiting');
  stream.hurry();
  await isIn('open');
  stream.close();
});

test('a connection that falls silent is given up, and the reader comes back', async () => {
  const { time, served, isIn, stream } = stage();
  await isIn('open');
  time.pass(39_000);
  expect(served[0]!.signal.aborted).toBe(false);
  time.pass(1_000);
  await isIn('waiting');
  time.pass(time.nextMs!);
  await isIn('open');
  expect(served).toHaveLength(2);
  stream.close();
});

test('a stream is down until it opens, when its connection is lost, and when refused', async () => {
  const never = stage([0]);
  expect([never.stream.heardMs.value, never.stream.downMs.value]).toEqual([null, 1_000]);
  never.stream.close();
  const { time, served, stream, isIn } = stage([200, 404]);
  await isIn('open');
  expect([stream.heardMs.value, stream.downMs.value]).toEqual([1_000, null]);
  time.pass(14_000);
  served[0]!.end();
  await isIn('waiting');
  expect([stream.heardMs.value, stream.downMs.value]).toEqual([1_000, 15_000]);
  time.pass(time.nextMs!);
  await isIn('refused');
  expect(stream.downMs.value).toBe(15_000);
});

test('a stream that is closed ends its connection and stays closed', async () => {
  const { time, served, stream, isIn } = stage();
  await isIn('open');
  stream.close();
  expect(served[0]!.signal.aborted).toBe(true);
  expect(time.timers).toBe(0);
});
