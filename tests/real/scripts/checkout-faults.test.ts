import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { checkout } from '../../../src/cell/selling/checkout.ts';
import type { CheckoutItem } from '../../../src/cell/selling/checkout.ts';
import { claim } from '../../../src/cell/selling/claim.ts';
import type { ClaimItem } from '../../../src/cell/selling/claim.ts';
import { cartStage, rich } from '../../world/stage/cart-stage.ts';
import { cartLines, cartOf, claimOf, item } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { claimColumns, ordersArg } from '../../../proof/builders/script-arguments.ts';
import { expectAllOrNothing, runSabotaged } from '../../world/checks/sabotage.ts';
import type { Branch } from '../../world/checks/sabotage.ts';
import { withRedis } from '../../world/servers/redis.ts';

// Redis rolls nothing back, so no error may come after a write.

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const claims = { quota: 10, limitPerShopper: 2 };
const packet = { kind: 'packet', amount: 60, boost: null } as const;
const gift = { kind: 'gift', from: 0, offer: 'g' as never, quantity: 1 } as const;
const coupons = [['coupon', 2]] as const;
const known = walletOf('u1', { points: 50, redPacketMinor: 300, coupons });
const before = { key: 'known' as never, serial: 'A'.repeat(22), promotion: 'coupon' };

/** A sale in which a cart can take units, a gift, a budget, a coupon and balances. */
const openSale = (options: CellOptions = {}) =>
  OpenCell.open(redis, {
    ...cartStage,
    offers: [...cartStage.offers!, onSale('g', { units: 1 })],
    rules: {
      ...plainRules,
      promotions: [
        ...cartStage.rules!.promotions.map((one) => ({ ...one, claims })),
        promotion('gift', { layer: 'store', effect: gift }),
        promotion('packet', { layer: 'red_packet', effect: packet, budget: 'purse', claims }),
      ],
    },
    potsLeft: new Map([...cartStage.potsLeft!, ['quota:coupon', 2], ['quota:packet', 1]]),
    wallets: [{ ...known, claims: [{ ...before, amountMinor: 0 }] }],
    ...options,
  });

const selling =
  (carts: readonly CheckoutItem[], backlogLimit = 1_000): Branch['run'] =>
  (cell, failsAt) => {
    const args = { orders: ordersArg(carts), tag: 'tag', backlog_limit: backlogLimit };
    return runSabotaged(cell, checkout, args, failsAt);
  };
const giving =
  (items: readonly ClaimItem[], backlogLimit = 1_000): Branch['run'] =>
  (cell, failsAt) => {
    const args = { batch: claimColumns(items), tag: 'tag', backlog_limit: backlogLimit };
    return runSabotaged(cell, claim, args, failsAt);
  };

const own = ['placed', 'replayed', 'claimed', 'sold_out', 'price_changed', 'unreadable'];
const outcomes = (...words: string[]) => ({
  word: 'batch',
  outcomes: words.map((word) =>
    own.includes(word) ? { word } : { word: 'refused', refusal: { code: word } },
  ),
});

const rest = ['XADD', 'HSET', 'HSET'];
const fullWrites = [...rest, 'HSET', 'HSET', 'HSET'];
const flashLine = { lines: cartLines(['f', 1]) };
const fenced = async () => {
  const cell = await openSale();
  await redis.set(cell.keys.fence, 2);
  return cell;
};
const paused = { state: 'paused' } as const;

const carts: Branch[] = [
  {
    name: 'a cart takes stock, a gift, a budget, a coupon and balances',
    open: openSale,
    run: selling([cartOf(rich)]),
    answer: { ...outcomes('placed'), outcomes: [{ receipt: { lines: { length: 3 } } }] },
    writes: fullWrites,
  },
  {
    name: 'a cart takes nothing but stock',
    open: openSale,
    run: selling([cartOf({ shopper: 'u2' as never, ...flashLine })]),
    answer: outcomes('placed'),
    writes: [...rest, 'HSET'],
  },
  {
    name: 'carts of several shoppers, some refused or repeated',
    open: openSale,
    run: selling([
      cartOf({ ...rich, key: 'k' as never }),
      cartOf({ lines: cartLines(['a', 11]) }),
      cartOf({ shopper: 'u2' as never }),
      cartOf({ ...rich, key: 'k' as never }),
      cartOf({ coupons: ['none'] }),
      cartOf({ points: 1 }),
      cartOf({ expectedTotalMinor: 1 }),
      cartOf({ ...rich, points: 0 }),
    ]),
    answer: outcomes(
      ...['placed', 'sold_out', 'placed', 'replayed', 'coupon_unavailable', 'balance_short'],
      ...['price_changed', 'placed'],
    ),
    writes: fullWrites,
  },
  {
    name: 'one wallet is unreadable, and the next cart is placed',
    open: async () => {
      const cell = await openSale();
      await redis.hset(cell.keys.wallets, 'bad', 'no wallet');
      return cell;
    },
    run: selling([cartOf({ shopper: 'bad' as never }), cartOf(rich)]),
    answer: outcomes('unreadable', 'placed'),
    writes: fullWrites,
  },
  {
    name: 'all are refused for their contents',
    open: () => openSale({ orders: [item({ key: 'used', offer: 'f' })] }),
    run: selling([
      cartOf({ key: 'used' as never }),
      cartOf({ lines: cartLines(['a', 0]) }),
      cartOf({ lines: cartLines(['none', 1]) }),
      cartOf({ lines: cartLines(['a', 11]) }),
      cartOf({ coupons: ['coupon', 'coupon'] }),
      cartOf({ redPacket: 301 }),
      cartOf({ ...rich, expectedTotalMinor: 0 }),
    ]),
    answer: outcomes(
      ...['key_reused', 'invalid', 'unknown_offer', 'sold_out', 'coupon_unavailable'],
      ...['balance_short', 'price_changed'],
    ),
    writes: [],
  },
  {
    name: 'all are refused: sale_paused',
    open: () => openSale(paused),
    run: selling([cartOf(rich), cartOf()]),
    answer: outcomes('sale_paused', 'sale_paused'),
    writes: [],
  },
  {
    name: 'all are refused: busy',
    open: openSale,
    run: selling([cartOf(rich)], 0),
    answer: outcomes('busy'),
    writes: [],
  },
  {
    name: 'the carts are fenced',
    open: fenced,
    run: selling([cartOf(rich)]),
    answer: { word: 'fenced' },
    writes: [],
  },
];

