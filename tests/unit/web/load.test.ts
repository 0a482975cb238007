import { expect, test, vi } from 'vitest';
import { ProblemError } from '../../../client/index.ts';
import { startLoad } from '../../../web/kit/api/load.ts';
import type { LoadOptions } from '../../../web/kit/api/load.ts';
import { Network } from '../../../web/kit/api/network.ts';
import { Session } from '../../../web/kit/session/session.ts';
import { FakeTime } from './fake-time.ts';

const problem = (status: number, code: string) => {
  const instance = 'urn:doorbuster:request:r1';
  return new ProblemError({ code, status, title: '', detail: '', message: 'Words', instance });
};
const NO_NETWORK = new TypeError('Failed to fetch');

/** A device whose network and screen a test switches. */
function surroundings() {
  const device = { isOnline: true, isSeen: true };
  let look = () => {};
  const network = new Network({
    isOnline: () => device.isOnline,
    isSeen: () => device.isSeen,
    onChange: (call) => {
      look = call;
      return () => {};
    },
  });
  const turn = (change: Partial<typeof device>) => {
    Object.assign(device, change);
    look();
  };
  return { network, turn };
}

function stage(outcomes: unknown[], options?: LoadOptions) {
  const time = new FakeTime(0);
  const { network, turn } = surroundings();
  const nothing = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  const bar = { path: '/', query: '', fragment: '', replace: () => {} };
  const session = new Session(nothing, bar);
  const signals: AbortSignal[] = [];
  const read = async (signal: AbortSignal) => {
    signals.push(signal);
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome as string;
  };
  const load = startLoad(read, { network, time, session }, options);
  const shows = (shown: object) => vi.waitFor(() => expect(load.now.value).toMatchObject(shown));
  return { time, network, turn, session, load, signals, shows };
}

test('a view loads, and shows what was read', async () => {
  const { load, shows } = stage(['one']);
  expect(load.now.value).toEqual({ state: 'loading' });
  await shows({ state: 'ready', data: 'one' });
  load.close();
});

test('a problem without anything to show is a failure, with the id of its request', async () => {
  const { load, shows, time } = stage([problem(404, 'not_found'), 'two']);
  await shows({
    state: 'failed',
    problem: { code: 'not_found', requestId: 'r1', message: 'Words' },
  });
  // The same question would get the same answer.
  expect(time.timers).toBe(0);
  load.again();
  expect(load.now.value).toEqual({ state: 'loading' });
  await shows({ state: 'ready', data: 'two' });
  load.close();
});

test('a view keeps what it showed while the network or the service is away', async () => {
  const outcomes = ['one', NO_NETWORK, problem(503, 'busy'), 'two'];
  const { load, shows, time } = stage(outcomes);
  await shows({ state: 'ready', data: 'one' });
  load.again();
  await shows({ state: 'offline', data: 'one' });
  time.pass(1_000);
  await shows({ state: 'stale', data: 'one', problem: { code: 'busy' } });
  time.pass(2_000);
  await shows({ state: 'ready', data: 'two' });
  load.close();
  expect(time.timers).toBe(0);
});

test('a view reads again when the network is back, and when the visitor is', async () => {
  const { load, shows, turn, network } = stage(['one', 'two', 'three']);
  await shows({ data: 'one' });
  network.note(false);
  expect(network.state.value).toBe('unreachable');
  turn({ isOnline: false });
  expect(network.state.value).toBe('offline');
  turn({ isOnline: true });
  expect(network.state.value).toBe('online');
  await shows({ data: 'two' });
  turn({ isSeen: false });
  turn({ isSeen: true });
  await shows({ data: 'three' });
  load.close();
});

test('a view reads again by itself only while it is seen', async () => {
  const { load, shows, turn, time, signals } = stage(['one', 'two', 'three'], { everyMs: 5_000 });
  await shows({ data: 'one' });
  time.pass(5_000);
  await shows({ data: 'two' });
  turn({ isSeen: false });
  time.pass(50_000);
  expect(signals).toHaveLength(2);
  turn({ isSeen: true });
  await shows({ data: 'three' });
  load.close();
});

test('a new token reads again', async () => {
  const { load, shows, session } = stage([problem(401, 'unauthenticated'), 'two']);
  await shows({ state: 'failed', problem: { code: 'unauthenticated' } });
  session.signIn('a.b.c');
  await shows({ state: 'ready', data: 'two' });
  load.close();
});

test('a view that is gone gives its request up, and no answer reaches it', async () => {
  const { load, signals, time } = stage(['one']);
  load.close();
  await Promise.resolve();
  expect(signals[0]!.aborted).toBe(true);
  expect(load.now.value).toEqual({ state: 'loading' });
  expect(time.timers).toBe(0);
});

test('news change what a view shows, and nothing before there is anything', async () => {
  const { load, shows } = stage(['one']);
  load.change((data) => `${data}!`);
  expect(load.now.value).toEqual({ state: 'loading' });
  await shows({ data: 'one' });
  load.change((data) => `${data}!`);
  expect(load.now.value).toMatchObject({ state: 'ready', data: 'one!' });
  load.close();
});

test('news make nothing true that a view can no longer read', async () => {
  const { load, shows, time } = stage(['one', NO_NETWORK]);
  await shows({ state: 'ready', atMs: time.monotonic() });
  time.pass(9_000);
  load.again();
  await shows({ state: 'offline' });
  load.change((data) => `${data}!`);
  expect(load.now.value).toMatchObject({ state: 'offline', data: 'one!', atMs: 1_000 });
  load.close();
});

test('a read without an answer gives what is shown its age, until the answer comes', async () => {
  const answers: ((data: string) => void)[] = [];
  const wait = () => new Promise<string>((resolve) => answers.push(resolve));
  const { load, shows, time } = stage(['one', wait(), 'three'], { everyMs: 2_000 });
  await shows({ state: 'ready', data: 'one' });
  time.pass(2_000 + 4_999);
  expect(load.now.value).toMatchObject({ state: 'ready' });
  time.pass(1);
  expect(load.now.value).toMatchObject({ state: 'stale', data: 'one', atMs: 1_000 });
  answers[0]!('two');
  await shows({ state: 'ready', data: 'two', atMs: 8_000 });
  load.close();
  expect(time.timers).toBe(0);
});
