import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { OFFLINE } from '../../../web/kit/api/problem.ts';
import type { StreamState } from '../../../web/kit/api/stream.ts';
import { agedSince } from '../../../web/kit/parts/tell/lateness.ts';

const streamIn = (state: StreamState, heardMs: number | null, downMs: number | null) => ({
  state: signal(state),
  heardMs: signal(heardMs),
  downMs: signal(downMs),
  close: () => {},
  hurry: () => {},
});
const read = (atMs: number) => ({ state: 'ready', data: 'one', atMs }) as const;

test('what a view read is the present while its stream gives a sign of life', () => {
  const heard = streamIn('open', 60_000, null);
  expect(agedSince(read(0), heard, 80_000)).toBeNull();
  expect(agedSince(read(0), heard, 80_001)).toBe(60_000);
  expect(agedSince(read(0), null, 80_001)).toBeNull();
});

test('the age counts from the last sign of life, not from when the loss was noticed', () => {
  const lost = streamIn('waiting', 10_000, 50_000);
  expect(agedSince(read(0), lost, 52_000)).toBeNull();
  expect(agedSince(read(0), lost, 52_001)).toBe(10_000);
});

test('a view whose stream never opened is as old as its read', () => {
  const never = streamIn('connecting', null, 0);
  expect(agedSince(read(500), never, 2_000)).toBeNull();
  expect(agedSince(read(500), never, 2_001)).toBe(500);
});

test('a view whose stream is refused is kept by its reads', () => {
  const refused = streamIn('refused', null, 0);
  expect(agedSince(read(0), refused, 35_000)).toBeNull();
  expect(agedSince(read(0), refused, 35_001)).toBe(0);
});

test('a read that failed shows its age, whatever the stream says', () => {
  const stale = { state: 'stale', data: 'one', atMs: 3_000, problem: OFFLINE } as const;
  expect(agedSince(stale, streamIn('open', 9_000, null), 9_000)).toBe(3_000);
});
