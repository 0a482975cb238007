import { describe, expect, test } from 'vitest';
import type { Effect, Promotion } from '../../../../client/index.ts';
import { formatsOf } from '../../../../web/kit/format/formats.ts';
import {
  EMPTY_EFFECT,
  typedEffect,
  effectOf,
} from '../../../../web/merchant/promotions/typed-effect.ts';
import {
  typedPromotion,
  emptyPromotion,
  readTyped,
  readPromotion,
  isAsPut,
  unshownOf,
} from '../../../../web/merchant/promotions/typed-promotion.ts';
import { givenBy } from '../../../../web/merchant/promotions/read-promotions.ts';
import { effectText, ruleSentence } from '../../../../web/merchant/promotions/rule-sentence.ts';
import { promotionsWords } from '../../../../web/merchant/promotions/words.ts';

const effects: Effect[] = [
  { kind: 'percent', bps: 1_250, cap: 5_000, from: 10_000 },
  { kind: 'percent', bps: 1_000 },
  { kind: 'fixed', off: 1_000 },
  { kind: 'every', every: 30_000, off: 5_000, times: 3 },
  {
    kind: 'tiers',
    tiers: [
      { from: 20_000, off: 2_000 },
      { from: 40_000, off: 5_000 },
    ],
  },
  { kind: 'freeUnits', every: 3, free: 1 },
  { kind: 'gift', from: 10_000, offer: 'tote', quantity: 1 },
];
const packet: Effect = { kind: 'packet', amount: 500 };

const promotion = (more: Partial<Promotion> = {}): Promotion => ({
  id: 'ten',
  layer: 'store',
  funder: 'store',
  coupon: false,
  fullPriceOnly: false,
  effect: effects[1]!,
  ...more,
});

describe('an effect is the same after it was shown in the form', () => {
  test.each(effects.map((effect) => [effect.kind, effect] as const))('%s', (_kind, effect) => {
    const typed = typedEffect(effect, 'CNY')!;
    expect(effectOf(typed, 'CNY')).toEqual({ effect, faults: {} });
  });

  test('the form has no red packets', () => {
    expect(typedEffect(packet, 'CNY')).toBeNull();
  });
});

test.each([
  [{ percent: 'ten' }, { percent: 'percent' }],
  [{ kind: 'fixed', off: '' }, { off: 'amount' }],
  [{ kind: 'every', every: '300', off: '50', times: 'x' }, { times: 'count' }],
  [{ kind: 'tiers' }, { 'tiers.0': 'missing' }],
  [{ kind: 'gift', from: '100' }, { gift: 'missing' }],
] as const)('what is wrong with an effect is named: %j', (change, faults) => {
  expect(effectOf({ ...EMPTY_EFFECT, ...change }, 'CNY')).toEqual({ effect: null, faults });
});