const grabbed = claimOf({ promotion: 'packet' });
const grabs: Branch[] = [
  {
    name: 'a coupon and a red packet are given to two shoppers',
    open: openSale,
    run: giving([claimOf(), grabbed, claimOf({ shopper: 'u2' })]),
    answer: outcomes('claimed', 'claimed', 'claimed'),
    writes: [...rest, 'HSET'],
  },
  {
    name: 'some are granted, others refused or repeated',
    open: openSale,
    run: giving([
      grabbed,
      claimOf({ promotion: 'packet' }),
      grabbed,
      claimOf({ promotion: 'none' }),
      claimOf({ key: grabbed.key }),
      claimOf(),
      claimOf(),
    ]),
    answer: outcomes(
      ...['claimed', 'sold_out', 'replayed', 'not_found', 'key_reused', 'claimed', 'limit_reached'],
    ),
    writes: [...rest, 'HSET'],
  },
  {
    name: 'a claim is repeated',
    open: openSale,
    run: giving([claimOf({ key: 'known' })]),
    answer: outcomes('replayed'),
    writes: [],
  },
  {
    name: 'all are refused: sale_paused',
    open: () => openSale(paused),
    run: giving([claimOf(), grabbed]),
    answer: outcomes('sale_paused', 'sale_paused'),
    writes: [],
  },
  {
    name: 'all are refused: busy',
    open: openSale,
    run: giving([claimOf()], 0),
    answer: outcomes('busy'),
    writes: [],
  },
  {
    name: 'the claims are fenced',
    open: fenced,
    run: giving([claimOf()]),
    answer: { word: 'fenced' },
    writes: [],
  },
];

const branches = [
  ...carts.map((branch) => ({ script: 'checkout', ...branch })),
  ...grabs.map((branch) => ({ script: 'claim', ...branch })),
];

describe('a script whose call to Redis fails does all or nothing', () => {
  test.each(branches)('$script: $name', async (branch) => {
    await expectAllOrNothing(redis, branch);
  });
});

type Key = keyof OpenCell['keys'];
const both: Key[] = ['fence', 'meta', 'rules', 'pots', 'wallets', 'outbox'];
const tries: [script: string, call: (cell: OpenCell) => Promise<unknown>, keys: Key[]][] = [
  [
    'checkout',
    (cell) => cell.checkOutAll([cartOf(rich), cartOf({ shopper: 'u2' as never })]),
    [...both, 'stock', 'offers', 'shoppers'],
  ],
  ['claim', (cell) => cell.claimReply([grabbed, claimOf({ shopper: 'u2' })]), both],
];

/** A cell that has sold and given before, so that every key exists. */
const openSold = async () => {
  const cell = await openSale();
  await cell.checkOut({});
  return cell;
};

describe.each(tries)('%s finds what Redis would refuse before it writes', (_, call, keys) => {
  test.each(keys)('the key %s is of another type', async (key) => {
    const cell = await openSold();
    await redis.multi().del(cell.keys[key]).rpush(cell.keys[key], 'a list').exec();
    const dump = await cell.dump();
    await expect(call(cell)).rejects.toThrow(/^WRONGTYPE/);
    expect(await cell.dump()).toEqual(dump);
  });

  test.each(['pay_within', 'rules_version', 'inbox', 'seq', 'placed', 'settled', 'watermark'])(
    'the field %s of meta is not a number, or missing',
    async (field) => {
      const cell = await openSold();
      for (const spoil of ['hset', 'hdel'] as const) {
        await redis[spoil](cell.keys.meta, field, 'no number');
        const dump = await cell.dump();
        await expect(call(cell)).rejects.toThrow(field);
        expect(await cell.dump()).toEqual(dump);
      }
    },
  );

  test('an entry whose number is already in use', async () => {
    const cell = await openSold();
    await redis.hset(cell.keys.meta, 'seq', 0);
    const dump = await cell.dump();
    await expect(call(cell)).rejects.toThrow('equal or smaller');
    expect(await cell.dump()).toEqual(dump);
  });
});
