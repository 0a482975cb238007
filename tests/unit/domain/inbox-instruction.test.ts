import { expect, test } from 'vitest';
import { forOneCall } from '../../../src/domain/inbox-instruction.ts';
import type { NumberedInstruction } from '../../../src/domain/inbox-instruction.ts';

const nothing = { units: [], pots: [], wallets: [] };

const moved = (number: number, orders: number): NumberedInstruction => ({
  number,
  body: {
    ...{ kind: 'moved', mark: 1, at: 0, ...nothing },
    orders: Array.from({ length: orders }, (_, i) => [`u${i}`, `${number}-${i}`] as const),
  },
});
const units = (number: number): NumberedInstruction => ({
  number,
  body: { kind: 'units', offer: 'a', units: 1 },
});

const numbersOf = (list: readonly NumberedInstruction[]) =>
  forOneCall(list).map(({ number }) => number);

test('a call takes instructions that together name at most 500 orders', () => {
  expect(numbersOf([moved(1, 250), units(2), moved(3, 250), units(4), moved(5, 1)])).toEqual([
    1, 2, 3, 4,
  ]);
});

test('the first instruction always goes, however many orders it names', () => {
  expect(numbersOf([moved(1, 9_000), moved(2, 1)])).toEqual([1]);
  expect(numbersOf([])).toEqual([]);
});

test('a call takes at most a hundred instructions', () => {
  const many = Array.from({ length: 150 }, (_, i) => units(i + 1));
  expect(numbersOf(many)).toHaveLength(100);
});
