import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callWallets } from '../../../src/cell/selling/wallets.ts';
import { readCell } from '../../../src/cell/cells/snapshot.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { orderView } from '../../../src/domain/order.ts';
import type { OrderView } from '../../../src/domain/order.ts';
import type { CartRequest } from '../../../src/domain/pricing/quote.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { findOrderOf } from '../../../src/service/selling/find-order.ts';
import { promotionOfVector, readVectors, VECTOR_FILES } from '../../vectors/adapter.ts';
import type { VectorInput } from '../../vectors/adapter.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { buyReturned } from '../../world/checks/rush.ts';
import { until } from '../../world/servers/wait-until.ts';
import { answered, caseNamed, offersOf, receiptOf, said } from '../../world/stage/vector-stage.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let world: World;
let shop: Shop;

withWorld('file', (made) => (world = made));
beforeEach(async () => {
  // These tests lose cells on purpose, so they ignore the errors that follow.
  const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };
  shop = await Shop.create(world, { observer });
});
afterEach(() => shop.close());

const u1 = 'u1' as ShopperId;

/** Opens a real sale in which the case’s cart can be bought: offers, rules, coupons, balances. */
async function stage(input: VectorInput): Promise<CartRequest> {
  const { layers, points, redPacket = 0, balances, coupons = [], lines, member = null } = input;
  const terms = { ...(layers ? { layers } : {}), pointsRate: points?.rate ?? 1 };
  await shop.open(offersOf(input), terms);
  const budgets = Object.entries(input.budgets ?? {}).map(([id, { left, policy }]) =>
    budget(id, { amountMinor: left, policy }),
  );
  await shop.setRules(input.promotions.map(promotionOfVector), budgets);
  for (const coupon of coupons) await shop.grant(coupon, ['u1']);
  const redPacketMinor = redPacket === 'max' ? balances!.redPacket : redPacket;
  await shop.fill('u1', { points: points?.points ?? 0, redPacketMinor });
  // A quote promises the gifts that the api saw in stock a moment ago.
  const [address] = shop.api.directory.sale(shop.sale)!.cells;
  await until(() => shop.api.watch.snapshot(address!), { describe: 'the api has seen the stock' });
  return {
    ...{ sale: shop.sale, shopper: u1, member, coupons, redPacket, points: points?.points ?? 0 },
    lines: lines.map((line) => ({ offer: line.offer as never, quantity: line.quantity ?? 1 })),
  };
}

async function quoted(cart: CartRequest) {
  const answer = await shop.quote(cart);
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}

