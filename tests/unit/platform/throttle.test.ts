import { expect, test } from 'vitest';
import { createThrottle } from '../../../src/platform/throttle.ts';

test('one of a kind goes through in each span, and says how many did not', () => {
  let nowMs = 5;
  const throttle = createThrottle(() => nowMs);
  expect(throttle('redis', 1_000)).toBe(0);
  expect(throttle('redis', 1_000)).toBeNull();
  nowMs += 999;
  expect(throttle('redis', 1_000)).toBeNull();
  nowMs += 1;
  expect(throttle('redis', 1_000)).toBe(2);
  nowMs += 1_000;
  expect(throttle('redis', 1_000)).toBe(0);
});

test('one kind takes nothing from another, nor a longer span', () => {
  let nowMs = 0;
  const throttle = createThrottle(() => nowMs);
  expect(throttle('redis', 1_000)).toBe(0);
  expect(throttle('provider', 60_000)).toBe(0);
  nowMs += 1_000;
  expect(throttle('provider', 60_000)).toBeNull();
  expect(throttle('redis', 1_000)).toBe(0);
  nowMs += 59_000;
  expect(throttle('provider', 60_000)).toBe(1);
});
