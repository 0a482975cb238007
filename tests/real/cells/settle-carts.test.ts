import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryClaim, EntryOrder } from '../../../src/domain/outbox-entry.ts';
import { orderId } from '../../../src/domain/ids.ts';
import { auditLedger, cellBooks } from '../../../src/ledger/audit.ts';
import { balancesOf } from '../../../src/ledger/books/balances.ts';
import { putBalances } from '../../../src/ledger/terms/put-balances.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import {
  listDeadLetters,
  releaseDeadLetter,
  replayDeadLetter,
} from '../../../src/ledger/cells/dead-letters.ts';
import { findSettledOrder } from '../../../src/ledger/orders/read-orders.ts';
import { putBudget } from '../../../src/ledger/terms/put-budget.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { cellContents } from '../../../src/ledger/cells/snapshot.ts';
import { cart, claim, took } from '../../../proof/builders/entries.ts';
import { OPERATOR, shopperId } from '../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;

withStage('test', LedgerSale.create, (made) => (sale = made));
/** Shopper u holds 2 coupons c, 100 points and a red packet of 5.00; p may be claimed. */
beforeEach(async () => {
  const { pool, id } = sale;
  await putBudget(pool, id, budget('b', { amountMinor: 1_000 }), OPERATOR);
  await putPromotion(pool, id, promotion('c', { isCoupon: true, budget: 'b' }), OPERATOR);
  const claims = { quota: 3, limitPerShopper: 2 };
  await putPromotion(pool, id, promotion('p', { isCoupon: true, claims }), OPERATOR);
  const effect = { kind: 'packet', amount: 300, boost: null } as const;
  await putPromotion(pool, id, promotion('envelope', { effect, claims, budget: 'b' }), OPERATOR);
  const u = shopperId('u');
  await grantCoupons(pool, id, { promotion: 'c', shoppers: [u], each: 2, key: 'k' }, OPERATOR);
  await putBalances(pool, id, u, { points: 100, redPacketMinor: 500 }, OPERATOR);
  await sale.open();
});

const promisesOf = async () =>
  (await auditLedger(sale.pool, sale.id)).map(({ promise }) => promise);
const u = shopperId('u');

const coupon = (shares: number[]) => took('c', shares, { budget: 'b', isCoupon: true });
const redPacket = (...shares: number[]) => took('red_packet', shares, { layer: 'red_packet' });

/** Two stores, a gift, a coupon from the budget, a store's own discount, packet and points. */
const wholeCart = (): EntryOrder =>
  cart({
    shopper: 'u',
    key: 'whole',
    lines: ['a', 's1', 2, 1_000, 'c', 's2', 1, 3_000],
    gifts: ['b', 's1', 1],
    applied: [
      took('own', [50, 0], { layer: 'store', funder: 'store' }),
      coupon([40, 60]),
      redPacket(200, 300),
      took('points', [10, 0], { layer: 'points' }),
    ],
    outOfGifts: ['g1', 'g2'],
    points: 10,
  });

const idOf = (one: EntryOrder | EntryClaim) => orderId(sale.cell(), one.serial);
const spent = (pot: string) =>
  sale.one('select spent from pot_allotments where sale = $1 and pot = $2', pot);
const usedCoupons = () =>
  sale.one(`select used from coupons where sale = $1 and promotion = 'c' and shopper = 'u'`);

test('a cart settles with units, gifts, shares, budget, coupon, packet and points', async () => {
  const order = wholeCart();
  expect(await sale.settle({ orders: [order] })).toMatchObject({ orders: 1, buried: 0 });
  const held = 'select sum(held)::integer from allotments where sale = $1 and offer = $2';
  expect(await sale.one(held, 'a')).toBe(2);
  expect(await sale.one(held, 'b')).toBe(1);
  expect(await spent('budget:b')).toBe(100);
  expect(await usedCoupons()).toBe(1);
  expect(await balancesOf(sale.pool, sale.id, u)).toEqual({
    ...{ points: 100, pointsUsed: 10, redPacket: 500, redPacketUsed: 500 },
  });
  expect(await promisesOf()).toEqual([]);
});