async function placed(cart: CartRequest, expectedTotalMinor: number | null, key = 'k') {
  const answer = await shop.checkOut({ ...cart, expectedTotalMinor, key: key as never });
  if (!('order' in answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

/** Finds an order without what only its names add to the answer that accepted it. */
async function found(id: string): Promise<OrderView> {
  const order = await findOrderOf(shop.api, id, u1);
  if ('code' in order) throw new Error(JSON.stringify(order));
  const { createdAt: _, currency: __, lines, ...rest } = order;
  return { ...rest, lines: lines.map(({ title: _title, ...line }) => line) };
}

describe.each(VECTOR_FILES)('every example of %s comes true in a sale', (file) => {
  test.each(readVectors(file).cases)('$name', async (one) => {
    const cart = await stage(one.input);
    const offered = await quoted(cart);
    expect(answered(offered)).toEqual(said(one));
    const { order } = await placed(cart, one.expect.total);
    const image = orderView(order, 'reserved', false);
    expect(receiptOf(image)).toEqual(receiptOf(offered));
    expect(await found(order.id)).toEqual(image);
    await shop.settleAll();
    const settled = await found(order.id);
    // An order with a total of 0 is paid as soon as it is settled.
    const state = one.expect.total === 0 ? settled.state : 'reserved';
    expect(settled).toEqual({ ...image, state, settled: true });
    expect((await shop.audit()).brokenPromises).toEqual([]);
  });
});

test('a cart is sold at the expected total and refused with a quote one cent away', async () => {
  const cart = await stage(caseNamed('W4 ').input);
  const offered = await quoted(cart);
  const refused = await shop.checkOut({ ...cart, expectedTotalMinor: 62_187 });
  expect(refused).toEqual({ code: 'price_changed', total: 62_188, quote: offered });
  const { order } = await placed(cart, 62_188);
  expect(orderView(order, 'reserved', false).total).toBe(62_188);
});

test('an offer just added by another process is sold in its lane', async () => {
  await shop.open([offer('f')]);
  const fresh = offer('fresh', { lane: 'cart' });
  const put = await setOffer(shop.worker, shop.sale, fresh, OPERATOR);
  expect(put).toMatchObject({ pendingCells: [] });
  const answer = await buyReturned(shop, { shopper: 'u1', key: 'k', offer: 'fresh', quantity: 2 });
  expect(answer).toMatchObject({ order: { lines: [{ offer: 'fresh', netMinor: 1_980 }] } });
});

/** Everything that a cart can take from its cell, in any epoch. */
async function partsOf(): Promise<object> {
  await shop.worker.directory.refresh();
  const [address] = shop.worker.directory.sale(shop.sale)!.cells;
  const wallets = await callWallets(address!, ['u1', 'u2'] as ShopperId[]);
  const snapshot = await readCell(address!);
  if (wallets.word !== 'batch' || snapshot.word !== 'read') throw new Error('fenced');
  const { unitsByOffer, pots } = snapshot;
  // A rebuilt cell has no entries of its claims.
  const held = wallets.outcomes.map(({ claims, ...rest }) => ({
    ...rest,
    claims: [...claims].map(([serial, { seq: _, ...claim }]) => [serial, claim]),
  }));
  return { unitsByOffer, pots, wallets: held };
}

const fence = async () => {
  const [address] = shop.worker.directory.sale(shop.sale)!.cells;
  expect(await shop.worker.recoverOnce.recover(address!.id, address!)).toBe('opened');
};
const flushScripts = () => shop.worker.redis.script('FLUSH');
const losses: [loss: string, isSettled: boolean, lose: () => Promise<unknown>][] = [
  ['the cell was rebuilt', false, fence],
  ['the cell was rebuilt', true, fence],
  ['the scripts were flushed', false, flushScripts],
  ['the scripts were flushed', true, flushScripts],
  ['everything was flushed', true, () => shop.worker.redis.flushall()],
];

/** A cart with every kind of thing to take: coupon, budget, gift, packet, points. */
const W4 = caseNamed('W4 ').input;
const rich: VectorInput = {
  ...W4,
  promotions: [
    ...W4.promotions.map((one) => (one.id === 'cross' ? { ...one, budget: 'purse' } : one)),
    {
      id: 'gift',
      layer: 'store',
      effect: { kind: 'gift', from: 1, offer: 'g', quantity: 2 },
      funder: 'store',
    },
    {
      id: 'never',
      layer: 'store',
      coupon: true,
      effect: { kind: 'fixed', off: 5, from: 9_000_000 },
      funder: 'store',
    },
  ],
  coupons: [...W4.coupons!, 'never'],
  budgets: { purse: { left: 1_000_000, policy: 'partial' } },
  redPacket: 500,
  points: { points: 70, rate: 1 },
};

const claims = { quota: 10, limitPerShopper: 1 };
const claimable = [
  promotion('grab', { layer: 'store', isCoupon: true, claims }),
  promotion('red', {
    ...{ layer: 'red_packet', budget: 'purse', claims },
    effect: { kind: 'packet', amount: 30, boost: null },
  }),
];

/** Repeats the request while the cell is busy. */
const soon = <Answer extends object>(ask: () => Promise<Answer | Refusal>): Promise<Answer> =>
  until(
    async () => {
      const answer = await ask();
      if (!('code' in answer)) return answer;
      if (answer.code !== 'busy') throw new Error(JSON.stringify(answer));
      return null;
    },
    { describe: 'an answer', timeoutMs: 20_000 },
  );

describe.each(losses)('after %s (settled: %s)', (_, isSettled, lose) => {
  test('the same key gives the same order, and everything taken stays taken', async () => {
    const cart = await stage(rich);
    await shop.setRules(claimable);
    const claim = (id: string) => soon(() => shop.claim(id, { key: id as never }));
    const made = [await claim('grab'), await claim('red')];
    const { order } = await placed(cart, null);
    expect(order.lines.at(-1)).toMatchObject({ isGift: true, quantity: 2 });
    expect(order.applied.map(({ promotion }) => promotion)).toEqual(
      expect.arrayContaining(['cross', 'red_packet', 'points']),
    );
    if (isSettled) await shop.settleAll();
    await shop.worker.directory.refresh();
    const before = await partsOf();
    await lose();
    const replay = await soon(() => shop.checkOut({ ...cart, key: 'k' as never }));
    expect(replay).toMatchObject({ isReplay: true });
    expect(replay.order).toEqual(order);
    expect([await claim('grab'), await claim('red')]).toEqual(
      made.map((one) => ({ ...one, isReplay: true })),
    );
    expect(await partsOf()).toEqual(before);
    await shop.settleAll();
    expect(await found(order.id)).toEqual(orderView(order, 'reserved', true));
    expect((await shop.audit()).brokenPromises).toEqual([]);
  });
});
