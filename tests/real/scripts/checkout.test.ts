import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { CheckoutItem } from '../../../src/cell/selling/checkout.ts';
import { totalMinor } from '../../../src/domain/order.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { Reply } from '../../../src/platform/script.ts';
import { cartLines, cartOf, item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { newSerial } from '../../../proof/builders/ids.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { RICH_TOTAL, cartStage, rich } from '../../world/stage/cart-stage.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const openCell = (options: CellOptions = {}) => OpenCell.open(redis, { ...cartStage, ...options });

describe('a cart that is placed', () => {
  test('takes units, budgets, coupons and balances, and tells shopper and ledger', async () => {
    const cell = await openCell();
    const cart = cartOf({ ...rich, expectedTotalMinor: RICH_TOTAL });
    const reply = await cell.checkOut(cart);
    if (reply.word !== 'placed') throw new Error(JSON.stringify(reply));
    expect(reply).toMatchObject({ word: 'placed', rulesVersion: 7, seq: 1 });
    const { receipt, payByMs } = reply;
    expect(totalMinor(receipt)).toBe(RICH_TOTAL);
    expect(receipt.applied.map((one) => [one.promotion, one.discountMinor])).toEqual([
      ['auto', 100],
      ['coupon', 500],
      ['red_packet', 300],
      ['points', 50],
    ]);
    expect(await cell.read()).toMatchObject({
      ...{ seq: 1, placed: 1, settled: 0, tag: cart.serial },
      unitsByOffer: new Map(Object.entries({ a: 8, b: 9, f: 10 })),
      pots: new Map([['budget:purse', 4_400]]),
    });
    const left = { points: 0, redPacketMinor: 0, coupons: new Map([['coupon', 1]]) };
    expect(await cell.wallet('u1')).toMatchObject(left);
    const { serial, key, fingerprint, shopper } = cart;
    expect(await cell.ordersOf('u1')).toEqual([
      {
        ...{ id: `${cell.id.sale}_0_${serial}`, sale: cell.id.sale, key, ...receipt },
        ...{ fingerprint, payByMs, rulesVersion: 7, seq: 1 },
      },
    ]);
    const [written] = await cell.outbox();
    expect(written).toMatchObject({ seq: 1, tag: serial, prev: '', orderCount: 1 });
    const { orders, atMs, ...entry } = written!.entry!;
    expect(orders).toEqual([{ serial, shopper, key, fingerprint, ...receipt }]);
    expect(entry).toMatchObject({ payByMs: atMs + 900_000, rulesVersion: 7, claims: [] });
    expect(payByMs).toBe(entry.payByMs);
  });

  test('writes no other key, and the wallet and pots only when it uses them', async () => {
    const cell = await openCell();
    const changes = async (cart: Partial<CheckoutItem>) => {
      const before = await cell.dump();
      expect(await cell.checkOut(cart)).toMatchObject({ word: 'placed' });
      const after = await cell.dump();
      const names = Object.keys(cell.keys) as (keyof OpenCell['keys'])[];
      const text = (one: unknown) => JSON.stringify(one);
      return names.filter((name) => text(after[cell.keys[name]]) !== text(before[cell.keys[name]]));
    };
    const always = ['meta', 'stock', 'shoppers', 'outbox'];
    expect((await changes({ lines: cartLines(['b', 1]) })).toSorted()).toEqual(always.toSorted());
    const all = [...always, 'pots', 'wallets'];
    expect((await changes(rich)).toSorted()).toEqual(all.toSorted());
  });

  test('may have 50 lines and 999 units of an offer, and may cost nothing', async () => {
    const offers = [...Array(49).keys()].map((i) => onSale(`o${i}`, { lane: 'cart', price: 7 }));
    const free = onSale('free', { lane: 'cart', price: 0, units: 999 });
    const cell = await openCell({ offers: [...offers, free] });
    const lines = cartLines(['free', 999], ...offers.map(({ offer }) => [offer, 2] as const));
    const reply = await cell.checkOut({ lines });
    if (reply.word !== 'placed') throw new Error(JSON.stringify(reply));
    expect(reply.receipt.lines).toHaveLength(50);
    expect(totalMinor(reply.receipt)).toBe(49 * 14 - 100);
    expect(await cell.unitsLeft('free')).toBe(0);
    const nothing = await openCell({ offers: [free] });
    const unpaid = await nothing.checkOut({ lines: cartLines(['free', 1]), expectedTotalMinor: 0 });
    expect(unpaid).toMatchObject({ word: 'placed', receipt: { applied: [] } });
  });

  test('shares record, chain and limit with orders of the flash lane', async () => {
    const cell = await openCell();
    await cell.buy([item({ offer: 'f', key: 'one' })], { tag: 'first' });
    await cell.checkOut({ key: 'two' as never });
    await cell.buy([item({ offer: 'f', key: 'three' })]);
    expect((await cell.ordersOf('u1')).map(({ key }) => key)).toEqual(['one', 'two', 'three']);
    const chain = await cell.outbox();
    expect(chain.map(({ prev }) => prev)).toEqual(['', 'first', chain[1]!.tag]);
  });
});

describe('the same key gives the same answer', () => {
  const withoutGift = promotion('gift', {
    layer: 'store',
    effect: { kind: 'gift', from: 0, offer: 'none' as never, quantity: 1 },
  });
  const carts: [what: string, cart: Partial<CheckoutItem>, rules: readonly Promotion[]][] = [
    ['that used everything', rich, cartStage.rules!.promotions],
    ['of one line with a promotion', {}, cartStage.rules!.promotions],
    ['of one line without its gift', {}, [withoutGift]],
    ['of one line of the flash lane', { lines: cartLines(['f', 2]) }, []],
  ];

  test.each(carts)(
    'to the byte for a cart %s, even in a rebuilt cell',
    async (_, fields, promotions) => {
      const cell = await openCell({ rules: { ...plainRules, promotions } });
      const cart = cartOf(fields);
      const [, , payBy, version, , , , , receipt] = await cell.checkOutRaw(cart);
      const expected = (seq: number) => [
        ...['replayed', cart.serial, payBy, version, receipt, seq],
      ];
      const again = async (to: OpenCell) => {
        const before = await to.dump();
        const reply = await to.checkOutRaw({ ...cart, serial: newSerial() });
        expect(await to.dump()).toEqual(before);
        const outcome = reply[8] as readonly Reply[];
        return outcome.map((part, i) => (i < 2 ? String(part) : part));
      };
      expect(await again(cell)).toEqual(expected(1));
      await cell.instruct([[1, { kind: 'state', state: 'closed' }]]);
      expect(await again(cell)).toEqual(expected(1));
      const carts = await cell.ownedOrders();
      const rebuilt = { id: cell.id, epoch: 2, carts, rules: plainRules, wallets: [], offers: [] };
      // The ledger has the orders of a rebuilt cell, so they have no entry there.
      expect(await again(await openCell(rebuilt))).toEqual(expected(0));
    },
  );

  test('also for an order of the flash lane', async () => {
    const cell = await openCell();
    const bought = item({ offer: 'f', quantity: 2, key: 'k' });
    await cell.buy([bought]);
    const { key, fingerprint } = bought;
    const reply = await cell.checkOut({ key: key as never, fingerprint });
    const line = { offer: 'f', store: 'store-1', quantity: 2, priceMinor: 990, netMinor: 1_980 };
    expect(reply).toMatchObject({
      ...{ word: 'replayed', serial: bought.serial },
      receipt: { lines: [line], applied: [] },
    });
  });

  test('but a refused cart may be tried again', async () => {
    const cell = await openCell({ state: 'paused' });
    const cart = cartOf({});
    expect(await cell.checkOut(cart)).toMatchObject({ refusal: { code: 'sale_paused' } });
    await cell.instruct([[1, { kind: 'state', state: 'open' }]]);
    expect(await cell.checkOut(cart)).toMatchObject({ word: 'placed' });
  });
});

describe('the carts of a call see each other, in order', () => {
  const words = async (cell: OpenCell, carts: readonly CheckoutItem[], backlogLimit?: number) => {
    const reply = await cell.checkOutAll(carts, backlogLimit);
    if (reply.word !== 'batch') throw new Error(reply.word);
    return reply.outcomes.map((one) => (one.word === 'refused' ? one.refusal.code : one.word));
  };
  const carts = (count: number, fields: (i: number) => Partial<CheckoutItem>) =>
    Array.from({ length: count }, (_, i) => cartOf(fields(i)));

  test('one key 16 times in a call makes one order', async () => {
    const cell = await openCell();
    const once = { ...rich, key: 'k' as never };
    const outcomes = await words(cell, [...carts(15, () => once), cartOf({ key: 'k' as never })]);
    expect(outcomes).toEqual(['placed', ...Array<string>(15).fill('replayed')]);
    expect(await cell.unitsLeft('a')).toBe(8);
    expect((await cell.wallet('u1')).coupons).toEqual(new Map([['coupon', 1]]));
    expect((await cell.outbox()).map(({ orderCount }) => orderCount)).toEqual([1]);
  });

  test('a key counts as used once an earlier cart has used it', async () => {
    const cell = await openCell();
    const under = (fingerprint: string) => cartOf({ key: 'k' as never, fingerprint });
    const outcomes = await words(cell, ['one', 'two', 'one'].map(under));
    expect(outcomes).toEqual(['placed', 'key_reused', 'replayed']);
  });

  test('the last unit, cent, balance and place go to the first cart that asks', async () => {
    const cell = await openCell({
      offers: [onSale('a', { lane: 'cart', price: 1_000, units: 5, limit: 3 })],
      potsLeft: new Map([['budget:purse', 150]]),
    });
    const of = (units: number, who: string, rest: Partial<CheckoutItem> = {}) =>
      cartOf({ shopper: who as never, lines: cartLines(['a', units]), ...rest });
    const first = of(2, 'u1', { redPacket: 'max' });
    const next = [
      of(2, 'u2'),
      of(2, 'u1'),
      of(1, 'u1', { redPacket: 1 }),
      of(2, 'u3'),
      of(1, 'u3'),
    ];
    const reply = await cell.checkOutAll([first, ...next], 3);
    expect(reply).toMatchObject({
      outcomes: [
        { word: 'placed', receipt: { applied: [{ discountMinor: 100 }, { discountMinor: 300 }] } },
        { word: 'placed', receipt: { applied: [{ discountMinor: 50 }] } },
        { refusal: { code: 'limit_reached', taken: 2 } },
        { refusal: { code: 'balance_short', available: 0 } },
        { word: 'sold_out', unitsLeft: 1 },
        { word: 'placed', receipt: { applied: [] } },
      ],
    });
    expect(await words(cell, [of(1, 'u4')], 3)).toEqual(['busy']);
    expect(await cell.read()).toMatchObject({
      unitsByOffer: new Map([['a', 0]]),
      pots: new Map([['budget:purse', 0]]),
    });
  });

  test('carts are placed up to the limit on unsettled orders', async () => {
    const cell = await openCell();
    const three = carts(3, () => ({}));
    expect(await words(cell, three, 2)).toEqual(['placed', 'placed', 'busy']);
  });

  test('one entry carries every placed cart and none that was refused', async () => {
    const cell = await openCell();
    const sound = [cartOf(rich), cartOf({ shopper: 'u2' as never }), cartOf({})];
    const [one, two, three] = sound as [CheckoutItem, CheckoutItem, CheckoutItem];
    const refused = cartOf({ lines: cartLines(['a', 99]) });
    expect(await words(cell, [one, refused, two, one, three])).toEqual([
      ...['placed', 'sold_out', 'placed', 'replayed', 'placed'],
    ]);
    const [written, ...others] = await cell.outbox();
    expect(others).toEqual([]);
    expect(written).toMatchObject({ seq: 1, orderCount: 3 });
    const orders = written!.entry!.orders.map(({ serial }) => serial);
    expect(orders).toEqual(sound.map(({ serial }) => serial));
    expect(await cell.read()).toMatchObject({ placed: 3 });
    expect(await cell.ordersOf('u1')).toHaveLength(2);
  });

  const broken: [what: string, destroy: (cell: OpenCell) => Promise<unknown>, needs: object][] = [
    ['offer', ({ keys }) => redis.hset(keys.offers, 'b', 'no offer'), { lines: rich.lines }],
    ['stock', ({ keys }) => redis.hset(keys.stock, 'b', 'many'), { lines: rich.lines }],
    ['shopper', ({ keys }) => redis.hset(keys.shoppers, 'bad', 'no record'), { shopper: 'bad' }],
    ['wallet', ({ keys }) => redis.hset(keys.wallets, 'bad', 'no wallet'), { shopper: 'bad' }],
    ['coupon', ({ keys }) => redis.hset(keys.rules, 'coupon:coupon', '\xc1'), rich],
    [
      'budget',
      async ({ keys }) => {
        await redis.hset(keys.pots, 'budget:purse', '1e3');
      },
      { lines: cartLines(['a', 1]) },
    ],
  ];

  test.each(broken)('a bad %s refuses only the cart that needs it', async (_, destroy, needs) => {
    const cell = await openCell({ offers: [...cartStage.offers!, onSale('c', { store: 's3' })] });
    await destroy(cell);
    const before = await cell.dump();
    expect(await words(cell, [cartOf(needs)])).toEqual(['unreadable']);
    expect(await cell.dump()).toEqual(before);
    const good = { lines: cartLines(['c', 1]), shopper: 'good' as never };
    const list = carts(16, (i) => (i === 7 ? needs : good));
    const outcomes = await words(cell, list);
    expect(outcomes).toEqual(list.map((_cart, i) => (i === 7 ? 'unreadable' : 'placed')));
    expect(await cell.unitsLeft('c')).toBe(85);
    expect((await cell.outbox())[0]!.entry!.orders).toHaveLength(15);
  });

  test('a call that has no limit is a fault and writes nothing', async () => {
    const cell = await openCell();
    const before = await cell.dump();
    await expect(cell.checkOutAll([cartOf({})], NaN)).rejects.toThrow('not an integer argument');
    expect(await cell.dump()).toEqual(before);
  });
});
