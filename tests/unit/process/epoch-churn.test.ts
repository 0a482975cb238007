import { expect, test } from 'vitest';
import type { SaleId } from '../../../src/domain/ids.ts';
import { EpochChurn } from '../../../src/service/processes/epoch-churn.ts';

const cell = { sale: 's' as SaleId, cell: 0 };

test('one jump over many epochs is no churn, and many changes in a minute are', () => {
  const churn = new EpochChurn({ monotonic: () => 0 });
  expect(churn.note(cell, 1)).toBeNull();
  expect(churn.note(cell, 500)).toBeNull();
  const epochs = [501, 502, 503, 504, 505];
  expect(epochs.map((epoch) => churn.note(cell, epoch))).toEqual([null, null, null, null, 7]);
});

test('the changes of a forgotten cell count no more', () => {
  const churn = new EpochChurn({ monotonic: () => 0 });
  for (const epoch of [1, 2, 3, 4, 5, 6]) expect(churn.note(cell, epoch)).toBeNull();
  churn.keepOnly(new Set());
  expect(churn.note(cell, 7)).toBeNull();
});