test('the ledger returns the whole receipt, and so does a rebuilt cell', async () => {
  const order = wholeCart();
  await sale.settle({ orders: [order] });
  const { lines, applied, outOfGifts, pointsUsed } = order;
  const receipt = { lines, applied, outOfGifts, pointsUsed };
  const total = 5_000 - 50 - 100 - 500 - 10;
  expect(await sale.one('select total_minor from orders where sale = $1')).toBe(total);
  expect(await findSettledOrder(sale.pool, idOf(order), 'u')).toMatchObject(receipt);
  const { orders, wallets, potsLeft } = await cellContents(sale.pool, sale.cell());
  expect(orders).toEqual([
    {
      ...receipt,
      id: idOf(order),
      sale: sale.id,
      ...{ shopper: 'u', key: 'whole', fingerprint: 'f', rulesVersion: 1 },
      payByMs: expect.any(Number) as number,
    },
  ]);
  expect(wallets).toEqual([
    { shopper: 'u', points: 90, redPacketMinor: 0, coupons: [['c', 1]], claims: [] },
  ]);
  expect(Object.fromEntries(potsLeft)).toEqual({
    ...{ 'budget:b': 900, 'quota:p': 3, 'quota:envelope': 3 },
  });
});

test('claims settle into coupons, packets, quotas and the budget', async () => {
  const grabbed = claim({ shopper: 'v', key: 'k1' });
  const envelope = { promotion: 'envelope', amountMinor: 300, budget: 'b' };
  const packets = ['v', 'u'].map((shopper) => claim({ shopper, key: 'k2', ...envelope }));
  await sale.settle({ claims: [grabbed] });
  await sale.settle({ claims: packets });
  expect(await spent('quota:p')).toBe(1);
  expect(await spent('quota:envelope')).toBe(2);
  expect(await spent('budget:b')).toBe(600);
  const { wallets } = await cellContents(sale.pool, sale.cell());
  const remembered = ({ key, serial, promotion: of, amountMinor }: EntryClaim) => ({
    ...{ key, serial, promotion: of, amountMinor },
  });
  expect(wallets.toSorted((a, b) => (a.shopper < b.shopper ? -1 : 1))).toEqual([
    {
      ...{ shopper: 'u', points: 100, redPacketMinor: 800, coupons: [['c', 2]] },
      claims: [remembered(packets[1]!)],
    },
    {
      ...{ shopper: 'v', points: 0, redPacketMinor: 300, coupons: [['p', 1]] },
      claims: [grabbed, packets[0]!].map(remembered),
    },
  ]);
  expect(await promisesOf()).toEqual([]);
});

test('a cart may use a coupon and a packet claimed in the same transaction', async () => {
  const lines = ['a', 's1', 1, 1_000];
  const claims = [
    claim({ shopper: 'v' }),
    claim({ shopper: 'v', promotion: 'envelope', amountMinor: 300, budget: 'b' }),
  ];
  const applied = [took('p', [100], { isCoupon: true }), redPacket(300)];
  const orders = [cart({ shopper: 'v', lines, applied })];
  expect(await sale.settle({ orders, claims })).toMatchObject({ orders: 3, buried: 0 });
  expect(await promisesOf()).toEqual([]);
});

/** Orders and claims of things that the ledger never gave; it buries them. */
const poisons: [string, () => { orders?: EntryOrder[]; claims?: EntryClaim[] }][] = [
  ['a budget overspent', () => ({ orders: [cart({ shopper: 'u', applied: [coupon([1_001])] })] })],
  [
    'a budget without an allotment',
    () => ({ orders: [cart({ shopper: 'u', applied: [took('x', [1], { budget: 'none' })] })] }),
  ],
  ['a coupon never held', () => ({ orders: [cart({ shopper: 'v', applied: [coupon([1])] })] })],
  ['points beyond the balance', () => ({ orders: [cart({ shopper: 'u', points: 101 })] })],
  ['points without a balance', () => ({ orders: [cart({ shopper: 'v', points: 1 })] })],
  [
    'a packet beyond the balance',
    () => ({ orders: [cart({ shopper: 'u', applied: [redPacket(501)] })] }),
  ],
  ['a gift without stock', () => ({ orders: [cart({ shopper: 'u', gifts: ['b', 's1', 101] })] })],
  ['a claim beyond the quota', () => ({ claims: [claim({ promotion: 'none' })] })],
  [
    'a packet beyond the budget',
    () => ({ claims: [claim({ promotion: 'envelope', amountMinor: 1_001, budget: 'b' })] }),
  ],
];

test.each(poisons)(
  'an entry with %s is buried alone, and none of it is counted',
  async (_, due) => {
    const good = cart({ shopper: 'u', applied: [coupon([100])] });
    const { orders = [], claims = [] } = due();
    const result = await sale.settle({ orders: [good, ...orders], claims });
    expect(result).toMatchObject({ orders: 1, buried: 1, isOverdrawn: true });
    expect(await spent('budget:b')).toBe(100);
    expect(await usedCoupons()).toBe(1);
    expect((await findCursor(sale.pool, sale.cell()))!.state).toBe('diverged');
    const [letter] = await listDeadLetters(sale.pool);
    expect(letter).toMatchObject({ sqlstate: '23514', orderId: idOf([...orders, ...claims][0]!) });
    expect((await promisesOf()).toSorted()).toEqual(['I8', 'P2']);
  },
);

