import { expect, test } from 'vitest';
import { StockChannel } from '../../../src/http/live/stock-channel.ts';
import type { LiveStock } from '../../../src/service/terms/live-stock.ts';
import type { StockLevel } from '../../../src/domain/terms/stock-level.ts';

const AT_MS = Date.UTC(2026, 10, 11);

const stock = (words: Record<string, StockLevel>, more: Partial<LiveStock> = {}): LiveStock => ({
  sale: 'friday',
  state: 'open',
  opensAt: '2026-11-11T00:00:00.000Z',
  closesAt: '2026-11-12T00:00:00.000Z',
  offers: new Map(Object.entries(words)),
  ...more,
});

interface Event {
  readonly name: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

/** The events of some frames, as a browser reads them. */
function eventsOf(frames: readonly (string | Buffer)[]): Event[] {
  const blocks = frames.join('').split('\n\n').slice(0, -1);
  return blocks.flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]),
    );
    const [name, data] = [fields.get('event'), fields.get('data')];
    return name && data ? [{ name, id: fields.get('id') ?? null, data: JSON.parse(data) }] : [];
  });
}

/** A channel over a sale that a test changes. */
function channelOver(first: LiveStock) {
  let now: LiveStock | null = first;
  const channel = new StockChannel({ read: () => now, time: { now: () => AT_MS } }, first);
  const change = (next: LiveStock | null) => {
    now = next;
    const frame = channel.refresh();
    return frame === null || frame === 'over' ? frame : eventsOf([frame]);
  };
  const join = (lastEventId: string | null = null) => eventsOf(channel.first(lastEventId));
  const idNow = () => join().findLast(({ id }) => id !== null)!.id!;
  return { channel, change, join, idNow };
}

const SALE = {
  sale: 'friday',
  state: 'open',
  opensAt: '2026-11-11T00:00:00.000Z',
  closesAt: '2026-11-12T00:00:00.000Z',
};
const CLOCK = { name: 'sale', id: null, data: { ...SALE, serverTime: '2026-11-11T00:00:00.000Z' } };

test('a reader begins with all words and the clock, and is told when to come back', () => {
  const { channel, join } = channelOver(stock({ mug: 'in_stock', hat: 'low' }));
  const [words, clock, ...none] = join();
  expect(words).toMatchObject({ name: 'stock', id: expect.stringMatching(/^[\w-]{8}-1$/) });
  expect(words!.data).toEqual({ all: true, offers: { mug: 'in_stock', hat: 'low' } });
  expect(clock).toEqual(CLOCK);
  expect(none).toEqual([]);
  expect(channel.first(null)[0]).toMatch(/^retry: \d{4}\n\n$/);
});

test('readers get what changed: words, offers that are gone, the state, the window', () => {
  const { change } = channelOver(stock({ mug: 'in_stock', hat: 'low' }));
  expect(change(stock({ mug: 'in_stock', hat: 'low' }))).toBeNull();
  expect(change(stock({ mug: 'low', hat: 'low' }))).toMatchObject([
    { name: 'stock', data: { offers: { mug: 'low' } } },
  ]);
  expect(change(stock({ mug: 'low', __proto__x: 'low' }))).toMatchObject([
    { name: 'stock', data: { offers: { hat: null, __proto__x: 'low' } } },
  ]);
  const paused = stock({ mug: 'sold_out' }, { state: 'paused' });
  expect(change(paused)).toMatchObject([
    { name: 'sale', id: null, data: { state: 'paused' } },
    { name: 'stock', id: expect.stringMatching(/-4$/), data: { offers: { mug: 'sold_out' } } },
  ]);
  const later = stock({ mug: 'sold_out' }, { state: 'paused', closesAt: 'x' });
  expect(change(later)).toMatchObject([{ name: 'sale', id: expect.stringMatching(/-5$/) }]);
  expect(change(null)).toBe('over');
});

test('a reader that comes back gets the bytes of the changes that it missed', () => {
  const { channel, change, join, idNow } = channelOver(stock({ mug: 'in_stock', hat: 'low' }));
  const before = idNow();
  change(stock({ mug: 'low', hat: 'low' }));
  const between = idNow();
  change(stock({ mug: 'sold_out', hat: 'low' }));
  const words = (events: Event[]) => events.map(({ data }) => data['offers'] ?? 'clock');
  expect(words(join(before))).toEqual([{ mug: 'low' }, { mug: 'sold_out' }, 'clock']);
  expect(words(join(between))).toEqual([{ mug: 'sold_out' }, 'clock']);
  expect(join(idNow())).toEqual([CLOCK]);
  // The very same bytes, not a copy for each reader.
  expect(channel.first(between)[1]).toBe(channel.first(before)[2]);
});

test.each(['', 'x', 'AAAAAAAA-1', '-1', '1'])('after the unknown id %j comes everything', (id) => {
  const { join } = channelOver(stock({ mug: 'low' }));
  expect(join(id)[0]!.data).toEqual({ all: true, offers: { mug: 'low' } });
});

test('ids that are too old, or of the future, are followed by everything', () => {
  const { change, join, idNow } = channelOver(stock({ mug: 'in_stock' }));
  const first = idNow();
  for (let i = 0; i < 65; i++) change(stock({ mug: i % 2 ? 'in_stock' : 'low' }));
  expect(join(first)[0]!.data['all']).toBe(true);
  const future = first.replace(/-1$/, '-999');
  expect(join(future)[0]!.data['all']).toBe(true);
  expect(join(first.replace(/-1$/, '-3'))).toHaveLength(64);
});

test('a channel remembers at most 64 KiB of changes', () => {
  const many = (word: StockLevel) =>
    stock(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`offer-${i}`, word])));
  const { change, join, idNow } = channelOver(many('in_stock'));
  const ids = [idNow()];
  for (const word of ['low', 'sold_out', 'low'] as const) {
    change(many(word));
    ids.push(idNow());
  }
  expect(ids.map((id) => join(id)[0]!.data['all'] ?? false)).toEqual([true, true, false, false]);
});
