import { expect, test } from 'vitest';
import { addressesFor } from '../../../bench/streams/crowd.ts';
import { EventReader, SharedEvents, toldBy } from '../../../bench/streams/event-reader.ts';
import { lagOf, missedBy } from '../../../bench/streams/hearing.ts';
import {
  brokenBounds,
  costOfListeners,
  memoryEach,
  rateRatio,
} from '../../../bench/streams/judge.ts';
import type { GroupTally, ListenPlan } from '../../../bench/streams/listen-plan.ts';
import { lastUnits } from '../../../bench/streams/stream-wares.ts';

const phase = (acceptedPerSecond: number, apiMicros = 0) => ({
  acceptedPerSecond,
  p99Ms: 1,
  answered: 1_000,
  cpuMicros: { api: apiMicros },
  seconds: 4,
});

test('a phase beside listeners is compared with the mean of its two neighbours', () => {
  expect(rateRatio(phase(950), [phase(900), phase(1_100)])).toBe(0.95);
});

test('listeners may take a twentieth of the purchases', () => {
  expect(brokenBounds({ ratio: 0.95, missed: 0 })).toEqual([]);
  expect(brokenBounds({ ratio: 0.949, missed: 0 })).toEqual([
    'purchases kept 0.949 of their rate; 0.95 is due',
  ]);
});

test('neighbours without a single purchase break the bound of the rate', () => {
  const ratio = rateRatio(phase(0), [phase(0), phase(0)]);
  expect(brokenBounds({ ratio, missed: 0 })).toHaveLength(1);
});

test('one listener that missed an event breaks a bound', () => {
  expect(brokenBounds({ ratio: 1, missed: 1 })).toEqual([
    'listeners that missed an event: 1; none may',
  ]);
});

test('the cost of listeners leaves out what the orders cost in the phases around', () => {
  const around = [phase(1, 20_000), phase(1, 30_000)] as const;
  const cost = costOfListeners(phase(1, 65_000), around, 4_000);
  expect(cost).toEqual({ cores: 0.01, microsAnEvent: 10 });
});

test('the memory of all listeners is divided by their number', () => {
  const before = { rss: 0, heapUsed: 1_024, external: 2_048 };
  const beside = { rss: 204_800, heapUsed: 103_424, external: 2_048 };
  expect(memoryEach(before, beside, 10)).toEqual({ rssKib: 20, heapKib: 10, externalKib: 0 });
});

const group = (listeners: number, audience: 'public' | 'merchants') => ({
  audience,
  listeners,
  requests: [],
  addresses: [],
});
const plan: ListenPlan = {
  url: '',
  groups: [group(50, 'public'), group(2, 'merchants')],
  offers: ['mug', 'hat'],
};
const heardBy = (mug: number, hat: number, cut = 0): GroupTally => ({
  open: 0,
  cut,
  events: 0,
  fewest: 0,
  most: 0,
  heard: { mug: { listeners: mug, lastMs: 1_700 }, hat: { listeners: hat, lastMs: 2_400 } },
});

test('nobody misses an event when all of both groups heard each offer', () => {
  expect(missedBy(plan, { public: heardBy(50, 50), merchants: heardBy(2, 2) })).toBe(0);
});

test('a listener that was not told of one offer, or lost its stream, has missed an event', () => {
  expect(missedBy(plan, { public: heardBy(50, 47), merchants: heardBy(1, 2) })).toBe(4);
  expect(missedBy(plan, { public: heardBy(50, 50, 5), merchants: heardBy(2, 2) })).toBe(5);
});

test('an offer that no listener was told to hear counts as missed by all', () => {
  const deaf = { ...heardBy(0, 0), heard: {} };
  expect(missedBy(plan, { public: deaf, merchants: deaf })).toBe(52);
});

test('the lag is that of the offer that took the longest', () => {
  expect(lagOf(heardBy(1, 1), { mug: 1_000, hat: 2_000 })).toBe(700);
});

const STOCK = '{"offers":{"mug":"sold_out","hat":"low","cap":null}}';
const FIGURES =
  '{"sale":"friday","offers":[{"id":"mug","store":"s","stock":"sold_out","unitsLeft":0},' +
  '{"id":"hat","store":"s","stock":"low","unitsLeft":1}]}';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
const EVENTS =
  `retry: 2000\n\nevent: stock\nid: tag-1\ndata: ${STOCK}\n\n: still here\n\n` +
  `event: sale\ndata: {}\n\nevent: figures\ndata: ${FIGURES.replace('mug', 'cup')}\n\n`;

/** What some bytes tell a listener when they come in pieces. */
function heardOf(shared: SharedEvents, bytes: Buffer, length: number) {
  const heard = { statuses: [] as number[], events: 0, soldOut: [] as string[] };
  const reader = new EventReader(shared, {
    head: (status) => heard.statuses.push(status),
    told: ({ events, soldOut }) => {
      heard.events += events;
      heard.soldOut.push(...soldOut);
    },
  });
  // As from a socket: each piece is overwritten by the next.
  const piece = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    reader.read(piece.subarray(0, bytes.copy(piece, 0, at, at + length)));
  }
  return heard;
}

test('events are found however their bytes are cut, and comments are none', () => {
  const bytes = Buffer.from(HEAD + EVENTS);
  for (let length = 1; length <= bytes.length; length++) {
    const heard = heardOf(new SharedEvents(), bytes, length);
    expect(heard).toEqual({ statuses: [200], events: 3, soldOut: ['mug', 'cup'] });
  }
});

test('listeners that share what they read each hear all of it', () => {
  const shared = new SharedEvents();
  for (const offer of ['mug', 'mug', 'pen']) {
    const bytes = Buffer.from(HEAD + EVENTS.replace('mug', offer));
    expect(heardOf(shared, bytes, bytes.length).soldOut).toEqual([offer, 'cup']);
  }
});

test('both kinds of events tell which offers are sold out', () => {
  const event = (name: string, data: string) => toldBy(`event: ${name}\ndata: ${data}\n\n`);
  expect(event('stock', STOCK)).toEqual({ events: 1, soldOut: ['mug'] });
  expect(event('figures', FIGURES)).toEqual({ events: 1, soldOut: ['mug'] });
  expect(event('sale', '{"state":"sold_out"}')).toEqual({ events: 1, soldOut: [] });
});

test('no address has more listeners than the service lets it have', () => {
  expect(addressesFor(1)).toEqual(['127.0.1.1']);
  expect(addressesFor(50)).toHaveLength(1);
  const many = addressesFor(50 * 251);
  expect(new Set(many).size).toBe(251);
  expect(many.at(-1)).toBe('127.0.2.1');
});

test('an offer sells out every two seconds, and at least one in each phase', () => {
  expect(lastUnits(1)).toEqual(['last-0']);
  expect(lastUnits(5)).toEqual(['last-0', 'last-1']);
});
