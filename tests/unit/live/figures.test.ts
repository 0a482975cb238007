import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SaleId } from '../../../src/domain/ids.ts';
import { createApp } from '../../../src/http/app.ts';
import { LiveStreams, changedFigures } from '../../../src/http/live/figures-streams.ts';
import { acceptsStreams } from '../../../src/http/live/begin-stream.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { LiveFigures } from '../../../src/service/terms/live-figures.ts';
import { bearer, httpDeps } from '../http/http-deps.ts';
import { Reader } from './stream-reader.ts';

const friday = 'friday' as SaleId;

const figures = (more: Partial<LiveFigures> = {}): LiveFigures => ({
  sale: 'friday',
  state: 'open',
  offers: [
    { id: 'hat', store: 's1', stock: 'in_stock', unitsLeft: 20 },
    { id: 'mug', store: 's1', stock: 'in_stock', unitsLeft: 10 },
  ],
  ...more,
});

test.each([
  [undefined, true],
  ['text/event-stream', true],
  ['TEXT/Event-Stream; charset=utf-8', true],
  ['application/json, */*;q=0.1', true],
  ['text/*', true],
  ['application/json', false],
  ['text/html', false],
  ['', false],
])('the header `Accept: %s` admits a stream: %s', (accept, takes) => {
  expect(acceptsStreams(accept)).toBe(takes);
});

describe('what changed', () => {
  test('is nothing, the state, or the offers that changed', () => {
    expect(changedFigures(figures(), figures())).toBeNull();
    const paused = figures({ state: 'paused' });
    expect(changedFigures(figures(), paused)).toEqual({ ...paused, offers: [] });
    const [hat, mug] = figures().offers;
    const sold = { ...mug!, unitsLeft: 9 };
    expect(changedFigures(figures(), figures({ offers: [hat!, sold] }))?.offers).toEqual([sold]);
    const cap = { ...hat!, id: 'cap' };
    expect(changedFigures(figures(), figures({ offers: [hat!, mug!, cap] }))?.offers).toEqual([
      cap,
    ]);
  });

  test('includes the numbers of orders', () => {
    const one = figures({ orders: { placed: 1, settled: 0 } });
    const two = figures({ orders: { placed: 1, settled: 1 } });
    expect(changedFigures(one, two)?.orders).toEqual({ placed: 1, settled: 1 });
  });
});

describe('streams', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('are bounded in number, and each that closes makes room', () => {
    const streams = new LiveStreams({ time: systemTime, figures: () => figures(), max: 2 });
    const readers = [new Reader(), new Reader()];
    for (const reader of readers) streams.add(friday, null, reader.asStream);
    expect(streams.isFull).toBe(true);
    readers[0]!.end();
    expect(streams.isFull).toBe(false);
    streams.close();
    expect(readers[1]!.writableEnded).toBe(true);
    expect(streams.isFull).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('share one read of the figures, and nothing is read while no stream is open', () => {
    const read = vi.fn(() => figures());
    const streams = new LiveStreams({ time: systemTime, figures: read });
    const readers = Array.from({ length: 50 }, () => new Reader());
    for (const reader of readers) streams.add(friday, null, reader.asStream);
    read.mockClear();
    vi.advanceTimersByTime(1_000);
    expect(read).toHaveBeenCalledTimes(4);
    for (const reader of readers) reader.end();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are sent the same bytes, from the first ones on', () => {
    let shown = figures();
    const streams = new LiveStreams({ time: systemTime, figures: () => shown });
    const [one, other] = [new Reader(), new Reader()];
    for (const reader of [one, other]) streams.add(friday, null, reader.asStream);
    shown = figures({ state: 'paused' });
    vi.advanceTimersByTime(15_000);
    expect(one.frames.map(Buffer.isBuffer)).toEqual([true, true, true]);
    for (const [i, frame] of one.frames.entries()) expect(other.frames[i]).toBe(frame);
    const late = new Reader();
    streams.add(friday, null, late.asStream);
    expect(late.text).toContain('"state":"paused"');
    streams.close();
  });

  test('show signs of life while nothing changes, and end after an hour', () => {
    const streams = new LiveStreams({ time: systemTime, figures: () => figures() });
    const reader = new Reader();
    streams.add(friday, null, reader.asStream);
    vi.advanceTimersByTime(31_000);
    expect(reader.text.split('\n\n').slice(1, -1)).toEqual([': still here', ': still here']);
    vi.advanceTimersByTime(3_600_000);
    expect(reader.writableEnded).toBe(true);
  });

  test('end when their reader falls too far behind', () => {
    const streams = new LiveStreams({ time: systemTime, figures: () => figures() });
    const reader = new Reader();
    streams.add(friday, null, reader.asStream);
    reader.writableLength = 5 * 1024 * 1024;
    vi.advanceTimersByTime(15_000);
    expect(reader.writableEnded).toBe(true);
  });

  test('that together hold too many unsent bytes lose the slowest readers, and no others', () => {
    const streams = new LiveStreams({ time: systemTime, figures: () => figures() });
    const readers = Array.from({ length: 40 }, () => new Reader());
    for (const reader of readers) streams.add(friday, null, reader.asStream);
    const mebibyte = 1024 * 1024;
    for (const [i, reader] of readers.entries())
      reader.writableLength = (i < 30 ? 1 : 3.9) * mebibyte;
    vi.advanceTimersByTime(250);
    const ended = readers.map(({ writableEnded }) => writableEnded);
    expect(ended.slice(0, 30)).not.toContain(true);
    expect(ended.filter(Boolean)).toHaveLength(2);
  });

  test('end when the token that opened them expires', () => {
    const streams = new LiveStreams({ time: systemTime, figures: () => figures() });
    const reader = new Reader();
    streams.add(friday, null, reader.asStream, 60_000);
    vi.advanceTimersByTime(59_999);
    expect(reader.writableEnded).toBe(false);
    vi.advanceTimersByTime(1);
    expect(reader.writableEnded).toBe(true);
  });

  test('end when the sale is forgotten', () => {
    let known: LiveFigures | null = figures();
    const streams = new LiveStreams({ time: systemTime, figures: () => known });
    const reader = new Reader();
    streams.add(friday, null, reader.asStream);
    known = null;
    vi.advanceTimersByTime(250);
    expect(reader.writableEnded).toBe(true);
  });
});

test('a stream refuses the method HEAD', async () => {
  const app = await createApp(httpDeps({ liveFiguresById: () => figures() }));
  const url = '/v1/sales/friday/events';
  const head = await app.inject({ method: 'HEAD', url, headers: bearer('operator') });
  expect(head.statusCode).toBe(405);
});
