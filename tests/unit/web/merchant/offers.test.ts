import { describe, expect, test } from 'vitest';
import type { OfferTerms } from '../../../../client/index.ts';
import { barParts, previewCap, warnLine } from '../../../../web/merchant/offers/cap-preview.ts';
import type { TypedOffer } from '../../../../web/merchant/offers/typed-offer.ts';
import { hasAll, readPatch, typedOf } from '../../../../web/merchant/offers/typed-offer.ts';

const terms: OfferTerms = {
  id: 'charger',
  store: 'store-1',
  title: 'USB charger',
  price: 15_900,
  listPrice: 19_900,
  cap: 100,
  limitPerShopper: 2,
  lane: 'cart',
  categories: [],
  excludes: [],
  opensAt: '2026-11-11T12:00:00.000Z',
  access: [],
  paused: false,
};
const typed = typedOf(terms, 'CNY');

describe('what a new cap would do is known before it is set', () => {
  const known = { cap: 100, committed: 85 };

  test.each([
    [100, { kind: 'same' }],
    [120, { kind: 'raised', more: 20, repaid: 0 }],
    [90, { kind: 'lowered', fewer: 10, left: 5 }],
    [85, { kind: 'lowered', fewer: 15, left: 0 }],
    [80, { kind: 'debt', committed: 85, debt: 5 }],
    [0, { kind: 'debt', committed: 85, debt: 85 }],
  ])('to %i', (cap, preview) => {
    expect(previewCap(cap, known)).toEqual(preview);
  });

  test('more units pay off debt before any goes on sale', () => {
    const indebted = { cap: 80, committed: 85 };
    expect(previewCap(90, indebted)).toEqual({ kind: 'raised', more: 5, repaid: 5 });
    expect(previewCap(83, indebted)).toEqual({ kind: 'debt', committed: 85, debt: 2 });
    expect(previewCap(85, indebted)).toEqual({ kind: 'raised', more: 0, repaid: 5 });
  });
});

test('a bar shows units above the cap as debt, and no unit twice', () => {
  const bar = (cap: number, sold: number, committed: number, available: number) =>
    barParts({ cap, sold, committed, available });
  expect(bar(100, 60, 85, 15)).toEqual({ sold: 60, reserved: 25, debt: 0, left: 15 });
  expect(bar(80, 60, 85, 0)).toEqual({ sold: 60, reserved: 20, debt: 5, left: 0 });
  expect(bar(50, 60, 85, 0)).toEqual({ sold: 50, reserved: 0, debt: 35, left: 0 });
});

test('the warning line is a count, a share of the cap, or a tenth of it', () => {
  expect(warnLine({ units: 7 }, 200)).toBe(7);
  expect(warnLine({ percent: 25 }, 200)).toBe(50);
  expect(warnLine(null, 205)).toBe(20);
});

test('the form shows the terms alike, whether they were read or answered a save', () => {
  const { cap: _, ...shared } = terms;
  const answered = { ...shared, closesAt: null, warnAt: null, image: null, stock: 'low' as const };
  expect(typedOf({ ...answered, opensAt: terms.opensAt! }, 'CNY')).toEqual(typed);
  expect(typedOf({ ...answered, limitPerShopper: null }, 'CNY').limitPerShopper).toBe('');
});

describe('only what the visitor changed is sent', () => {
  const read = (change: Partial<TypedOffer>) => readPatch(typed, { ...typed, ...change }, 'CNY');

  test('nothing changed', () => {
    expect(read({})).toEqual({ patch: {}, faults: {} });
  });

  test.each([
    [{ price: '149.00' }, { price: 14_900 }],
    [{ title: ' New title ' }, { title: 'New title' }],
    [{ limitPerShopper: '' }, { limitPerShopper: null }],
    [{ limitPerShopper: '3' }, { limitPerShopper: 3 }],
    [{ opensAt: '' }, { opensAt: null }],
    [{ warnKind: 'units', warnAt: '5' }, { warnAt: { units: 5 } }],
    [{ warnKind: 'percent', warnAt: '20' }, { warnAt: { percent: 20 } }],
  ] as const)('%j', (change, patch) => {
    expect(read(change)).toEqual({ patch, faults: {} });
  });

  test.each([
    [{ price: 'free' }, { price: 'amount' }],
    [{ title: ' ' }, { title: 'empty' }],
    [{ limitPerShopper: '0' }, { limitPerShopper: 'count' }],
    [{ warnKind: 'percent', warnAt: '101' }, { warnAt: 'percent' }],
  ] as const)('what is wrong is named and not sent: %j', (change, faults) => {
    expect(read(change)).toEqual({ patch: {}, faults });
  });
});

test('an offer that is as asked is told from one that is not', () => {
  expect(hasAll(terms, { price: 15_900, opensAt: '2026-11-11T20:00:00+08:00' })).toBe(true);
  expect(hasAll(terms, { closesAt: null, warnAt: null })).toBe(true);
  expect(hasAll(terms, { price: 14_900 })).toBe(false);
  expect(hasAll({ ...terms, warnAt: { units: 5 } }, { warnAt: { units: 5 } })).toBe(true);
  expect(hasAll(terms, { warnAt: { units: 5 } })).toBe(false);
});
