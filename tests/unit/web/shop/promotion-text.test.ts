import { expect, test } from 'vitest';
import type { Effect, Promotion } from '../../../../client/index.ts';
import { formatsOf } from '../../../../web/kit/format/formats.ts';
import {
  layerText,
  nearText,
  promotionText,
  unusedText,
} from '../../../../web/shop/receipt/promotion-text.ts';
import { receiptWords } from '../../../../web/shop/receipt/words.ts';

const titleOf = (offer: string) => (offer === 'tote' ? 'Tote bag' : offer);
const speech = (language: 'en' | 'zh') => ({
  words: receiptWords[language],
  formats: formatsOf(language === 'zh' ? 'zh-CN' : 'en'),
  currency: 'CNY',
  titleOf,
});
const [en, zh] = [speech('en'), speech('zh')];

const promotion = (effect: Effect, more: Partial<Promotion> = {}): Promotion => ({
  id: 'one',
  layer: 'store',
  fullPriceOnly: false,
  coupon: false,
  funder: 'store',
  effect,
  ...more,
});

const tiers = [
  { from: 20_000, off: 2_000 },
  { from: 40_000, off: 5_000 },
];

test.each<[Effect, string, string]>([
  [
    { kind: 'tiers', tiers },
    '¥20.00 off ¥200.00 · ¥50.00 off ¥400.00',
    '满 ¥200.00 减 ¥20.00 · 满 ¥400.00 减 ¥50.00',
  ],
  [
    { kind: 'every', every: 30_000, off: 5_000 },
    '¥50.00 off every ¥300.00',
    '每满 ¥300.00 减 ¥50.00',
  ],
  [
    { kind: 'every', every: 30_000, off: 5_000, times: 3 },
    '¥50.00 off every ¥300.00, at most 3 times',
    '每满 ¥300.00 减 ¥50.00，最多 3 次',
  ],
  [{ kind: 'percent', bps: 1_000 }, '10% off', '9 折'],
  [
    { kind: 'percent', bps: 1_500, from: 10_000, cap: 6_000 },
    '15% off from ¥100.00 on, at most ¥60.00',
    '满 ¥100.00 8.5 折，最多减 ¥60.00',
  ],
  [{ kind: 'percent', bps: 1_250, from: 0 }, '12.5% off', '8.75 折'],
  [{ kind: 'fixed', off: 500 }, '¥5.00 off', '立减 ¥5.00'],
  [
    { kind: 'fixed', off: 3_000, from: 20_000 },
    '¥30.00 off from ¥200.00 on',
    '满 ¥200.00 立减 ¥30.00',
  ],
  [{ kind: 'freeUnits', every: 3, free: 1 }, '1 of every 3 free', '每 3 件免 1 件'],
  [
    { kind: 'gift', from: 50_000, offer: 'tote', quantity: 1 },
    'a free Tote bag from ¥500.00 on',
    '满 ¥500.00 送Tote bag',
  ],
  [{ kind: 'packet', amount: 500 }, 'a red packet of ¥5.00', '¥5.00 红包'],
])('a promotion is one sentence in each language: %o', (effect, english, chinese) => {
  expect(promotionText(en, promotion(effect))).toBe(english);
  expect(promotionText(zh, promotion(effect))).toBe(chinese);
});

test('a promotion says for which stores, categories, offers and members it is', () => {
  const fixed = { kind: 'fixed', off: 500 } as const;
  const said = (more: Partial<Promotion>) => promotionText(en, promotion(fixed, more));
  expect(said({ stores: ['kiln', 'lumen'] })).toBe('kiln · lumen: ¥5.00 off');
  expect(said({ categories: ['home'] })).toBe('home: ¥5.00 off');
  expect(said({ offers: ['tote'] })).toBe('Tote bag: ¥5.00 off');
  expect(said({ members: ['gold'] })).toBe('¥5.00 off, for gold members');
});

test('a layer has the name that shoppers know, or its own', () => {
  expect([layerText(en, 'cross_store'), layerText(zh, 'cross_store')]).toEqual([
    'Across stores',
    '跨店满减',
  ]);
  expect(layerText(en, 'flash-hour')).toBe('flash-hour');
});

test('a near miss says how much more saves how much more', () => {
  const near = { missing: 6_375, gives: 5_000 };
  const every = promotion({ kind: 'every', every: 30_000, off: 5_000 });
  expect(nearText(en, near, every)).toBe('¥63.75 more saves another ¥50.00');
  expect(nearText(zh, near, every)).toBe('还差 ¥63.75 再减 ¥50.00');
  expect(nearText(en, { ...near, store: 'kiln' }, undefined)).toBe(
    '¥63.75 more from kiln saves another ¥50.00',
  );
  const gift = promotion({ kind: 'gift', from: 50_000, offer: 'tote', quantity: 1 });
  expect(nearText(en, { missing: 100, gives: 0 }, gift)).toBe(
    '¥1.00 more, and Tote bag comes free',
  );
});

test('a coupon that does not apply says why, and one for a reason of tomorrow says so much', () => {
  expect(unusedText(en, 'below_threshold')).toBe('Your cart is too small for it.');
  expect(unusedText(zh, 'a_new_reason')).toBe('这张券不适用于当前购物车。');
});
