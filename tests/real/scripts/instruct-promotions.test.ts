import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { Instruction } from '../../../src/domain/inbox-instruction.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import { rulesFields } from '../../../src/domain/pricing/rules-of-sale.ts';
import { cartLines, claimOf, item } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const offers = [onSale('a', { lane: 'cart', price: 1_000 })];
const open = () => OpenCell.open(redis, { offers });

const numbered = (bodies: readonly Instruction[], first = 1) =>
  bodies.map((body, i) => [first + i, body]);

const rulesWith = (version: number, promotions: readonly Promotion[]): Instruction => ({
  kind: 'rules',
  rules_version: version,
  fields: rulesFields({ ...plainRules, version, promotions }),
});

/** The price of one unit under the cell’s present rules, and the version of these rules. */
async function price(cell: OpenCell, coupons: readonly string[] = []) {
  const reply = await cell.checkOut({ coupons, expectedTotalMinor: 1_000_000 });
  if (reply.word !== 'price_changed') throw new Error(JSON.stringify(reply));
  return [reply.receipt.lines[0]!.netMinor, reply.rulesVersion];
}

const off = (id: string, amount: number, rest: Partial<Promotion> = {}) =>
  promotion(id, { layer: 'store', effect: { kind: 'fixed', off: amount, from: 0 }, ...rest });

describe('rules', () => {
  test('hold for the next order, under their version', async () => {
    const cell = await open();
    expect(await price(cell)).toEqual([1_000, 7]);
    await cell.instruct(numbered([rulesWith(8, [off('p', 100)])]));
    expect(await price(cell)).toEqual([900, 8]);
  });

  test('replace all earlier rules', async () => {
    const cell = await open();
    const first = [
      off('p', 100, { stores: ['store-1'] as never }),
      off('q', 5, { layer: 'cross_store', stores: null }),
    ];
    await cell.instruct(numbered([rulesWith(8, first), rulesWith(9, [off('r', 1)])]));
    expect(await price(cell)).toEqual([999, 9]);
    await cell.instruct(numbered([rulesWith(10, [])], 3));
    expect(await price(cell)).toEqual([1_000, 10]);
    expect(await redis.hkeys(cell.keys.rules)).toEqual(['layers']);
  });
});

describe('pots', () => {
  test('budgets and quotas are raised, even from nothing', async () => {
    const cell = await open();
    const pots: Instruction[] = [
      { kind: 'pot', pot: 'budget:b', amount: 70 },
      { kind: 'pot', pot: 'budget:b', amount: 5 },
      { kind: 'pot', pot: 'quota:c', amount: 0 },
    ];
    await cell.instruct(numbered([rulesWith(8, [off('p', 100, { budget: 'b' })]), ...pots]));
    expect(await price(cell)).toEqual([925, 8]);
    const left = new Map([
      ['budget:b', 75],
      ['quota:c', 0],
    ]);
    expect(await cell.read()).toMatchObject({ inbox: 4, pots: left });
  });
});

describe('wallets', () => {
  const coupon = off('c', 100, { isCoupon: true });
  const granted: Instruction = { kind: 'coupons', promotion: 'c', each: 2, shoppers: ['u1', 'u2'] };
  const filled: Instruction = { kind: 'balance', shopper: 'u1', points: 30, red_packet: 500 };

  test('each listed shopper gets coupons that the next order can use', async () => {
    const cell = await open();
    await cell.instruct(numbered([rulesWith(8, [coupon])]));
    expect(await cell.checkOut({ coupons: ['c'] })).toMatchObject({ word: 'refused' });
    await cell.instruct(numbered([granted, { ...granted, each: 1, shoppers: ['u2'] }], 2));
    expect(await price(cell, ['c'])).toEqual([900, 8]);
    expect((await cell.wallet('u1')).coupons).toEqual(new Map([['c', 2]]));
    expect((await cell.wallet('u2')).coupons).toEqual(new Map([['c', 3]]));
    expect((await cell.wallet('u3')).coupons).toEqual(new Map());
  });

  test('balances are added to what the shopper has', async () => {
    const cell = await open();
    await cell.instruct(numbered([granted, filled, { ...filled, points: 1, red_packet: 0 }]));
    const { points, redPacketMinor, coupons } = await cell.wallet('u1');
    expect([points, redPacketMinor, coupons.get('c')]).toEqual([31, 500, 2]);
  });
});

