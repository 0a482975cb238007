import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deal, dealMore, spread } from '../../../src/domain/units.ts';

const units = fc.nat({ max: 1_000_000_000 });
const cells = fc.integer({ min: 1, max: 256 });
const sum = (shares: readonly number[]): number =>
  shares.reduce((total, share) => total + share, 0);

test('units are dealt evenly, and the lowest cells get the remainder', () => {
  expect(deal(10, 4)).toEqual([3, 3, 2, 2]);
  fc.assert(
    fc.property(units, cells, (all, among) => {
      const shares = deal(all, among);
      expect(sum(shares)).toBe(all);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      expect(shares[0]! - shares.at(-1)!).toBeLessThanOrEqual(1);
    }),
  );
});

test('a raised cap leaves each cell with the units that the new cap would deal', () => {
  fc.assert(
    fc.property(units, fc.nat({ max: 1_000 }), cells, (before, more, among) => {
      const rise = dealMore(before, before + more, among);
      expect(Math.min(...rise)).toBeGreaterThanOrEqual(0);
      const after = deal(before, among).map((share, cell) => share + rise[cell]!);
      expect(after).toEqual(deal(before + more, among));
    }),
  );
});

test('units are spread evenly up to each cell’s bound, as many as the bounds admit', () => {
  expect(spread(7, [1, 5, 9])).toEqual([1, 3, 3]);
  expect(spread(100, [1, 5, 0])).toEqual([1, 5, 0]);
  expect(spread(-3, [1, 5])).toEqual([0, 0]);
  expect(spread(3, [])).toEqual([]);
  const bounds = fc.array(fc.nat({ max: 1_000 }), { maxLength: 256 });
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 100_000 }), bounds, (all, among) => {
      const parts = spread(all, among);
      expect(sum(parts)).toBe(Math.min(Math.max(0, all), sum(among)));
      parts.forEach((part, i) => {
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(among[i]!);
      });
      const open = parts.filter((part, i) => part < among[i]!);
      if (open.length > 0) expect(Math.max(...parts) - Math.min(...open)).toBeLessThanOrEqual(1);
    }),
  );
});