describe('a promotion in the form', () => {
  const whole = promotion({
    stores: ['store-1'],
    offers: ['charger'],
    categories: ['kitchen', 'home'],
    members: ['gold'],
    budget: 'own',
    claims: { quota: 5, limitPerShopper: 1 },
  });

  test('keeps what the form does not show', () => {
    const typed = typedPromotion(whole, 'CNY')!;
    const { id: _, ...body } = whole;
    expect(readPromotion(typed, 'CNY')).toEqual({ body, faults: {} });
  });

  test('takes what the form does not show from the version that it replaces', () => {
    const { claims: _, ...unclaimed } = whole;
    const theirs = { ...unclaimed, members: ['silver'] };
    const mine = { ...typedPromotion(whole, 'CNY')!, unshown: unshownOf(theirs) };
    const { body } = readPromotion(mine, 'CNY');
    expect(body).toMatchObject({ members: ['silver'], budget: 'own' });
    expect(body).not.toHaveProperty('claims');
  });

  test('is saved already only if nothing is there that the save would take away', () => {
    const { body } = readPromotion(typedPromotion(promotion(), 'CNY')!, 'CNY');
    expect(isAsPut(promotion(), body!)).toBe(true);
    // The service fills in a merchant's own store.
    expect(isAsPut(promotion({ stores: ['store-1'] }), body!)).toBe(true);
    for (const name of ['members', 'claims', 'offers', 'categories', 'budget'] as const) {
      expect(isAsPut(promotion({ [name]: whole[name] }), body!), name).toBe(false);
    }
    expect(isAsPut(promotion({ layer: 'member' }), body!)).toBe(false);
  });

  test('is not whole without an id', () => {
    const typed = { ...emptyPromotion('store', false), effect: { ...EMPTY_EFFECT, percent: '10' } };
    expect(readPromotion(typed, 'CNY')).toEqual({ body: null, faults: { id: 'missing' } });
  });

  test('leaves out what is empty, so that the service takes its defaults', () => {
    const typed = {
      ...emptyPromotion('store', false),
      id: 'ten',
      effect: { ...EMPTY_EFFECT, percent: '10' },
    };
    const { id: _, ...body } = promotion();
    expect(readPromotion(typed, 'CNY')).toEqual({ body, faults: {} });
  });

  test('outlives a reload, and nothing else passes for it', () => {
    const typed = typedPromotion(whole, 'CNY')!;
    expect(readTyped(JSON.parse(JSON.stringify(typed)))).toEqual(typed);
    expect(readTyped({ ...typed, offers: [1] })).toBeNull();
    expect(readTyped({ ...typed, effect: { ...typed.effect, kind: 'packet' } })).toBeNull();
    expect(readTyped({ ...typed, effect: { ...typed.effect, tiers: [{}] } })).toBeNull();
    expect(readTyped({ ...typed, coupon: 'yes' })).toBeNull();
    expect(readTyped({ ...typed, unshown: { members: 'gold', claims: null } })).toBeNull();
    expect(readTyped({ ...typed, unshown: { members: null, claims: { quota: '5' } } })).toBeNull();
    expect(readTyped(null)).toBeNull();
  });
});

describe('the rule in one sentence', () => {
  const partsIn = (language: 'en' | 'zh') => ({
    words: promotionsWords[language].rule,
    formats: formatsOf(language === 'en' ? 'en' : 'zh-CN'),
    currency: 'CNY',
    titleOf: (offer: string) => `the ${offer}`,
  });
  const say = (rule: Promotion, language: 'en' | 'zh' = 'en') =>
    ruleSentence(rule, partsIn(language));

  test.each([
    [effects[0]!, '12.5% off from ¥100.00, at most ¥50.00, paid by the store.'],
    [effects[2]!, '¥10.00 off, paid by the store.'],
    [effects[3]!, '¥50.00 off for every ¥300.00, at most 3 times, paid by the store.'],
    [effects[4]!, '¥20.00 off from ¥200.00 and ¥50.00 off from ¥400.00, paid by the store.'],
    [effects[5]!, '1 of every 3 units free, the cheapest, paid by the store.'],
    [effects[6]!, '1 × the tote as a gift from ¥100.00, paid by the store.'],
    [packet, '¥5.00 into the red packet of everyone who claims it, paid by the store.'],
  ])('%j', (effect, sentence) => {
    expect(say(promotion({ effect }))).toBe(sentence);
  });

  test('says where it applies, and who pays', () => {
    const rule = promotion({
      offers: ['charger', 'bowls'],
      categories: ['home'],
      fullPriceOnly: true,
      coupon: true,
      funder: 'platform',
    });
    expect(say(rule)).toBe(
      '10% off on the charger and the bowls in home, only at list price, with a coupon, ' +
        'paid by the platform.',
    );
    expect(say(rule, 'zh')).toContain('由平台承担');
  });

  test('an effect alone says nothing of who pays', () => {
    expect(effectText(effects[1]!, partsIn('en'))).toBe('10% off');
    expect(effectText(effects[1]!, partsIn('zh'))).toBe('优惠 10%');
  });
});

test('what a promotion gave is summed over stores', () => {
  const row = { store: 's1', promotion: 'ten', layer: 'store', funder: 'store' };
  const rows = [
    { ...row, discount: 100, orders: 2 },
    { ...row, store: 's2', discount: 50, orders: 3 },
    { ...row, promotion: 'other', discount: 7, orders: 9 },
  ];
  expect(givenBy({ rows }, 'ten')).toEqual({ discount: 150, orders: 3 });
  expect(givenBy({ rows }, 'none')).toEqual({ discount: 0, orders: 0 });
});
