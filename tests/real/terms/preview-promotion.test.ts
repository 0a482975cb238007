import { describe, expect, test } from 'vitest';
import type { SaleId, StoreId } from '../../../src/domain/ids.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { QuoteView } from '../../../src/domain/pricing/quote.ts';
import { isRefusal } from '../../../src/domain/refusals.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { setOffer, setSale } from '../../../src/service/terms/change-sale.ts';
import { previewPromotion } from '../../../src/service/terms/preview-promotion.ts';
import type { PromotionPreview, SampleCart } from '../../../src/service/terms/preview-promotion.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { OPERATOR, actorOf, newSaleId, offerId, storeId } from '../../../proof/builders/ids.ts';
import { cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { dumpLedger } from '../../world/checks/books.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const [S1, S2] = [storeId('s1'), storeId('s2')];
const OFFERS = [
  cartOffer('a', { store: S1, priceMinor: 1_700, listPriceMinor: 1_999 }),
  cartOffer('b', { store: S2, priceMinor: 3_300, listPriceMinor: 3_300 }),
  cartOffer('bag', { store: S1 }),
  cartOffer('pen', { store: S1, isPaused: true }),
];
/** What the sale has before: one promotion of the platform, and one of each store. */
const BEFORE = [
  promotion('step', { effect: { kind: 'every', every: 3_000, off: 400, times: null } }),
  promotion('ours', { layer: 'store', stores: [S1], funder: 'store', budget: 'purse' }),
  promotion('theirs', { layer: 'store', stores: [S2], funder: 'store' }),
];
const PURSE = budget('purse', { store: S1, amountMinor: 55 });
const CART: SampleCart = { lines: cartLines(['a', 3], ['b', 2]), coupons: [], member: null };

const open = async () => {
  await shop.open(OFFERS);
  await shop.setRules(BEFORE, [PURSE]);
};

const ask = (
  one: Promotion,
  { sample = {}, store = null, sale = shop.sale }: Asked = {},
): Promise<PromotionPreview | Refusal> =>
  previewPromotion(shop.api, sale, one, { ...CART, ...sample }, store);
interface Asked {
  readonly sample?: Partial<SampleCart>;
  readonly store?: StoreId | null;
  readonly sale?: SaleId;
}

async function preview(...asked: Parameters<typeof ask>): Promise<PromotionPreview> {
  const answer = await ask(...asked);
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

/** The part of a real quote that a preview has. */
async function quoted(sample: Partial<SampleCart>) {
  const answer = await shop.quote({ ...CART, ...sample });
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  const { total, lines, applied, outOfGifts, points, near, unused }: QuoteView = answer;
  return { total, lines, applied, outOfGifts, points, near, unused };
}

const own = (id: string, more: Partial<Promotion> = {}): Promotion =>
  promotion(id, { layer: 'store', stores: [S1], funder: 'store', ...more });

const CASES: [what: string, one: Promotion, sample?: Partial<SampleCart>][] = [
  ['a promotion of the platform', promotion('new', { layer: 'category' })],
  ['one of a store that beats the store’s other', own('new', { effect: fixed(900) })],
  ['one that another beats', own('new', { effect: fixed(1) })],
  ['one that replaces another', own('ours', { effect: fixed(250) })],
  ['one that draws from a budget that is nearly spent', own('ours', { budget: 'purse' })],
  ['one that the cart nearly reaches', own('new', { effect: fixed(900, 5_200) })],
  ['one for members', own('new', { members: ['gold'], effect: fixed(700) }), { member: 'gold' }],
  [
    'a gift',
    promotion('new', {
      effect: { kind: 'gift', from: 5_000, offer: offerId('bag'), quantity: 1 },
    }),
  ],
  [
    'a gift whose offer is paused',
    promotion('new', {
      effect: { kind: 'gift', from: 5_000, offer: offerId('pen'), quantity: 1 },
    }),
  ],
  [
    'a coupon',
    own('new', { layer: 'store_coupon', isCoupon: true, effect: fixed(120) }),
    { coupons: ['new'] },
  ],
];

function fixed(off: number, from = 0) {
  return { kind: 'fixed', off, from } as const;
}

describe('a preview says what quotes say before and after the PUT', () => {
  test.each(CASES)('of %s', async (_, one, sample = {}) => {
    await open();
    const said = await preview(one, { sample });
    expect(said.without).toEqual(await quoted({ ...sample, coupons: [] }));
    await shop.setRules([one]);
    if (one.isCoupon) await shop.grant(one.id, ['u1']);
    expect(said.with).toEqual(await quoted(sample));
  });
});

test('a preview writes nothing, not even for a promotion that it finds sound', async () => {
  await open();
  const before = await dumpLedger(shop.api.pool);
  await preview(own('new'), { store: S1 });
  expect(await dumpLedger(shop.api.pool)).toEqual(before);
});

describe('a preview is refused as its PUT is', () => {
  const CAN: [what: string, one: Promotion, store: StoreId | null, refusal: object][] = [
    ['the platform’s money', promotion('new'), S1, { code: 'forbidden' }],
    ['another store’s promotion', own('theirs'), S1, { code: 'not_found' }],
    ['a layer that is fixed', own('ours', { layer: 'cross_store' }), S1, { code: 'conflict' }],
    ['no such budget', own('new', { budget: 'none' }), S1, pointing('/promotion/budget')],
    ['no such layer', own('new', { layer: 'none' }), null, pointing('/promotion/layer')],
    ['a stranger', own('new'), storeId('s9'), { code: 'forbidden' }],
  ];
  function pointing(pointer: string) {
    return { code: 'invalid', errors: [{ pointer }] };
  }

  test.each(CAN)('because of %s', async (_, one, store, refusal) => {
    await open();
    expect(await ask(one, { store })).toMatchObject(refusal);
    const put = await putPromotion(shop.api.pool, shop.sale, one, actorOf(store));
    expect(['created', 'changed']).not.toContain(put.kind);
  });

  test('and because of its cart', async () => {
    await open();
    const none = { lines: cartLines(['none', 1]) };
    expect(await ask(own('new'), { sample: none })).toEqual({
      ...{ code: 'unknown_offer', offer: 'none' },
    });
    // The promotion to preview takes no coupon, and the sale has none.
    const sample = { coupons: ['new'] };
    expect(await ask(own('new'), { sample })).toMatchObject(pointing('/coupons/0'));
  });
});

test('in a draft, a merchant’s preview knows only what the store owns', async () => {
  await open();
  const sale = newSaleId();
  await setSale(shop.api, sale, saleTerms(), OPERATOR);
  for (const one of OFFERS) await setOffer(shop.api, sale, one, OPERATOR);
  for (const one of BEFORE.slice(0, 1)) {
    await putPromotion(shop.api.pool, sale, one, OPERATOR);
  }
  const mine = { lines: cartLines(['a', 3]) };
  const { applied } = (await preview(own('new'), { sale, sample: mine, store: S1 })).with;
  expect(applied.map((one) => one.promotion)).toEqual(['new']);
  expect(await ask(own('new'), { sale, store: S1 })).toEqual({
    ...{ code: 'unknown_offer', offer: 'b' },
  });
  expect(await ask(own('new'), { sale, store: storeId('s9') })).toEqual({ code: 'not_found' });
  const seen = (await preview(own('new'), { sale })).with.applied;
  expect(seen.map((one) => one.promotion)).toEqual(['new', 'step']);
});
