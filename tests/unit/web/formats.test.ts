import { describe, expect, test } from 'vitest';
import { decimalOf, formatsOf } from '../../../web/kit/format/formats.ts';

const en = formatsOf('en', 'UTC');
const zh = formatsOf('zh-CN', 'Asia/Shanghai');

describe('money', () => {
  test.each([
    ['CNY', 15_900, '¥159.00'],
    ['CNY', 5, '¥0.05'],
    ['CNY', -1_590, '-¥15.90'],
    ['USD', 123_456_789, '$1,234,567.89'],
    ['JPY', 159, '¥159'],
    ['KWD', 1_234, 'KWD 1.234'],
  ])('is written as %s is: %i', (currency, minor, text) => {
    expect(en.money(minor, currency).replaceAll('\u00A0', ' ')).toBe(text);
  });

  test('is written in Chinese as in China', () => {
    expect(zh.money(15_900, 'CNY')).toBe('¥159.00');
    expect(zh.money(159, 'JPY')).toBe('¥159');
  });

  test('is exact to the last cent of the largest amount', () => {
    expect(en.money(Number.MAX_SAFE_INTEGER, 'CNY')).toBe('¥90,071,992,547,409.91');
    expect(decimalOf(-9_007_199_254_740_991, 3)).toBe('-9007199254740.991');
    expect(decimalOf(0, 2)).toBe('0.00');
  });
});

describe('times', () => {
  const nowMs = Date.UTC(2026, 10, 11, 12, 0, 0);

  test('are those of the place, with a clock of 24 hours', () => {
    expect(en.time(nowMs)).toBe('12:00');
    expect(zh.time(nowMs)).toBe('20:00');
    expect(en.time(Date.UTC(2026, 10, 11, 0, 5))).toBe('00:05');
  });

  test('have a year only when it is another one', () => {
    expect(en.dayTime(nowMs, nowMs)).toBe('Nov 11, 12:00');
    expect(zh.dayTime(nowMs, nowMs)).toBe('11月11日 20:00');
    expect(en.dayTime(Date.UTC(2099, 0, 1), nowMs)).toContain('2099');
  });

  test('are a clock alone only on the same day of the place', () => {
    const hour = 3_600_000;
    expect(en.shortTime(nowMs + 11 * hour, nowMs)).toBe('23:00');
    expect(en.shortTime(nowMs + 12 * hour, nowMs)).toBe('Nov 12, 00:00');
    expect(zh.shortTime(nowMs + 3 * hour, nowMs)).toBe('23:00');
    expect(zh.shortTime(nowMs + 4 * hour, nowMs)).toBe('11月12日 00:00');
    expect(en.shortTime(nowMs - 13 * hour, nowMs)).toBe('Nov 10, 23:00');
    expect(en.shortTime(Date.UTC(2099, 10, 11, 12), nowMs)).toContain('2099');
  });

  test('are relative in the largest unit that is full', () => {
    const minute = 60_000;
    expect(en.relative(nowMs - 119 * minute, nowMs)).toBe('1 hour ago');
    expect(en.relative(nowMs + 3 * minute, nowMs)).toBe('in 3 minutes');
    expect(en.relative(nowMs, nowMs)).toBe('now');
    expect(en.relative(nowMs - 400, nowMs)).toBe('now');
    expect(zh.relative(nowMs - 3 * minute, nowMs)).toBe('3分钟前');
  });
});

test('what lasts is told in the largest unit that is full', () => {
  expect([59_000, 60_000, 7_300_000].map(en.lasting)).toEqual([
    '59 seconds',
    '1 minute',
    '2 hours',
  ]);
  expect([en.lasting(-5), en.lasting(0)]).toEqual(['0 seconds', '0 seconds']);
  expect(zh.lasting(180_000)).toBe('3分钟');
});

test('counts and shares are grouped and rounded', () => {
  expect(en.count(12_480)).toBe('12,480');
  expect(en.percent(0.16)).toBe('16%');
  expect(zh.percent(0.1234)).toBe('12.3%');
});
