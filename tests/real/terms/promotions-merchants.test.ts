import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_BUDGETS_OF_STORE } from '../../../src/domain/promotion.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import { DEFAULT_BOUNDS } from '../../../src/domain/sale.ts';
import type { StoreBounds } from '../../../src/domain/sale.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import { putBudget } from '../../../src/ledger/terms/put-budget.ts';
import { putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { putSale } from '../../../src/ledger/terms/put-sale.ts';
import { OPERATOR, actorOf, offerId, shopperId, storeId } from '../../../proof/builders/ids.ts';
import { LedgerSale, cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
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
  ['that is a red packet', { effect: { kind: 'packet', amount: 1, boost: null }, claims }],
];

const giftOf = (offer: string): Partial<Promotion> => ({
  effect: { kind: 'gift', from: 0, offer: offerId(offer), quantity: 1 },
  budget: null,
});

/** Names of things that are another’s, and the same with names of nothing. */
const named: [string, Partial<Promotion>, Partial<Promotion>, string][] = [
  ['the platform’s budget', { budget: 'platforms' }, { budget: 'none' }, '/budget'],
  ['another store’s gift', giftOf('c'), giftOf('none'), '/effect/offer'],
  ['another store’s offer', { offers: [offerId('c')] }, { offers: [offerId('none')] }, '/offers/0'],
];

describe('a merchant', () => {
  test.each(foreign)('may not create a promotion %s', async (_, more) => {
    expect(await setPromotion('p', { ...own, ...more }, 's1')).toEqual({ kind: 'foreign' });
    expect(await setPromotion('p', own, 's1')).toMatchObject({ kind: 'created' });
  });

  test.each(named)('may not name %s, as if there were none', async (_, more, absent, pointer) => {
    const refused = await setPromotion('p', { ...own, ...more }, 's1');
    expect(refused).toMatchObject({ kind: 'invalid', errors: [{ pointer }] });
    expect(await setPromotion('p', { ...own, ...absent }, 's1')).toEqual(refused);
  });

  test.each(others)('may neither change a promotion %s nor grant its coupons', async (_, more) => {
    const coupon = { ...own, isCoupon: true, budget: null };
    expect(await setPromotion('p', { ...coupon, ...more }, null)).toMatchObject({
      kind: 'created',
    });
    expect(await setPromotion('p', coupon, 's1')).toEqual({ kind: 'unknown' });
    expect(await give('p', 's1')).toEqual({ kind: 'unknown' });
    expect(await give('none', 's1')).toEqual({ kind: 'unknown' });
    expect(await give('p', null)).toMatchObject({ kind: 'changed' });
  });

  test('grants coupons of the store’s own promotions, even those an operator made', async () => {
    await setPromotion('c', { ...own, isCoupon: true }, null);
    expect(await give('c', 's2')).toEqual({ kind: 'unknown' });
    expect(await give('c', 's1')).toMatchObject({ kind: 'changed' });
    expect(
      await setPromotion('c', { ...own, isCoupon: true, members: ['vip'] }, 's1'),
    ).toMatchObject({
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

/** Sets the bounds of the store s1. */
const bound = (bounds: Partial<StoreBounds>) => {
  const stores = [
    { store: storeId('s1'), ...DEFAULT_BOUNDS, ...bounds },
    { store: storeId('s2'), ...DEFAULT_BOUNDS },
  ];
  return putSale(sale.pool, sale.id, saleTerms(), OPERATOR, stores);
};

describe('a store has a bounded number of', () => {
  test('promotions of its own, apart from those of others', async () => {
    await setPromotion('platforms', { ...own, funder: 'platform', budget: null }, null);
    const of = (store: string) => ({ stores: [storeId(store)], funder: 'store' }) as const;
    await bound({ promotionsMax: 3 });
    for (let i = 1; i <= 3; i++) await setPromotion(`p${i}`, of('s1'), 's1');
    expect(await setPromotion('more', of('s1'), 's1')).toEqual({
      kind: 'conflict',
      detail: 's1 may have at most 3 promotions in this sale (promotionsMax)',
    });
    expect(await setPromotion('more', of('s2'), 's2')).toMatchObject({ kind: 'created' });
    expect(await setPromotion('any', {}, null)).toMatchObject({ kind: 'created' });
    const changed = { ...of('s1'), members: ['vip'] };
    expect(await setPromotion('p1', changed, 's1')).toMatchObject({ kind: 'changed' });
    expect(await setPromotion('fourth', of('s1'), null)).toMatchObject({ kind: 'created' });
  });

  test('offers, which an operator may exceed', async () => {
    const put = (id: string, by: string | null) =>
      putOffer(sale.pool, sale.id, cartOffer(id), actorOf(by));
    await bound({ offersMax: 3 });
    expect(await put('third', 's1')).toMatchObject({ kind: 'created' });
    expect(await put('fourth', 's1')).toEqual({
      kind: 'conflict',
      detail: 's1 may have at most 3 offers in this sale (offersMax)',
    });
    expect(await put('fourth', null)).toMatchObject({ kind: 'created' });
    const { pool, id } = sale;
    const changed = cartOffer('a', { title: 'Changed' });
    expect(await putOffer(pool, id, changed, actorOf('s1'))).toMatchObject({ kind: 'changed' });
  });

  test('budgets', async () => {
    for (let i = 1; i < MAX_BUDGETS_OF_STORE; i++) await setBudget(`b${i}`, 's1');
    const more = await setBudget('more', 's1');
    expect(more).toMatchObject({
      kind: 'conflict',
      detail: expect.stringContaining('20') as string,
    });
    expect(await setBudget('platforms', 's1')).toMatchObject({ kind: 'conflict' });
    expect(await setBudget('more', 's2')).toMatchObject({ kind: 'created' });
    expect(await setBudget('another', null)).toMatchObject({ kind: 'created' });
    expect(await setBudget('b1', 's2')).toMatchObject({ kind: 'changed' });
    expect(await setBudget('platforms', 's1')).toMatchObject({ kind: 'changed' });
  });
});
