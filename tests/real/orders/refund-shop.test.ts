import { describe, expect, test } from 'vitest';
import type { OrderId, StoreId } from '../../../src/domain/ids.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { RefundView } from '../../../src/domain/refunds/refund.ts';
import type { Offer, SaleTerms } from '../../../src/domain/sale.ts';
import { changesOfSale } from '../../../src/ledger/changes/read-changes.ts';
import { unitsOfSale } from '../../../src/ledger/audit.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { refundOrder } from '../../../src/service/orders/refund-order.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { OPERATOR, newKey } from '../../../proof/builders/ids.ts';
import { cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

async function open(
  offers: readonly Offer[],
  promotions: readonly Promotion[] = [],
  terms: Partial<SaleTerms> = {},
): Promise<void> {
  await shop.open(offers, terms);
  await shop.setRules(promotions);
}

type Request = Parameters<Shop['checkOut']>[0];
async function paid(request: Request): Promise<OrderId> {
  const placed = (await shop.checkOut(request)) as Placed;
  const { id } = placed.order;
  await shop.settleAll();
  await payFor(shop.api.pool, id);
  return id;
}

async function refund(
  order: OrderId,
  lines: readonly (readonly [line: number, quantity: number])[],
  restock = false,
): Promise<RefundView> {
  const done = await refundOrder(shop.api, {
    ...{ order, restock, actor: OPERATOR },
    key: newKey(),
    lines: lines.map(([line, quantity]) => ({ line, quantity })),
  });
  if ('code' in done) throw new Error(JSON.stringify(done));
  return done.view;
}

const broken = async () => (await shop.audit()).brokenPromises;

test('restocked units are on sale again, and only those', async () => {
  await open([cartOffer('a', { cap: 2 })]);
  const id = await paid({ lines: cartLines(['a', 2]) });
  const other = { shopper: 'u2' as never, lines: cartLines(['a', 1]) };
  expect(await shop.checkOut(other)).toMatchObject({ code: 'sold_out' });
  await refund(id, [[0, 1]], true);
  // With its next poll, the api forgets that the cell is sold out.
  const isSold = async () => 'order' in (await shop.checkOut(other));
  await until(isSold, { describe: 'the unit is sold to another' });
  expect(await shop.checkOut(other)).toMatchObject({ code: 'sold_out' });
  await shop.settleAll();
  expect(await broken()).toEqual([]);
});

test('the coupon, points and red packet of a refunded order can be used again', async () => {
  const coupon = promotion('c', { isCoupon: true });
  await open([cartOffer('a')], [coupon]);
  await shop.grant('c', ['u1']);
  await shop.fill('u1', { points: 50, redPacketMinor: 300 });
  const all = { coupons: ['c'], redPacket: 300, points: 50, lines: cartLines(['a', 1]) };
  const id = await paid(all);
  expect(await shop.checkOut(all)).toMatchObject({ code: 'coupon_unavailable' });
  const back = { cash: 550, redPacket: 300, points: 50, coupons: ['c'] };
  expect(await refund(id, [[0, 1]])).toMatchObject(back);
  const again = await paid({ ...all, expectedTotalMinor: 550 });
  expect(await refund(again, [[0, 1]])).toMatchObject(back);
  expect(await broken()).toEqual([]);
});

test('a refund does not free the limit per shopper', async () => {
  await open([cartOffer('a', { limitPerShopper: 1 })]);
  const id = await paid({ lines: cartLines(['a', 1]) });
  await refund(id, [[0, 1]], true);
  expect(await shop.checkOut({ lines: cartLines(['a', 1]) })).toMatchObject({
    code: 'limit_reached',
    offer: 'a',
  });
});

test('units restocked after the close stay in the ledger', async () => {
  await open([cartOffer('a', { cap: 3 })]);
  const id = await paid({ lines: cartLines(['a', 2]) });
  await moveSale(shop.api.pool, shop.sale, 'close', OPERATOR);
  await shop.settleAll();
  const before = (await unitsOfSale(shop.api.pool, shop.sale))[0]!;
  expect(await refund(id, [[0, 1]], true)).toMatchObject({ cash: 1_000, restocked: true });
  const after = (await unitsOfSale(shop.api.pool, shop.sale))[0]!;
  expect(after).toMatchObject({ sold: 1, unassigned: before.unassigned + 1 });
  await shop.settleAll();
  expect(await broken()).toEqual([]);
});

test('the change of a refund tells a store nothing of what other stores sold', async () => {
  const [mine, other] = ['store-1', 'store-2'] as StoreId[];
  await open([cartOffer('a', { store: mine! }), cartOffer('b', { store: other! })]);
  const shared = await paid({ lines: cartLines(['a', 1], ['b', 1]) });
  await refund(shared, [[1, 1]]);
  await refund(shared, [[0, 1]]);
  const alone = await paid({ lines: cartLines(['a', 2]) });
  await refund(alone, [[0, 1]]);
  const { pool } = shop.api;
  const of = { subject: null, shopper: null, fromMs: null, untilMs: null, owner: mine! };
  const found = await changesOfSale(pool, shop.sale, of, 0, 100);
  const refunds = found.filter(({ what }) => what === 'refund');
  expect(refunds.map(({ before }) => before)).toEqual([
    { state: 'partly_refunded' },
    { state: 'paid', refundedMinor: 0 },
  ]);
  const [part, whole] = refunds.map(({ after }) => Object.keys(after as object).toSorted());
  expect(part).toEqual(['cash', 'id', 'lines', 'order', 'redPacket', 'restocked', 'state']);
  expect(whole).toEqual([...part!, 'points', 'coupons'].toSorted());
});

describe('with clawback', () => {
  const every = (id: string, off: number) =>
    promotion(id, { effect: { kind: 'every', every: 30_000, off, times: null } });
  const priced = (priceMinor: number) => ({ priceMinor, listPriceMinor: priceMinor });
  const two = [cartOffer('a', priced(20_000)), cartOffer('b', priced(10_000))];
  const both = { lines: cartLines(['a', 1], ['b', 1]) };

  test('a refund keeps back what the kept lines no longer earn', async () => {
    await open(two, [every('p', 5_000)], { hasClawback: true });
    const id = await paid({ ...both, expectedTotalMinor: 25_000 });
    expect((await refund(id, [[1, 1]])).cash).toBe(5_000);
    expect((await refund(id, [[0, 1]])).cash).toBe(20_000);
    expect(await broken()).toEqual([]);
  });

  test('a refund prices an order by its own rules, whatever has changed since', async () => {
    await open(two, [every('p', 5_000)], { hasClawback: true });
    const id = await paid({ ...both, expectedTotalMinor: 25_000 });
    await shop.setRules([every('p', 9_000), promotion('q', { layer: 'store', stores: null })]);
    const dearer = { ...two[0]!, listPriceMinor: 90_000, excludes: ['cross_store'] };
    await setOffer(shop.api, shop.sale, dearer, OPERATOR);
    expect((await refund(id, [[1, 1]])).cash).toBe(5_000);
    const later = await paid(both);
    // Only b counts for p, and q takes 1.00 off: 299.00 were paid, and a costs 199.00.
    expect((await refund(later, [[1, 1]])).cash).toBe(10_000);
    expect(await broken()).toEqual([]);
  });
});
