import { expect, test } from 'vitest';
import { countSeconds } from '../../../web/kit/time/seconds.ts';
import { ServerClock } from '../../../web/kit/time/server-clock.ts';
import { timeLeft } from '../../../web/kit/time/time-left.ts';
import { FakeTime } from './fake-time.ts';

const DEVICE_MS = Date.UTC(2026, 10, 11, 12);
/** The device is seven minutes late. */
const AHEAD_MS = 420_000;

/** A device, the server's clock, and requests between the two. */
function stage() {
  const time = new FakeTime(DEVICE_MS);
  const clock = new ServerClock(time);
  const serverMs = () => time.now() + AHEAD_MS;
  /** An answer; `thereMs` and `backMs` are its ways. */
  const ask = (thereMs: number, backMs: number, slackMs?: number) => {
    const sentMs = time.monotonic();
    time.pass(thereMs);
    const stamp = serverMs();
    time.pass(backMs);
    const sample = { serverMs: stamp, sentMs, receivedMs: time.monotonic() };
    clock.learn(slackMs === undefined ? sample : { ...sample, slackMs });
  };
  return { time, clock, serverMs, ask, errorMs: () => Math.abs(clock.now() - serverMs()) };
}

test('the clock of the device is used until an answer has come', () => {
  const { clock } = stage();
  expect([clock.now(), clock.errorMs]).toEqual([DEVICE_MS, null]);
});

test('the clock is never further off than it says, on ways of any length', () => {
  const { clock, ask, errorMs } = stage();
  for (const [there, back] of [
    [300, 10],
    [10, 400],
    [50, 50],
    [0, 900],
  ] as const) {
    ask(there, back);
    expect(errorMs()).toBeLessThanOrEqual(clock.errorMs! + 0.001);
  }
});

test('the shortest round trip wins, and a later slow one does not spoil it', () => {
  const { clock, ask, errorMs } = stage();
  ask(900, 100);
  expect(errorMs()).toBe(400);
  ask(20, 20);
  expect(errorMs()).toBe(0);
  ask(900, 0);
  expect(errorMs()).toBe(0);
  expect(clock.errorMs).toBeLessThan(21);
});

test('a time in whole seconds counts less than an exact one', () => {
  const { ask, errorMs, clock } = stage();
  ask(5, 5, 1_000);
  expect(clock.errorMs).toBe(505);
  ask(100, 100);
  expect(errorMs()).toBe(0);
});

test('an answer that contradicts what we believed is believed', () => {
  const { time, clock, ask } = stage();
  ask(5, 5);
  const sentMs = time.monotonic();
  time.pass(500);
  const serverMs = time.now() + AHEAD_MS + 60_000;
  clock.learn({ serverMs, sentMs, receivedMs: time.monotonic() });
  expect(Math.abs(clock.now() - serverMs)).toBeLessThanOrEqual(250);
});

test('a time on a stream counts only when the server is further than we thought', () => {
  const { clock, ask, serverMs } = stage();
  ask(50, 50);
  clock.hear(serverMs() - 2_000);
  expect(clock.now()).toBe(serverMs());
  clock.hear(serverMs() + 5_000);
  expect(clock.now()).toBeGreaterThanOrEqual(serverMs() + 5_000);
  clock.hear(Number.NaN);
  expect(clock.now()).not.toBeNaN();
});

test('after a sleep of the device the clock goes on where the server is', () => {
  const { time, clock, ask, errorMs } = stage();
  ask(10, 10);
  time.sleep(3_600_000);
  clock.wake();
  expect(errorMs()).toBe(0);
  // The guess stands back behind the next answer.
  expect(clock.errorMs).toBeGreaterThan(1_000_000);
  ask(200, 200);
  expect(clock.errorMs).toBeLessThan(300);
});

test('seconds begin when those of the server do, and never add up an error', () => {
  const { time, clock, ask, serverMs } = stage();
  time.pass(137);
  ask(30, 30);
  const seconds = countSeconds(clock, time);
  for (let i = 0; i < 100; i++) {
    time.pass(time.nextMs!);
    expect(serverMs() - seconds.now.value).toBeLessThan(1);
  }
  const started = seconds.now.value;
  time.pass(999);
  expect(seconds.now.value).toBe(started);
  seconds.stop();
  expect(time.timers).toBe(0);
});

test('a clock that is set anew ticks at once', () => {
  const { time, clock, ask } = stage();
  const seconds = countSeconds(clock, time);
  const before = seconds.now.value;
  ask(5, 5);
  expect(seconds.now.value - before).toBe(AHEAD_MS);
  seconds.stop();
});

test('a device that sleeps while the page is seen is right within a second after it', () => {
  const { time, clock, ask, serverMs } = stage();
  ask(10, 10);
  const seconds = countSeconds(clock, time);
  time.sleep(3_600_000);
  time.pass(1_000);
  expect(serverMs() - seconds.now.value).toBeLessThan(1_000);
  expect(time.timers).toBe(1);
  seconds.stop();
});

test('what is left is rounded up: it is over at its time and not before', () => {
  const at = Date.UTC(2026, 10, 11, 12);
  expect(timeLeft(at, at - 1).isOver).toBe(false);
  expect(timeLeft(at, at - 1).seconds).toBe(1);
  expect(timeLeft(at, at).isOver).toBe(true);
  expect(timeLeft(at, at + 5_000)).toMatchObject({ isOver: true, seconds: 0 });
  const left = timeLeft(at, at - 93_784_000);
  expect(left).toEqual({ isOver: false, days: 1, hours: 2, minutes: 3, seconds: 4 });
});
