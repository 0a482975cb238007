import { expect, test } from 'vitest';
import {
  HISTORY_MS,
  OUTCOMES,
  lineOf,
  stackOf,
  withMoment,
} from '../../../../web/ops/desk/history.ts';
import type { History } from '../../../../web/ops/desk/history.ts';
import { figures } from './glances.ts';

const at = (atMs: number, placed = 0, soldOut = 0) => ({
  atMs,
  figures: figures({
    perSecond: { placed, soldOut, busy: 0, refused: 0, faults: 0, other: 0 },
    lagSeconds: placed === 0 ? null : placed / 100,
  }),
});

const historyOf = (moments: readonly ReturnType<typeof at>[]): History =>
  moments.reduce<History>(withMoment, []);

test('five minutes are kept, and no more', () => {
  const moments = Array.from({ length: 400 }, (_, i) => at(i * 2_000));
  const kept = historyOf(moments);
  expect(kept.at(-1)).toBe(moments.at(-1));
  expect(kept[0]!.atMs).toBe(399 * 2_000 - HISTORY_MS);
  expect(kept).toHaveLength(HISTORY_MS / 2_000 + 1);
});

test('a clock that was set back begins a new history', () => {
  expect(historyOf([at(10_000), at(12_000), at(4_000)])).toEqual([at(4_000)]);
});

test('outcomes stand on one another, and the highest is all of them', () => {
  const { seconds, tops } = stackOf(historyOf([at(2_000, 5, 3), at(4_000, 7, 0)]));
  expect(seconds).toEqual([2, 4]);
  expect(tops).toHaveLength(OUTCOMES.length);
  expect(tops[0]).toEqual([5, 7]);
  expect(tops[1]).toEqual([8, 7]);
  expect(tops.at(-1)).toEqual([8, 7]);
});

test('between moments far apart nothing is drawn, because nobody knows', () => {
  const { seconds, tops } = stackOf(historyOf([at(2_000, 5), at(4_000, 5), at(60_000, 5)]));
  expect(seconds).toEqual([2, 4, 32, 60]);
  for (const top of tops) expect(top).toEqual([5, 5, null, 5]);
});

test('an empty history is an empty picture', () => {
  expect(stackOf([])).toEqual({ seconds: [], tops: OUTCOMES.map(() => []) });
});

test('a line has a point for each moment, at 0 where a figure is unknown', () => {
  const history = historyOf([at(2_000, 50), at(4_000), at(6_000, 25)]);
  expect(lineOf(history, (all) => all.lagSeconds)).toEqual([0.5, 0, 0.25]);
});
