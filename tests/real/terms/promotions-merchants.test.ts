import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_BUDGETS_OF_STORE, MAX_PROMOTIONS_OF_STORE } from '../../../src/domain/promotion.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import { putBudget } from '../../../src/ledger/terms/put-budget.ts';
import { putPromotion } from '../../../src/ledger/terms/put-promotion.ts';
import { OPERATOR, actorOf, offerId, shopperId, storeId } from '../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await setBudget('ours', 's1');
  await setBudget('platforms', null);
});

/** Sets a budget of a store, or of the platform. */
const setBudget = (id: string, store: string | null) =>
  putBudget(
    sale.pool,
    sale.id,
    budget(id, { store: store === null ? null : storeId(store) }),
    OPERATOR,
  );
/** Sets a promotion as a merchant, or as an operator. */
const setPromotion = (id: string, more: Partial<Promotion>, by: string | null) =>
  putPromotion(sale.pool, sale.id, promotion(id, more), actorOf(by));
const give = (id: string, by: string | null) => {
  const grant = { promotion: id, shoppers: [shopperId('u')], each: 1, key: 'k' };
  return grantCoupons(sale.pool, sale.id, grant, actorOf(by));
};

const own: Partial<Promotion> = { stores: [storeId('s1')], funder: 'store', budget: 'ours' };
const claims = { quota: 1, limitPerShopper: 1 };

/** Changes that make a promotion one that does not belong to the store s1. */
const others: [string, Partial<Promotion>][] = [
  ['for any store', { stores: null }],
  ['for another store', { stores: [storeId('s2')] }],
  ['for two stores', { stores: [storeId('s1'), storeId('s2')] }],
  ['funded by the platform', { funder: 'platform' }],
  ['paid back as red packet', { layer: 'red_packet' }],
  ['paid back as points', { layer: 'points' }],
];

const foreign: [string, Partial<Promotion>][] = [
  ...others,
  ['from the platform’s budget', { budget: 'platforms' }],
  [
    'whose gift is another store’s',
    {
      effect: { kind: 'gift', from: 0, offer: offerId('c'), quantity: 1 },
      budget: null,
    },
  ],
  ['that is a red packet', { effect: { kind: 'packet', amount: 1, boost: null }, claims }],
];

describe('a merchant', () => {
  test.each(foreign)('may not create a promotion %s', async (_, more) => {
    expect(await setPromotion('p', { ...own, ...more }, 's1')).toEqual({ kind: 'foreign' });
    expect(await setPromotion('p', own, 's1')).toEqual({ kind: 'created' });
  });

  test.each(others)('may neither change a promotion %s nor grant its coupons', async (_, more) => {
    const coupon = { ...own, isCoupon: true, budget: null };
    expect(await setPromotion('p', { ...coupon, ...more }, null)).toEqual({ kind: 'created' });
    expect(await setPromotion('p', coupon, 's1')).toEqual({ kind: 'foreign' });
    expect(await give('p', 's1')).toEqual({ kind: 'foreign' });
    expect(await give('p', null)).toEqual({ kind: 'changed' });
  });

  test('grants coupons of the store’s own promotions, even those an operator made', async () => {
    await setPromotion('c', { ...own, isCoupon: true }, null);
    expect(await give('c', 's2')).toEqual({ kind: 'foreign' });
    expect(await give('c', 's1')).toEqual({ kind: 'changed' });
    expect(await setPromotion('c', { ...own, isCoupon: true, members: ['vip'] }, 's1')).toEqual({
      kind: 'changed',
    });
  });
});

test.each(others)('a store’s budget may not pay for a promotion %s', async (_, more) => {
  expect(await setPromotion('p', { ...own, ...more }, null)).toMatchObject({
    kind: 'invalid',
    errors: [{ pointer: '/budget' }],
  });
});

describe('a store has a bounded number of', () => {
  test('promotions of its own, apart from those of others', async () => {
    await setPromotion('platforms', { ...own, funder: 'platform', budget: null }, null);
    const of = (store: string) => ({ stores: [storeId(store)], funder: 'store' }) as const;
    for (let i = 1; i <= MAX_PROMOTIONS_OF_STORE; i++) await setPromotion(`p${i}`, of('s1'), 's1');
    const more = await setPromotion('more', of('s1'), 's1');
    expect(more).toMatchObject({
      kind: 'conflict',
      detail: expect.stringContaining('20') as string,
    });
    expect(await setPromotion('platforms', of('s1'), null)).toMatchObject({ kind: 'conflict' });
    expect(await setPromotion('more', of('s2'), 's2')).toEqual({ kind: 'created' });
    expect(await setPromotion('any', {}, null)).toEqual({ kind: 'created' });
    const changed = { ...of('s1'), members: ['vip'] };
    expect(await setPromotion('p1', changed, 's1')).toEqual({ kind: 'changed' });
  });

  test('budgets', async () => {
    for (let i = 1; i < MAX_BUDGETS_OF_STORE; i++) await setBudget(`b${i}`, 's1');
    const more = await setBudget('more', 's1');
    expect(more).toMatchObject({
      kind: 'conflict',
      detail: expect.stringContaining('20') as string,
    });
    expect(await setBudget('platforms', 's1')).toMatchObject({ kind: 'conflict' });
    expect(await setBudget('more', 's2')).toEqual({ kind: 'created' });
    expect(await setBudget('another', null)).toEqual({ kind: 'created' });
    expect(await setBudget('b1', 's2')).toEqual({ kind: 'changed' });
    expect(await setBudget('platforms', 's1')).toEqual({ kind: 'changed' });
  });
});
