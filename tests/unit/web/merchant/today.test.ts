import { describe, expect, test } from 'vitest';
import type { MinuteFigures, OfferFigures } from '../../../../client/index.ts';
import { timestampOf } from '../../../../web/kit/time/timestamps.ts';
import { unitsIn, withUnits } from '../../../../web/merchant/figures/live-units.ts';
import { pointsOf, valueAt, yOf } from '../../../../web/merchant/today/curves.ts';
import {
  MINUTE_MS,
  mergeMinutes,
  sellThroughOf,
  stretchToRead,
  valuesOf,
} from '../../../../web/merchant/today/minutes.ts';
import type { Minutes } from '../../../../web/merchant/today/minutes.ts';
import {
  bySoonest,
  lostDemand,
  refusedOf,
  totalsOf,
} from '../../../../web/merchant/today/totals.ts';

const figures = (more: Partial<OfferFigures> = {}): OfferFigures => ({
  offer: 'charger',
  title: 'USB charger',
  store: 'store-1',
  cap: 100,
  committed: 0,
  sold: 0,
  available: 100,
  debt: 0,
  sellThroughBps: 0,
  unitsAMinute: 0,
  revenue: 0,
  refunds: 0,
  placed: 0,
  refused: {},
  conversionBps: 0,
  ...more,
});

/** Midday, a whole minute. */
const NOON_MS = Date.UTC(2026, 10, 11, 12);
const minute = (at: number, more: Partial<MinuteFigures> = {}): MinuteFigures => ({
  at: timestampOf(NOON_MS + at * MINUTE_MS),
  placed: 1,
  units: 1,
  paidUnits: 1,
  revenue: 100,
  ...more,
});
const stretch = (from: number, until: number, at: readonly number[]): Minutes => ({
  fromMs: NOON_MS + from * MINUTE_MS,
  untilMs: NOON_MS + until * MINUTE_MS,
  items: at.map((one) => minute(one)),
});

describe('sums of stores', () => {
  test('a sale without a cap has no sell-through', () => {
    expect(totalsOf([])).toMatchObject({ sellThrough: null, revenue: 0 });
  });

  test('all stores count', () => {
    const stores = [figures({ sold: 30, revenue: 500 }), figures({ sold: 20, revenue: 200 })];
    expect(totalsOf(stores)).toMatchObject({ sold: 50, cap: 200, sellThrough: 0.25, revenue: 700 });
  });
});

test('lost demand is one unit a refused try, and only of those who could not buy', () => {
  const refused = { sold_out: 3, busy: 1, price_changed: 9 };
  const offers = [figures({ refused }), figures({ offer: 'bowls', refused: { sold_out: 2 } })];
  const priceOf = (offer: string) => (offer === 'bowls' ? 50 : 100);
  expect(lostDemand(offers, priceOf)).toEqual({ lines: 6, worth: 4 * 100 + 2 * 50 });
  expect(refusedOf(offers)).toEqual([
    { code: 'price_changed', lines: 9 },
    { code: 'sold_out', lines: 5 },
    { code: 'busy', lines: 1 },
  ]);
});

test('what runs out soonest comes first, and what is sold out last', () => {
  const offers = [
    figures({ offer: 'gone', available: 0, unitsAMinute: 9 }),
    figures({ offer: 'rests', available: 9 }),
    figures({ offer: 'slow', available: 90, unitsAMinute: 2 }),
    figures({ offer: 'fast', available: 5, unitsAMinute: 10 }),
  ];
  expect(bySoonest(offers).map((pace) => [pace.figures.offer, pace.minutesLeft])).toEqual([
    ['fast', 1],
    ['slow', 45],
    ['rests', null],
    ['gone', 0],
  ]);
});

describe('a curve is read whole once, and then only its end', () => {
  test('the first read is of whole minutes and of the whole stretch', () => {
    const { from, until } = stretchToRead(null, NOON_MS - 1, 60 * MINUTE_MS);
    expect([from, until]).toEqual([timestampOf(NOON_MS - 60 * MINUTE_MS), timestampOf(NOON_MS)]);
  });

  test('a later read asks for the last ten minutes', () => {
    const known = stretch(-60, 0, []);
    const later = stretchToRead(known, NOON_MS + MINUTE_MS - 1, 60 * MINUTE_MS);
    expect(later.from).toBe(timestampOf(NOON_MS - 9 * MINUTE_MS));
    expect(stretchToRead(known, NOON_MS + 30 * MINUTE_MS, 60 * MINUTE_MS).from).toBe(
      timestampOf(NOON_MS - 30 * MINUTE_MS),
    );
  });

  test('news replace what they cover, and what is too old goes', () => {
    const merged = mergeMinutes(
      stretch(-60, 0, [-60, -30, -5]),
      stretch(-9, 1, [-5, 0]),
      60 * MINUTE_MS,
    );
    expect(merged.items.map(({ at }) => at)).toEqual([-30, -5, 0].map((at) => minute(at).at));
    expect(merged.fromMs).toBe(NOON_MS - 59 * MINUTE_MS);
  });

  test('a gap between what is known and the news forgets what is known', () => {
    const merged = mergeMinutes(stretch(-60, -50, [-55]), stretch(-10, 0, [-1]), 60 * MINUTE_MS);
    expect(merged.items).toHaveLength(1);
  });
});

test('minutes are summed into equal parts', () => {
  const values = valuesOf(stretch(0, 6, [0, 1, 5]), 3, ({ revenue }) => revenue);
  expect(values).toEqual([200, 0, 100]);
});

test('a sell-through curve ends at what is sold now', () => {
  const minutes = stretch(0, 4, [0, 2]);
  expect(sellThroughOf(minutes, 4, { sold: 10, cap: 20 })).toEqual([0.45, 0.45, 0.5, 0.5]);
  // Refunds since: it does not fall below nothing.
  expect(sellThroughOf(minutes, 4, { sold: 1, cap: 20 })).toEqual([0, 0, 0.05, 0.05]);
  expect(sellThroughOf(minutes, 2, { sold: 0, cap: 0 })).toEqual([0, 0]);
});

test('a chart puts nothing at the bottom, everything at the top, and reads values back', () => {
  expect(yOf(0)).toBeGreaterThan(yOf(1));
  expect([yOf(2), yOf(-1)]).toEqual([yOf(1), yOf(0)]);
  expect(pointsOf([0, 1])).toBe('0.0,99.0 100.0,1.0');
  const curve = { values: [0, 0.5, 1] };
  expect([0, 0.5, 1, 7].map((at) => valueAt(curve, at))).toEqual([0, 0.5, 1, 1]);
});

describe('the stream tells what is on sale', () => {
  const event = (data: unknown, name = 'figures') => ({ name, id: '', data: JSON.stringify(data) });

  test('units come by offer', () => {
    const offers = [{ id: 'charger', unitsLeft: 7 }, { id: 'bowls' }, null];
    expect([...unitsIn(event({ offers }))]).toEqual([['charger', 7]]);
    expect(unitsIn(event({ offers }, 'other')).size).toBe(0);
    expect(unitsIn(event(null)).size).toBe(0);
  });

  test('other figures stay', () => {
    const all = { currency: 'CNY', asOf: '', stores: [], offers: [figures()] };
    const [one] = withUnits(all, new Map([['charger', 7]])).offers;
    expect(one).toEqual(figures({ available: 7 }));
    expect(withUnits(all, new Map([['other', 7]])).offers[0]).toBe(all.offers[0]);
  });
});
