import { describe, expect, test } from 'vitest';
import {
  bpsOf,
  countOf,
  minorOf,
  typedAmount,
  typedPercent,
} from '../../../../web/merchant/typed/amounts.ts';

describe('amounts are read as people type them', () => {
  test.each([
    ['159', 'CNY', 15_900],
    ['159.5', 'CNY', 15_950],
    ['159.05', 'CNY', 15_905],
    ['1,200.00', 'CNY', 120_000],
    [' 12 ', 'CNY', 1_200],
    ['0', 'CNY', 0],
    ['159', 'JPY', 159],
    ['1.234', 'KWD', 1_234],
    ['90071992547409.91', 'CNY', Number.MAX_SAFE_INTEGER],
  ])('%s %s', (text, currency, minor) => {
    expect(minorOf(text, currency)).toBe(minor);
  });

  test.each([
    ['', 'CNY'],
    ['-1', 'CNY'],
    ['1.234', 'CNY'],
    ['1.5', 'JPY'],
    ['¥5', 'CNY'],
    ['88,00', 'CNY'],
    ['1,20', 'CNY'],
    ['12,3456', 'CNY'],
    ['1e3', 'CNY'],
    ['.5', 'CNY'],
    ['90071992547409.92', 'CNY'],
  ])('"%s" is no amount of %s', (text, currency) => {
    expect(minorOf(text, currency)).toBeNull();
  });

  test('an input shows an amount as it is read again', () => {
    for (const [minor, currency] of [
      [15_905, 'CNY'],
      [7, 'CNY'],
      [159, 'JPY'],
      [1_005, 'KWD'],
    ] as const) {
      expect(minorOf(typedAmount(minor, currency), currency)).toBe(minor);
    }
  });
});

test('counts are whole and not below 0', () => {
  expect(['0', '80', '1,200', ' 7 '].map(countOf)).toEqual([0, 80, 1_200, 7]);
  expect(['', '-1', '1.5', 'ten'].map(countOf)).toEqual([null, null, null, null]);
});

test('percents have at most two digits after the point', () => {
  expect(['10', '12.5', '0.01', '10 %', '100'].map(bpsOf)).toEqual([
    1_000, 1_250, 1, 1_000, 10_000,
  ]);
  expect(['', '1.234', '-5', 'ten', '100.01', '150'].map(bpsOf)).toEqual(Array(6).fill(null));
  expect([1_000, 1_250, 1].map(typedPercent)).toEqual(['10', '12.5', '0.01']);
});
