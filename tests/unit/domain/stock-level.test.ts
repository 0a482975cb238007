import { expect, test } from 'vitest';
import type { WarnAt } from '../../../src/domain/sale.ts';
import { stockLevel } from '../../../src/domain/terms/stock-level.ts';

const lines: [what: string, warnAt: WarnAt | null, cap: number, lastLow: number][] = [
  ['10 percent of the cap without a line', null, 105, 10],
  ['the units of the line', { units: 20 }, 105, 20],
  ['the percent of the line', { percent: 30 }, 105, 31],
  ['the whole cap for 100 percent', { percent: 100 }, 105, 105],
];

test.each(lines)('an offer is low at or below %s', (_, warnAt, cap, lastLow) => {
  expect(stockLevel(lastLow + 1, { cap, warnAt })).toBe('in_stock');
  expect(stockLevel(lastLow, { cap, warnAt })).toBe('low');
  expect(stockLevel(0, { cap, warnAt })).toBe('sold_out');
});

test.each([{ units: 0 }, { percent: 0 }])('an offer with the line %o is never low', (warnAt) => {
  expect(stockLevel(1, { cap: 10, warnAt })).toBe('in_stock');
});
