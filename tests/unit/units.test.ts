import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deal, dealMore } from '../../src/domain/units.ts';

const units = fc.nat({ max: 1_000_000_000 });
const cells = fc.integer({ min: 1, max: 256 });
const sum = (shares: readonly number[]): number =>
  shares.reduce((total, share) => total + share, 0);

test('units are dealt evenly, the remainder to the lowest cells', () => {
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

test('however a cap rises, cells have what they would have had from the start', () => {
  fc.assert(
    fc.property(units, fc.nat({ max: 1_000 }), cells, (before, more, among) => {
      const rise = dealMore(before, before + more, among);
      expect(Math.min(...rise)).toBeGreaterThanOrEqual(0);
      const after = deal(before, among).map((share, cell) => share + rise[cell]!);
      expect(after).toEqual(deal(before + more, among));
    }),
  );
});
