import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { CheckoutItem } from '../../../src/cell/selling/checkout.ts';
import { totalMinor } from '../../../src/domain/order.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import { cheap, dear, flash } from '../../world/stage/cart-stage.ts';
import { cartLines, item } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

/** A cell with a and b of two stores, f of the flash lane, gift g, and these promotions. */
const openWith = (promotions: readonly Promotion[], options: CellOptions = {}) =>
  OpenCell.open(redis, {
    offers: [cheap, dear, flash, onSale('g', { units: 3, store: 'store-3', limit: 1 })],
    rules: { ...plainRules, promotions },
    ...options,
  });

async function place(cell: OpenCell, cart: Partial<CheckoutItem>) {
  const reply = await cell.checkOut(cart);
  if (reply.word !== 'placed') throw new Error(JSON.stringify(reply));
  return reply.receipt;
}

const gift = (id: string, quantity: number, rest: Partial<Promotion> = {}) =>
  promotion(id, {
    layer: 'store',
    effect: { kind: 'gift', from: 2_000, offer: 'g' as never, quantity },
    ...rest,
  });
const two = { lines: cartLines(['a', 2]) };
const giftLine = (quantity: number) => ({
  ...{ offer: 'g', store: 'store-3', quantity, priceMinor: 0, netMinor: 0, isGift: true },
});

describe('gifts', () => {
  test('come as free lines of their own and count towards no limit', async () => {
    const cell = await openWith([gift('g1', 2), promotion('off', { layer: 'store' })]);
    expect(await cell.buy([item({ offer: 'g' })])).toMatchObject([{ word: 'placed' }]);
    const receipt = await place(cell, two);
    expect(receipt.lines.slice(1)).toEqual([giftLine(2)]);
    expect(receipt).toMatchObject({ outOfGifts: [], applied: [{ shares: [100] }] });
    expect(totalMinor(receipt)).toBe(1_900);
    expect(await cell.unitsLeft('g')).toBe(0);
    const [, order] = (await cell.outbox()).flatMap(({ entry }) => entry!.orders);
    expect(order!.lines).toEqual(receipt.lines);
  });

  test('of a paused offer are out of stock', async () => {
    const offers = [cheap, dear, flash, onSale('g', { units: 3, paused: true })];
    const cell = await openWith([gift('g1', 1)], { offers });
    expect(await place(cell, two)).toMatchObject({ outOfGifts: ['g1'], lines: [{ offer: 'a' }] });
    expect(await cell.unitsLeft('g')).toBe(3);
  });

  test('are given once the eligible lines reach their threshold', async () => {
    const cell = await openWith([gift('g1', 1, { stores: ['store-1'] as never })]);
    const below = await place(cell, { lines: cartLines(['a', 1], ['b', 1], ['f', 3]) });
    expect([below.lines.length, below.outOfGifts]).toEqual([3, []]);
    expect((await place(cell, two)).lines).toHaveLength(2);
  });

  test('that are out of stock or of an unknown offer are named and refuse nothing', async () => {
    const nothing = { kind: 'gift', from: 0, offer: 'none' as never, quantity: 1 } as const;
    const cell = await openWith([
      gift('g1', 4),
      promotion('g2', { layer: 'store', effect: nothing }),
    ]);
    const receipt = await place(cell, two);
    expect(receipt).toMatchObject({ lines: [{ netMinor: 2_000 }], outOfGifts: ['g1', 'g2'] });
    expect(await cell.unitsLeft('g')).toBe(3);
  });

  test.each([
    [2, [], 0],
    [3, ['g1'], 1],
  ])('take what lines of the same offer leave: %i given away', async (given, out, left) => {
    const offers = [cheap, onSale('g', { lane: 'cart', units: 4, store: 'store-3' })];
    const cell = await openWith([gift('g1', given)], { offers });
    const receipt = await place(cell, { lines: cartLines(['a', 2], ['g', 2]) });
    expect(receipt.outOfGifts).toEqual(out);
    expect(await cell.unitsLeft('g')).toBe(left + (out.length > 0 ? 1 : 0));
  });

  test('of a promotion for several stores come once', async () => {
    const cell = await openWith([gift('g1', 1, { stores: ['store-1', 'store-2'] as never })]);
    const receipt = await place(cell, { lines: cartLines(['a', 1], ['b', 1]) });
    expect(receipt.lines.slice(2)).toEqual([giftLine(1)]);
  });

  test('of one stock go in the order of their promotions’ ids', async () => {
    const cell = await openWith([gift('g3', 1), gift('g2', 2), gift('g1', 2)]);
    const receipt = await place(cell, two);
    expect(receipt.lines.slice(1)).toEqual([giftLine(2), giftLine(1)]);
    expect(receipt.outOfGifts).toEqual(['g2']);
    expect(await cell.unitsLeft('g')).toBe(0);
  });

  test('come ten at once beside 50 lines', async () => {
    const lines = [...Array(50).keys()].map((i) => onSale(`o${i}`, { lane: 'cart', price: 99 }));
    const gifts = [...Array(10).keys()].map((i) => gift(`g${i}`, 1));
    const cell = await openWith(gifts, { offers: [...lines, onSale('g', { units: 10 })] });
    const receipt = await place(cell, {
      lines: cartLines(...lines.map(({ offer }) => [offer, 1] as const)),
    });
    expect(receipt.lines).toHaveLength(60);
    expect(await cell.unitsLeft('g')).toBe(0);
  });
});