test('an order whose shares do not add up is buried', async () => {
  const wrong = took('own', [50]);
  wrong[3] = 51;
  const orders = [cart({ shopper: 'u', applied: [wrong] }), cart({ shopper: 'v' })];
  expect(await sale.settle({ orders })).toMatchObject({ orders: 1, buried: 1 });
});

describe('a buried order and a buried claim', () => {
  const order = (more: Partial<Parameters<typeof cart>[0]>) =>
    cart({
      shopper: 'u',
      key: 'k1',
      gifts: ['b', 's1', 1],
      applied: [coupon([100]), redPacket(200)],
      points: 10,
      ...more,
    });
  const packet = () =>
    claim({ shopper: 'u', promotion: 'envelope', amountMinor: 300, budget: 'b' });

  /** Buries both under a constraint, then drops it and opens the cell again. */
  async function bury(more: Partial<Parameters<typeof cart>[0]> = {}) {
    const due = { orders: [order(more)], claims: [packet()] };
    await sale.pool.query(`
      alter table orders add constraint refused check (shopper <> 'u');
      alter table claims add constraint refused check (shopper <> 'u')`);
    expect(await sale.settle(due)).toMatchObject({ orders: 0, buried: 2 });
    await sale.pool.query(`
      alter table orders drop constraint refused;
      alter table claims drop constraint refused;
      update cells set state = 'open'`);
    return { ...due, letters: await listDeadLetters(sale.pool) };
  }

  test('stay counted in the snapshot and in the books', async () => {
    const { orders, claims } = await bury();
    const contents = await cellContents(sale.pool, sale.cell());
    const { serial, key } = claims[0]!;
    expect(contents.wallets).toEqual([
      {
        ...{ shopper: 'u', points: 90, redPacketMinor: 600, coupons: [['c', 1]] },
        claims: [{ key, serial, promotion: 'envelope', amountMinor: 300 }],
      },
    ]);
    expect(contents.potsLeft.get('budget:b')).toBe(600);
    expect(contents.unitsByOffer.get('b')).toBe(99);
    expect(contents.orders.map(({ id }) => id)).toEqual([idOf(orders[0]!)]);
    const books = await cellBooks(sale.pool, sale.cell(), { seq: 0, inbox: 1_000 });
    expect(Object.fromEntries(books.pots.buried)).toEqual({ 'budget:b': 400, 'quota:envelope': 1 });
    expect(books.pots.later).toEqual(books.pots.buried);
    expect(books.units.later).toEqual(books.units.buried);
    expect(await promisesOf()).toEqual(['P2', 'P2']);
  });

  /** Rewrites the letter as the previous release buries an order: plain and without a kind. */
  const makePlain = `
    update dead_letters set body = body - array['kind', 'applied', 'outOfGifts', 'pointsUsed']
      || jsonb_build_object('lines', (
        select jsonb_agg(line - array['netMinor', 'isGift'])
        from jsonb_array_elements(body -> 'lines') line))
    where body ->> 'kind' = 'order'`;

  test('of the previous release stay counted and are replayed as plain orders', async () => {
    const { orders, letters } = await bury({ applied: [], points: 0, gifts: [] });
    await sale.pool.query(makePlain);
    const contents = await cellContents(sale.pool, sale.cell());
    expect(contents.unitsByOffer.get('a')).toBe(99);
    const { lines } = orders[0]!;
    expect(contents.orders).toMatchObject([
      { id: idOf(orders[0]!), lines, applied: [], outOfGifts: [], pointsUsed: 0 },
    ]);
    const books = await cellBooks(sale.pool, sale.cell(), { seq: 0, inbox: 1_000 });
    expect(Object.fromEntries(books.units.later)).toEqual({ a: 1 });
    expect(books.units.buried).toEqual(books.units.later);
    expect(await listDeadLetters(sale.pool)).toMatchObject([{ body: { kind: 'order' } }, {}]);
    for (const { id } of letters)
      expect(await replayDeadLetter(sale.pool, id, OPERATOR)).toBe('replayed');
    expect(await findSettledOrder(sale.pool, idOf(orders[0]!), 'u')).toMatchObject({
      lines,
      applied: [],
    });
    expect(await promisesOf()).toEqual([]);
  });

  test('of the previous release return their units, and the audit sees a reused key', async () => {
    const { orders, letters } = await bury({ applied: [], points: 0, gifts: [] });
    await sale.pool.query(makePlain);
    await sale.settle({ orders: [cart({ shopper: 'u', key: 'k1' })] });
    expect((await promisesOf()).toSorted()).toEqual(['I9', 'P2', 'P2']);
    const before = (await sale.told()).length;
    expect(await releaseDeadLetter(sale.pool, letters[0]!.id, OPERATOR)).toBe('released');
    expect(await sale.told(0, before)).toMatchObject([
      { kind: 'release', serial: orders[0]!.serial, units: [['a', 1]], pots: [], points: 0 },
    ]);
  });

  test('settle in a replay', async () => {
    const { letters } = await bury();
    for (const { id } of letters)
      expect(await replayDeadLetter(sale.pool, id, OPERATOR)).toBe('replayed');
    expect(await spent('budget:b')).toBe(400);
    expect(await promisesOf()).toEqual([]);
  });

  test('return everything they took in a release', async () => {
    const { orders, claims, letters } = await bury();
    const before = (await sale.told()).length;
    for (const { id } of letters)
      expect(await releaseDeadLetter(sale.pool, id, OPERATOR)).toBe('released');
    expect(await sale.told(0, before)).toEqual([
      {
        ...{ kind: 'release', shopper: 'u', serial: orders[0]!.serial, coupons: ['c'] },
        units: [
          ['a', 1],
          ['b', 1],
        ],
        pots: [['budget:b', 100]],
        ...{ points: 10, red_packet: 200 },
      },
      {
        ...{ kind: 'release', shopper: 'u', serial: claims[0]!.serial, coupons: [], units: [] },
        pots: [
          ['quota:envelope', 1],
          ['budget:b', 300],
        ],
        ...{ points: 0, red_packet: 0 },
      },
    ]);
    const books = await cellBooks(sale.pool, sale.cell(), { seq: 1, inbox: before });
    expect(Object.fromEntries(books.pots.pending)).toEqual({
      ...{ 'budget:b': 400, 'quota:envelope': 1 },
    });
    expect(Object.fromEntries(books.units.pending)).toEqual({ a: 1, b: 1 });
    expect(await promisesOf()).toEqual([]);
  });
});

