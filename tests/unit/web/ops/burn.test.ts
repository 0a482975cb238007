import { expect, test } from 'vitest';
import { lastsMs, withBudgets } from '../../../../web/ops/desk/burn.ts';
import type { Burn } from '../../../../web/ops/desk/burn.ts';
import { glance } from './glances.ts';

const MINUTE_MS = 60_000;

const sale = (left: number) =>
  glance({ budgets: [{ id: 'spring', store: null, amount: 1_000, spent: 1_000 - left, left }] });

/** Looks at the budget at each of the given times. */
const looked = (looks: readonly (readonly [atMs: number, left: number])[]): Burn =>
  looks.reduce<Burn>((burn, [atMs, left]) => withBudgets(burn, [sale(left)], atMs), new Map());

const drawn = (burn: Burn) => burn.get('eleven/spring') ?? [];

test('a budget lasts as long as the pace of the last minutes says', () => {
  const burn = looked([
    [0, 1_000],
    [MINUTE_MS, 900],
    [2 * MINUTE_MS, 800],
  ]);
  expect(lastsMs(drawn(burn), 800, 2 * MINUTE_MS)).toBe(8 * MINUTE_MS);
});

test('what was drawn more than five minutes ago does not count', () => {
  const burn = looked([
    [0, 1_000],
    [MINUTE_MS, 500],
    [6 * MINUTE_MS, 400],
  ]);
  expect(lastsMs(drawn(burn), 400, 6 * MINUTE_MS)).toBe(20 * MINUTE_MS);
});

test('nothing is said of a budget that nobody draws, that is spent, or that is new', () => {
  const idle = looked([
    [0, 500],
    [MINUTE_MS, 500],
  ]);
  expect(lastsMs(drawn(idle), 500, MINUTE_MS)).toBeNull();
  expect(lastsMs(drawn(idle), 0, MINUTE_MS)).toBeNull();
  expect(lastsMs(drawn(looked([[0, 500]])), 400, 14_000)).toBeNull();
  expect(lastsMs([], 400, 0)).toBeNull();
});

test('at most one moment in 15 seconds is kept, and no budget that is gone', () => {
  const looks = Array.from({ length: 400 }, (_, i) => [i * 2_000, 1_000 - i] as const);
  const burn = looked(looks);
  expect(drawn(burn).length).toBeLessThanOrEqual(21);
  expect(withBudgets(burn, [glance()], 800_000).size).toBe(0);
});