describe('an offer of the flash lane in a cart', () => {
  test('gets no promotion, coupon, red packet or points', async () => {
    const percent = { kind: 'percent', bps: 5_000, cap: null, from: 0 } as const;
    const cell = await openWith(
      [
        promotion('half', { layer: 'store', effect: percent }),
        promotion('c', { layer: 'category', isCoupon: true }),
      ],
      { wallets: [walletOf('u1', { points: 9_999, redPacketMinor: 9_999, coupons: [['c', 1]] })] },
    );
    const all = { coupons: ['c'], redPacket: 'max', points: 9_999 } as const;
    const alone = await place(cell, { lines: cartLines(['f', 1]), ...all });
    expect(alone).toMatchObject({ lines: [{ netMinor: 990 }], applied: [], pointsUsed: 0 });
    const left = await cell.wallet('u1');
    expect(left).toMatchObject({ points: 9_999, redPacketMinor: 9_999 });
    const beside = await place(cell, { lines: cartLines(['a', 1], ['f', 1]), ...all });
    expect(beside.lines.map(({ netMinor }) => netMinor)).toEqual([0, 990]);
    expect(beside.applied.map(({ shares }) => shares[1])).toEqual([0, 0, 0]);
  });
});

describe('a budget', () => {
  const budgeted = (policy: 'partial' | 'whole', left: number, off = 100) =>
    openWith(
      [
        promotion('p', {
          layer: 'store',
          budget: 'purse',
          effect: { kind: 'fixed', off, from: 0 },
        }),
      ],
      {
        rules: {
          ...plainRules,
          promotions: [
            promotion('p', {
              layer: 'store',
              budget: 'purse',
              effect: { kind: 'fixed', off, from: 0 },
            }),
          ],
          policies: new Map([['purse', policy]]),
        },
        potsLeft: new Map([['budget:purse', left]]),
      },
    );
  const leftOf = async (cell: OpenCell) => {
    const reply = await cell.read();
    return reply.word === 'read' ? reply.pots.get('budget:purse') : null;
  };

  test.each([
    ['partial', 250, [100, 100, 50, 0], 0],
    ['partial', 101, [100, 1, 0], 0],
    ['partial', 0, [0], 0],
    ['whole', 250, [100, 100, 0], 50],
    ['whole', 200, [100, 100, 0], 0],
    ['whole', 99, [0, 0], 99],
  ] as const)(
    'of policy %s with %i gives %j and leaves %i',
    async (policy, amount, gives, left) => {
      const cell = await budgeted(policy, amount);
      for (const given of gives) {
        const receipt = await place(cell, {});
        expect(totalMinor(receipt)).toBe(1_000 - given);
        expect(receipt.applied.length).toBe(given > 0 ? 1 : 0);
      }
      expect(await leftOf(cell)).toBe(left);
    },
  );

  test('is charged for what was given, not for what was forfeited', async () => {
    const cell = await openWith(
      [
        promotion('p', { layer: 'store', effect: { kind: 'fixed', off: 700, from: 0 } }),
        promotion('q', {
          layer: 'category',
          budget: 'purse',
          effect: { kind: 'fixed', off: 600, from: 0 },
        }),
      ],
      { potsLeft: new Map([['budget:purse', 1_000]]) },
    );
    const receipt = await place(cell, {});
    expect(receipt.applied[1]).toMatchObject({ discountMinor: 300, forfeitedMinor: 300 });
    expect(await leftOf(cell)).toBe(700);
  });

  test('that the cell does not know gives nothing', async () => {
    const cell = await openWith([promotion('p', { layer: 'store', budget: 'purse' })]);
    expect(totalMinor(await place(cell, {}))).toBe(1_000);
  });
});

