import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { READERS_A_TURN, SpreadFrames } from '../../../src/http/live/spread-frames.ts';
import { Streams } from '../../../src/http/live/streams.ts';
import type { Channel } from '../../../src/http/live/streams.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { Reader } from './stream-reader.ts';

const MANY = 3 * READERS_A_TURN;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const crowd = (): Reader[] => Array.from({ length: MANY }, () => new Reader());

function spreadOver(readers: readonly Reader[]) {
  const streams = new Set<ServerResponse>(readers.map(({ asStream }) => asStream));
  return { streams, frames: new SpreadFrames(streams) };
}

const countWith = (readers: readonly Reader[], text: string): number =>
  readers.filter((reader) => reader.text === text).length;

test('a frame for thousands leaves room for other work after each few readers', () => {
  const readers = crowd();
  const { frames } = spreadOver(readers);
  frames.send('one');
  const counts = [countWith(readers, 'one')];
  while (vi.getTimerCount() > 0) {
    vi.advanceTimersToNextTimer();
    counts.push(countWith(readers, 'one'));
  }
  expect(counts).toEqual([1, 2, 3].map((turns) => turns * READERS_A_TURN));
});

test('a few readers get a frame at once', () => {
  const readers = [new Reader(), new Reader()];
  spreadOver(readers).frames.send('one');
  expect(readers.map(({ text }) => text)).toEqual(['one', 'one']);
  expect(vi.getTimerCount()).toBe(0);
});

test('each reader gets frames in their order, however fast they follow', () => {
  const readers = crowd();
  const { frames } = spreadOver(readers);
  for (const frame of ['one ', 'two ', 'three']) frames.send(frame);
  vi.runAllTimers();
  expect(countWith(readers, 'one two three')).toBe(MANY);
});

test('all readers are written the same bytes, of text too', () => {
  const readers = crowd();
  spreadOver(readers).frames.send('one');
  vi.runAllTimers();
  expect(readers[0]!.frames[0]).toEqual(Buffer.from('one'));
  for (const reader of readers) expect(reader.frames[0]).toBe(readers[0]!.frames[0]);
});

test('a reader that joins or leaves while a frame is written does not get it', () => {
  const readers = crowd();
  const { streams, frames } = spreadOver(readers);
  frames.send('one');
  const late = new Reader();
  streams.add(late.asStream);
  streams.delete(readers.at(-1)!.asStream);
  vi.runAllTimers();
  expect(countWith(readers, 'one')).toBe(MANY - 1);
  expect(late.text + readers.at(-1)!.text).toBe('');
});

test('a change that is being written reaches every reader before its stream ends', () => {
  const channel: Channel = { first: () => ['first '], refresh: () => 'one', beat: () => '' };
  const streams = new Streams({ time: systemTime, max: MANY, tickMs: 250 });
  const readers = crowd();
  for (const reader of readers) streams.add('sale', () => channel, reader.asStream);
  vi.advanceTimersToNextTimer();
  expect(countWith(readers, 'first ')).toBe(MANY - READERS_A_TURN);
  streams.close();
  expect(countWith(readers, 'first one')).toBe(MANY);
  expect(readers.every(({ writableEnded }) => writableEnded)).toBe(true);
});