test('each instruction is applied once, however often the cell is told', async () => {
  const cell = await open();
  const shopper = 'u1';
  const list = numbered([
    rulesWith(8, [off('p', 100)]),
    { kind: 'pot', pot: 'budget:b', amount: 70 },
    { kind: 'coupons', promotion: 'c', each: 2, shoppers: [shopper] },
    { kind: 'balance', shopper, points: 30, red_packet: 500 },
  ]);
  await cell.instruct(list);
  const before = await cell.dump();
  for (const told of [list, list.slice(1), list.slice(3)]) {
    expect(await cell.instruct(told)).toEqual({ word: 'applied', inbox: 4, watermark: 0 });
  }
  expect(await cell.dump()).toEqual(before);
});

describe('a release', () => {
  const rules = {
    ...plainRules,
    promotions: [
      promotion('coupon', {
        layer: 'store',
        isCoupon: true,
        claims: { quota: 9, limitPerShopper: 1 },
      }),
      promotion('packet', {
        effect: { kind: 'packet', amount: 60, boost: null },
        layer: 'red_packet',
        budget: 'b',
        claims: { quota: 9, limitPerShopper: 1 },
      }),
    ],
  };
  const potsLeft = new Map([
    ['budget:b', 100],
    ['quota:packet', 2],
    ['quota:coupon', 2],
  ]);
  const openRich = () =>
    OpenCell.open(redis, {
      offers: [onSale('a', { lane: 'cart', limit: 2 })],
      rules,
      potsLeft,
      wallets: [walletOf('u1', { points: 9, redPacketMinor: 99, coupons: [['coupon', 1]] })],
    });

  test('of a cart returns its units, budgets, coupons, balances, limit and key', async () => {
    const cell = await openRich();
    const before = await cell.dump();
    const cart = item({ key: 'k' });
    const bought = { lines: cartLines(['a', 2]), coupons: ['coupon'], redPacket: 20, points: 4 };
    const placed = await cell.checkOut({ ...bought, key: cart.key as never, serial: cart.serial });
    expect(placed).toMatchObject({ word: 'placed', receipt: { pointsUsed: 4 } });
    await cell.instruct([
      [
        1,
        {
          ...{ kind: 'release', shopper: 'u1', serial: cart.serial, units: [['a', 2]] },
          ...{ pots: [['budget:b', 0]], coupons: ['coupon'], points: 4, red_packet: 20 },
        },
      ],
    ]);
    const now = await cell.dump();
    for (const key of ['stock', 'shoppers', 'wallets', 'pots'] as const) {
      expect(now[cell.keys[key]], key).toEqual(before[cell.keys[key]]);
    }
    expect(await cell.checkOut({ ...bought, key: 'k' as never })).toMatchObject({ word: 'placed' });
  });

  test('of a claim takes back what it gave and frees its key and its limit', async () => {
    const cell = await openRich();
    const before = await cell.dump();
    const claims = ['packet', 'coupon'].map((promotion) =>
      claimOf({ promotion, key: promotion, shopper: 'u2' }),
    );
    expect(await cell.claim(claims)).toMatchObject([{ amountMinor: 60 }, { amountMinor: 0 }]);
    const nothing = { units: [], coupons: [], points: 0, red_packet: 0 };
    const release = { kind: 'release', shopper: 'u2', ...nothing } as const;
    const pots = [
      [
        ['budget:b', 60],
        ['quota:packet', 1],
      ],
      [['quota:coupon', 1]],
    ];
    const list = claims.map(({ serial }, i) => [i + 1, { ...release, serial, pots: pots[i] }]);
    expect(await cell.instruct(list)).toEqual({ word: 'applied', inbox: 2, watermark: 0 });
    const now = await cell.dump();
    for (const key of ['pots', 'wallets'] as const) {
      expect(now[cell.keys[key]], key).toEqual(before[cell.keys[key]]);
    }
    const again = await cell.claim(claims);
    expect(again.map(({ word }) => word)).toEqual(['claimed', 'claimed']);
  });

  test('of a spent claim leaves a negative balance, which pays for nothing', async () => {
    const cell = await openRich();
    const claim = claimOf({ promotion: 'packet' });
    await cell.claim([claim]);
    await cell.checkOut({ redPacket: 'max', lines: cartLines(['a', 1]) });
    const pots = [['budget:b', 60]];
    const nothing = { units: [], coupons: [], points: 0, red_packet: 0 };
    const { serial } = claim;
    await cell.instruct([[1, { kind: 'release', shopper: 'u1', serial, pots, ...nothing }]]);
    expect(await cell.wallet('u1')).toMatchObject({ redPacketMinor: -60 });
    const plain = await cell.checkOut({ redPacket: 'max', lines: cartLines(['a', 1]) });
    expect(plain).toMatchObject({ word: 'placed', receipt: { applied: [] } });
  });
});
