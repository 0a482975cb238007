import { describe, expect, test } from 'vitest';
import { readIdempotencyKey, readWaitSeconds } from '../../../src/http/headers.ts';

describe('Idempotency-Key', () => {
  test.each([
    ['a', 'a'],
    ['"a"', 'a'],
    ['Az09_-', 'Az09_-'],
    ['x'.repeat(64), 'x'.repeat(64)],
    [`"${'x'.repeat(64)}"`, 'x'.repeat(64)],
  ])('%s is a key', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  test.each([undefined, ''])('an absent header (%s) is a missing key', (header) => {
    expect(readIdempotencyKey(header)).toEqual({ code: 'key_missing' });
  });

  test.each(['x'.repeat(65), 'a b', 'a:b', '{a}', '"', '""', '"a', 'a"', 'a, b', 'ключ'])(
    '%s is not a key, and the fault names the header',
    (header) => {
      expect(readIdempotencyKey(header)).toMatchObject({
        code: 'invalid',
        errors: [{ pointer: '/headers/idempotency-key' }],
      });
    },
  );
});

describe('Prefer', () => {
  test.each([
    ['wait=5', 5],
    ['wait=0', 0],
    ['wait="5"', 5],
    ['WAIT = 5', 5],
    ['respond-async, wait=7; foo=bar', 7],
    ['foo="a, wait=1", wait=3', 3],
    ['return=minimal,wait=3,wait=9', 3],
  ])('%s waits', (header, seconds) => {
    expect(readWaitSeconds(header)).toBe(seconds);
  });

  test('nobody waits longer than ten seconds', () => {
    expect(readWaitSeconds('wait=3600')).toBe(10);
  });

  test.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'await=5', ',,;'])(
    '%s does not wait, because it is not understood',
    (header) => {
      expect(readWaitSeconds(header)).toBeNull();
    },
  );

  test('a header built to take long is ignored at once', () => {
    expect(readWaitSeconds(`${',"'.repeat(8_000)}wait=5`)).toBeNull();
  });
});
