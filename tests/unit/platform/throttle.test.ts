import { expect, test } from 'vitest';
import { createThrottle } from '../../../src/platform/throttle.ts';

test('one call of a kind passes in each span and learns how many did not', () => {
  let nowMs = 5;
  const throttle = createThrottle({ monotonic: () => nowMs });
  expect(throttle('redis', 1_000)).toBe(0);
  expect(throttle('redis', 1_000)).toBeNull();
  nowMs += 999;
  expect(throttle('redis', 1_000)).toBeNull();
  nowMs += 1;
  expect(throttle('redis', 1_000)).toBe(2);
  nowMs += 1_000;
  expect(throttle('redis', 1_000)).toBe(0);
});

test('kinds do not affect each other, whatever their spans', () => {
  let nowMs = 0;
  const throttle = createThrottle({ monotonic: () => nowMs });
  expect(throttle('redis', 1_000)).toBe(0);
  expect(throttle('provider', 60_000)).toBe(0);
  nowMs += 1_000;
  expect(throttle('provider', 60_000)).toBeNull();
  expect(throttle('redis', 1_000)).toBe(0);
  nowMs += 59_000;
  expect(throttle('provider', 60_000)).toBe(1);
});