describe('a coupon', () => {
  const off = (id: string, amount: number, from = 0) =>
    promotion(id, { layer: 'store', isCoupon: true, effect: { kind: 'fixed', off: amount, from } });
  const holding = (...ids: readonly string[]) => ({
    wallets: [walletOf('u1', { coupons: ids.map((id) => [id, 1] as const) })],
  });

  test('that did not apply stays held, and one that applied is used', async () => {
    const promotions = [off('big', 200), off('far', 900, 9_999), off('small', 100)];
    const cell = await openWith(promotions, holding('big', 'far', 'small'));
    const receipt = await place(cell, { coupons: ['far', 'small', 'big'] });
    expect(receipt.applied.map(({ promotion: id }) => id)).toEqual(['big']);
    const { coupons } = await cell.wallet('u1');
    expect([...coupons.keys()].toSorted()).toEqual(['far', 'small']);
  });

  test('applies once per order, in the first store where it wins', async () => {
    const cell = await openWith([off('c', 200)], holding('c'));
    const receipt = await place(cell, { lines: cartLines(['b', 1], ['a', 1]), coupons: ['c'] });
    expect(receipt.applied.map(({ shares }) => shares)).toEqual([[200, 0]]);
  });

  test('of another tier does not apply and stays held', async () => {
    const cell = await openWith([{ ...off('c', 200), members: ['gold'] }], holding('c'));
    const silver = await place(cell, { coupons: ['c'], member: 'silver' });
    const nobody = await place(cell, { coupons: ['c'] });
    const gold = await place(cell, { coupons: ['c'], member: 'gold' });
    expect([silver, nobody, gold].map(totalMinor)).toEqual([1_000, 1_000, 800]);
    expect(await cell.checkOut({ coupons: ['c'], member: 'gold' })).toMatchObject({
      refusal: { code: 'coupon_unavailable' },
    });
  });
});

describe('a balance', () => {
  const rate = { rules: { ...plainRules, pointsRate: 10 } };
  const holding = (points: number, redPacketMinor: number) => ({
    ...rate,
    wallets: [walletOf('u1', { points, redPacketMinor })],
  });
  const after = async (cell: OpenCell) => {
    const { points, redPacketMinor } = await cell.wallet('u1');
    return [points, redPacketMinor];
  };

  test('loses only what was applied, no more than the total', async () => {
    const cell = await openWith([], holding(500, 1_500));
    const receipt = await place(cell, { redPacket: 'max', points: 500 });
    expect(receipt.applied.map((one) => [one.promotion, one.discountMinor])).toEqual([
      ['red_packet', 1_000],
    ]);
    expect(await after(cell)).toEqual([500, 500]);
  });

  test('of points pays whole points', async () => {
    const cell = await openWith([], holding(300, 945));
    const receipt = await place(cell, { redPacket: 'max', points: 300 });
    expect(receipt).toMatchObject({ pointsUsed: 5, lines: [{ netMinor: 5 }] });
    expect(await after(cell)).toEqual([295, 0]);
  });

  test('may be used up exactly, and a cart may ask for part of it', async () => {
    const cell = await openWith([], holding(7, 40));
    expect(totalMinor(await place(cell, { redPacket: 15, points: 3 }))).toBe(955);
    expect(await after(cell)).toEqual([4, 25]);
    expect(totalMinor(await place(cell, { redPacket: 25, points: 4 }))).toBe(935);
    expect(await after(cell)).toEqual([0, 0]);
  });
});