test('a second claim under one key is buried', async () => {
  const claims = [claim({ key: 'k' }), claim({ key: 'k' })];
  expect(await sale.settle({ claims })).toMatchObject({ orders: 1, buried: 1 });
  expect((await promisesOf()).toSorted()).toEqual(['I9', 'P2']);
});

const lies: [string, string, promise: string][] = [
  ['a budget spent without an order', 'update pot_allotments set spent = spent + 1', 'I5'],
  ['a pot that does not add up', 'update pots set assigned = assigned - 1', 'I5'],
  ['a budget without money', `delete from pots where pot = 'budget:b'`, 'I5'],
  ['a coupon back too early', 'update coupons set used = 0', 'I6'],
  ['a coupon nobody claimed', 'update coupons set claimed = 1', 'I6'],
  ['points back too early', 'update balances set points_used = 0', 'I6'],
  ['a packet nobody claimed', 'update balances set packet_claimed = 1', 'I6'],
  ['a balance that is gone', 'delete from balances', 'I6'],
  [
    'more claims than the limit',
    `update promotions set body = jsonb_set(body, '{claims,limitPerShopper}', '0')
     where id = 'p'`,
    'I6',
  ],
  ['a net off by a cent', 'update order_lines set net_minor = net_minor + 1 where line = 0', 'I7'],
  [
    'shares on the wrong line',
    `update order_promotions set shares = array[shares[2], shares[1]] where place = 1`,
    'I7',
  ],
  ['a share on a gift', 'update order_promotions set shares = shares || 0::bigint', 'I7'],
  ['a promotion that is gone', 'delete from order_promotions where place = 0', 'I7'],
  ['a total off by a cent', 'update orders set total_minor = total_minor + 1', 'I7'],
];

test.each(lies)('the audit reports %s', async (_, lie, promise) => {
  await sale.settle({ orders: [wholeCart()], claims: [claim({})] });
  expect(await promisesOf()).toEqual([]);
  await sale.pool.query(lie);
  expect(await promisesOf()).toContain(promise);
});

test('the audit expects expired orders to have returned their budget', async () => {
  await sale.settle({ orders: [wholeCart()] });
  await sale.pool.query(`update orders set state = 'expired'`);
  await sale.pool.query(`insert into order_moves (order_id, from_state, to_state, who, why)
    select id, 'reserved', 'expired', 'test', 'test' from orders`);
  await sale.pool.query('update allotments set held = 0');
  expect((await promisesOf()).toSorted()).toEqual(['I5', 'I6', 'I6']);
  await sale.pool.query('update pot_allotments set spent = 0');
  await sale.pool.query('update coupons set used = 0');
  await sale.pool.query('update balances set points_used = 0, packet_used = 0');
  expect(await promisesOf()).toEqual([]);
});
