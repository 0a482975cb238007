import { expect, test } from 'vitest';
import type { OrderView } from '../../../src/domain/order.ts';
import { potFaults, reportFaults, sumFaults, sumsOf } from '../../../proof/demo/parts/cart-sums.ts';
import { CartNotes } from '../../../proof/crowd/carts/cart-notes.ts';
import type { Report, SaleFile } from '../../../proof/fleet/sale-admin.ts';

const line = (store: string, activity: number, net: number) => ({
  ...{ offer: `${store}-offer`, store, quantity: 1, price: activity, activity, net },
});
const applied = (promotion: string, funder: string, shares: number[]) => ({
  ...{ promotion, layer: 'any', basis: 0, forfeited: 0, shares, funder },
  discount: shares.reduce((sum, share) => sum + share, 0),
});

/** Two stores: store a funds 10.00, the platform 5.00 + 2.50; the last line is a gift. */
const order: OrderView = {
  ...{ id: 'o1', sale: 's', state: 'reserved', settled: false, payBy: '', rulesVersion: 1 },
  total: 28_250,
  lines: [line('a', 20_000, 18_500), line('b', 10_000, 9_750), line('a', 0, 0)],
  applied: [applied('own', 'store', [1_000, 0, 0]), applied('cross', 'platform', [500, 250, 0])],
  outOfGifts: [],
  points: 0,
};

const rows = [
  { funder: 'platform', store: 'a', promotion: 'cross', discount: 1_000 },
  { funder: 'platform', store: 'b', promotion: 'cross', discount: 500 },
  { funder: 'store', store: 'a', promotion: 'own', discount: 2_000 },
];
const report: Report = { total: 3_500, byFunder: { platform: 1_500, store: 2_000 }, rows };
const sums = sumsOf([order, { ...order, id: 'o2' }]);

test('discounts are summed by funder, store and promotion', () => {
  expect(sums).toEqual({ activity: 60_000, discounts: 3_500, paid: 56_500, rows });
  expect(sumFaults([order], sumsOf([order]))).toEqual([]);
  expect(reportFaults(sums, report)).toEqual([]);
});

test('a receipt that does not add up is reported', () => {
  const wrongLine = { ...order, lines: [line('a', 20_000, 18_501), ...order.lines.slice(1)] };
  expect(sumFaults([wrongLine], sumsOf([wrongLine]))).toEqual([
    'o1: line 0 costs 18501, activity − shares is 18500',
    'o1: costs 28250, its lines 28251',
  ]);
  const wrongTotal = { ...order, total: 28_249 };
  expect(sumFaults([wrongTotal], sumsOf([wrongTotal]))).toEqual([
    'o1: costs 28249, its lines 28250',
    'activity 30000 − discounts 1750 is not paid 28249',
  ]);
});

test('a report that differs from the answers is reported', () => {
  const less = { ...report, rows: [{ ...rows[0]!, discount: 999 }, ...rows.slice(1)] };
  expect(reportFaults(sums, less)).toEqual([
    'platform, a, cross: the report says 999, the answers 1000',
  ]);
  const missing = { ...report, rows: rows.slice(1) };
  expect(reportFaults(sums, missing)).toEqual([
    'platform, a, cross: the report says 0, the answers 1000',
  ]);
  const other = { ...rows[0]!, store: 'c', discount: 1 };
  expect(reportFaults(sums, { ...report, rows: [...rows, other] })).toEqual([
    'platform, c, cross: the report says 1, the answers 0',
  ]);
  expect(reportFaults(sums, { ...report, total: 3_501 })).toHaveLength(2);
});

test('budgets and quotas are compared with what was given', () => {
  const file = {
    promotions: [
      { id: 'cross', budget: 'money' },
      { id: 'packet', budget: 'money', claims: { quota: 2 } },
    ],
  } as unknown as SaleFile;
  const notes = new CartNotes();
  notes.orders.push(order);
  notes.claims.push({ promotion: 'packet', amount: 300 });
  const budget = (amount: number, spent: number) => ({ pot: 'budget:money', amount, spent });
  const quota = { pot: 'quota:packet', amount: 2, spent: 1 };
  expect(potFaults(file, notes, [budget(1_050, 1_050), quota])).toEqual([]);
  expect(potFaults(file, notes, [budget(1_050, 1_049), { ...quota, spent: 2 }])).toEqual([
    'budget:money: the ledger says 1049, the answers 1050',
    'quota:packet: the ledger says 2, the answers 1',
  ]);
  expect(potFaults(file, notes, [budget(1_049, 1_050)])).toEqual([
    'budget:money: gave 1050 of 1049',
  ]);
});
