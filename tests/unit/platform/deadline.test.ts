import { describe, expect, test } from 'vitest';
import {
  DeadlineOver,
  apart,
  msLeft,
  patiently,
  statementMsLeft,
  within,
} from '../../../src/platform/deadline.ts';
import { isAway } from '../../../src/platform/is-away.ts';

const never = () => new Promise<never>(() => {});
const LONG_MS = 60_000;

describe('work within a deadline', () => {
  test('has what it returns, or throws what it throws', async () => {
    await expect(within(LONG_MS, async () => 7)).resolves.toBe(7);
    await expect(within(LONG_MS, async () => Promise.reject(new TypeError('x')))).rejects.toThrow(
      TypeError,
    );
  });

  test('is given up at the deadline although it hangs, as an outage', async () => {
    const error: unknown = await within(5, never).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(DeadlineOver);
    expect(isAway(error)).toBe(true);
  });

  test('knows how much time is left, also after a pause', async () => {
    await within(LONG_MS, async () => {
      await Promise.resolve();
      expect(msLeft()).toBeGreaterThan(0);
      expect(msLeft()).toBeLessThanOrEqual(LONG_MS);
    });
    expect(msLeft()).toBe(Infinity);
  });

  test('begins nothing after the deadline', async () => {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    let later: Promise<number> | undefined;
    const hang = () => (later = over.then(() => msLeft()));
    await expect(within(1, hang)).rejects.toBeInstanceOf(DeadlineOver);
    end();
    await expect(later).rejects.toBeInstanceOf(DeadlineOver);
  });

  test('keeps the earlier of two deadlines', async () => {
    await within(LONG_MS, () =>
      within(2 * LONG_MS, async () => expect(msLeft()).toBeLessThanOrEqual(LONG_MS)),
    );
    await expect(within(5, () => within(LONG_MS, never))).rejects.toBeInstanceOf(DeadlineOver);
  });

  test('has no deadline apart from it', async () => {
    await within(LONG_MS, async () => expect(apart(msLeft)).toBe(Infinity));
  });
});

describe('a statement', () => {
  test('takes the usual time, in patient work more, and never more than is left', async () => {
    expect(statementMsLeft(100)).toBe(100);
    expect(patiently(500, () => statementMsLeft(100))).toBe(500);
    await within(50, async () => expect(statementMsLeft(100)).toBeLessThanOrEqual(50));
    await within(50, async () =>
      expect(patiently(500, () => statementMsLeft(100))).toBeLessThanOrEqual(50),
    );
  });
});
