import { describe, expect, test } from 'vitest';
import type { CellGlance, Process, SaleGlance } from '../../../../client/index.ts';
import {
  budgetTone,
  cellTone,
  isAlarming,
  needsOfAll,
  processTone,
  promisesOf,
  redisTone,
} from '../../../../web/ops/desk/verdicts.ts';
import { audited, glance } from './glances.ts';

const NOW = '2026-11-11T12:10:00.000Z';
const NOW_MS = Date.parse(NOW);
/** A page with every sale. */
const all = (items: SaleGlance[]) => ({ items, next: null });
const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1_000).toISOString();

describe('what audits say', () => {
  test('every promise is kept once each sale was audited lately', () => {
    const sales = [glance({ audit: audited(ago(10)) }), glance({ audit: audited(ago(40)) })];
    expect(promisesOf(all(sales), NOW_MS)).toMatchObject({
      word: 'kept',
      broken: 0,
      sales: [],
      oldestMs: NOW_MS - 40_000,
    });
  });

  test('one broken promise outweighs everything, also when its audit is old', () => {
    const broken = glance({ sale: 'nine', audit: audited(ago(600), 2) });
    const sales = [glance({ audit: audited(ago(1)) }), broken, glance()];
    const verdict = promisesOf(all(sales), NOW_MS);
    expect(verdict).toMatchObject({ word: 'broken', broken: 2 });
    expect(verdict.sales).toEqual([broken]);
  });

  test('an old audit is never taken for a kept promise', () => {
    const sales = [glance({ audit: audited(ago(1)) }), glance({ audit: audited(ago(121)) })];
    expect(promisesOf(all(sales), NOW_MS).word).toBe('late');
  });

  test('a sale that waits for its first audit is not called kept', () => {
    const sales = [glance({ audit: audited(ago(1)) }), glance()];
    expect(promisesOf(all(sales), NOW_MS).word).toBe('unaudited');
    expect(promisesOf(all([glance()]), NOW_MS)).toMatchObject({
      word: 'unaudited',
      oldestMs: null,
    });
  });

  test('no promise is called kept while there are sales that were not read', () => {
    const items = [glance({ audit: audited(ago(1)) })];
    expect(promisesOf({ items, next: 'more' }, NOW_MS).word).toBe('partial');
    const broken = [glance({ audit: audited(ago(1), 1) })];
    expect(promisesOf({ items: broken, next: 'more' }, NOW_MS).word).toBe('broken');
  });

  test('without sales there is nothing to keep', () => {
    expect(promisesOf(all([]), NOW_MS).word).toBe('idle');
  });
});

const waits = (seconds: number, count = 1) => ({ count, since: ago(seconds), detail: null });

describe('what waits', () => {
  test('dead letters and provider calls are named also when there are none', () => {
    expect(needsOfAll([glance()], NOW_MS)).toEqual([
      { word: 'dead_letters', count: 0, sinceMs: null, tone: 'good' },
      { word: 'provider_calls', count: 0, sinceMs: null, tone: 'good' },
    ]);
  });

  test('counts of all sales add up, since the oldest, and what is stuck comes first', () => {
    const sales = [
      glance({ waiting: [{ for: 'provider_calls', ...waits(5, 2) }] }),
      glance({
        waiting: [{ for: 'provider_calls', ...waits(90, 1) }],
        unresolved: [{ for: 'dead_letters', count: 1, since: null, detail: null }],
      }),
    ];
    expect(needsOfAll(sales, NOW_MS)).toEqual([
      { word: 'dead_letters', count: 1, sinceMs: null, tone: 'bad' },
      { word: 'provider_calls', count: 3, sinceMs: NOW_MS - 90_000, tone: 'warn' },
    ]);
  });

  test('what ends by itself is quiet for a minute', () => {
    const tones = [59, 61].map((seconds) => {
      const waiting = [{ for: 'webhooks' as const, ...waits(seconds) }];
      return needsOfAll([glance({ waiting })], NOW_MS).at(-1)!.tone;
    });
    expect(tones).toEqual(['quiet', 'warn']);
  });

  test('a broken promise and a dead letter are alarming, an old webhook is not', () => {
    const page = (sale: ReturnType<typeof glance>) => ({ items: [sale], next: null });
    const dead = [{ for: 'dead_letters' as const, ...waits(1) }];
    expect(isAlarming(page(glance({ audit: audited(ago(1), 1) })), NOW_MS)).toBe(true);
    expect(isAlarming(page(glance({ unresolved: dead })), NOW_MS)).toBe(true);
    const old = [{ for: 'webhooks' as const, ...waits(600) }];
    expect(isAlarming(page(glance({ waiting: old })), NOW_MS)).toBe(false);
  });
});

const cell = (more: Partial<CellGlance>): CellGlance => ({
  cell: 0,
  epoch: 1,
  state: 'open',
  awaySince: null,
  lagEntries: 0,
  lagOrders: 0,
  lagSince: null,
  ...more,
});

test('a cell is well, late to settle, or away', () => {
  expect(cellTone(cell({}), NOW_MS)).toBe('good');
  expect(cellTone(cell({ lagSince: ago(9) }), NOW_MS)).toBe('good');
  expect(cellTone(cell({ lagSince: ago(11) }), NOW_MS)).toBe('warn');
  expect(cellTone(cell({ state: 'a word of a later release' }), NOW_MS)).toBe('bad');
});

test('a budget is told before it is spent', () => {
  const budget = (left: number) => ({ id: 'b', store: null, amount: 1_000, spent: 0, left });
  expect([100, 99, 0, -5].map((left) => budgetTone(budget(left)))).toEqual([
    'good',
    'warn',
    'quiet',
    'quiet',
  ]);
});

test('a process is told when it is slow, at the end of its core, or silent', () => {
  const process = (loopDelayMs: number, cpuShare: number): Process => ({
    id: 'p',
    name: 'api here:1',
    role: 'api',
    release: null,
    protocol: 1,
    since: NOW,
    figures: { loopDelayMs, cpuShare, rssBytes: 1, asked: null, worked: null, redis: null },
  });
  expect(processTone(process(249, 0.9))).toBe('good');
  expect(processTone(process(249, 0.91))).toBe('warn');
  expect(processTone(process(250, 0.1))).toBe('warn');
  expect(processTone(process(750, 0.1))).toBe('bad');
  expect(processTone({ ...process(0, 0), figures: null })).toBe('warn');
});

test('a Redis that fills up is told before it refuses orders', () => {
  const load = { usedBytes: 79, cpuShare: 0, commandsPerSecond: 0 };
  const tone = (usedBytes: number, maxBytes: number | null = 100) =>
    redisTone({ ...load, usedBytes, maxBytes });
  expect([tone(79), tone(80), tone(95), tone(95, null)]).toEqual(['good', 'warn', 'bad', 'good']);
});
