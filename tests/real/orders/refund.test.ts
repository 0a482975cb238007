import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryOrder } from '../../../src/domain/outbox-entry.ts';
import { orderId } from '../../../src/domain/ids.ts';
import type { IdempotencyKey, OrderId } from '../../../src/domain/ids.ts';
import type { RefundRequest, RefundView } from '../../../src/domain/refunds/refund.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { balancesOf } from '../../../src/ledger/books/balances.ts';
import { putBalances } from '../../../src/ledger/terms/put-balances.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import { findSettledOrder } from '../../../src/ledger/orders/read-orders.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { cellContents } from '../../../src/ledger/cells/snapshot.ts';
import { settledView } from '../../../src/domain/order.ts';
import { refundOrder } from '../../../src/service/orders/refund-order.ts';
import type { Refunded } from '../../../src/ledger/orders/refund.ts';
import { report } from '../../../src/service/orders/discount-report.ts';
import { sumDiscounts } from '../../../src/ledger/orders/sum-discounts.ts';
import { dumpLedger } from '../../world/checks/books.ts';
import { cart, took } from '../../../proof/builders/entries.ts';
import { OPERATOR, actorOf, newSerial, shopperId } from '../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { PaymentStage } from '../../world/stage/payments.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;
let told: number;

withStage('test', LedgerSale.create, (made) => (sale = made));
/** Shopper u holds 2 coupons c, 100 points and a red packet of 5.00. */
beforeEach(async () => {
  const { pool, id } = sale;
  await putPromotion(pool, id, promotion('c', { isCoupon: true }), OPERATOR);
  const u = shopperId('u');
  await grantCoupons(pool, id, { promotion: 'c', shoppers: [u], each: 2, key: 'k' }, OPERATOR);
  await putBalances(pool, id, u, { points: 100, redPacketMinor: 500 }, OPERATOR);
  await sale.open();
  told = (await sale.told()).length;
});

/** 3 × a and 1 × c of two stores, with a gift, a coupon, packet and points: 52.93 to pay. */
const wholeCart = (): EntryOrder =>
  cart({
    shopper: 'u',
    lines: ['a', 's1', 3, 1_000, 'c', 's2', 1, 3_000],
    gifts: ['b', 's1', 1],
    applied: [
      took('own', [100, 0], { layer: 'store', funder: 'store' }),
      took('c', [40, 60], { isCoupon: true }),
      took('red_packet', [200, 300], { layer: 'red_packet' }),
      took('points', [4, 3], { layer: 'points' }),
    ],
    points: 7,
  });
const TOTAL = 5_293;

async function settled(one: EntryOrder): Promise<OrderId> {
  await sale.settle({ orders: [one] });
  return orderId(sale.cell(), one.serial);
}

async function pay(id: OrderId): Promise<OrderId> {
  await payFor(sale.pool, id);
  return id;
}

const paid = async (): Promise<OrderId> => pay(await settled(wholeCart()));

type Lines = readonly (readonly [line: number, quantity: number])[];

function ask(
  order: OrderId,
  lines: Lines,
  more: Partial<Omit<RefundRequest, 'key'>> & { key?: string } = {},
): Promise<Refunded | Refusal> {
  const { key = newSerial(), ...rest } = more;
  return refundOrder(
    { pool: sale.pool, courier: { push: async () => {} }, onCallsDue: () => {} },
    {
      ...{ order, restock: false, actor: OPERATOR },
      lines: lines.map(([line, quantity]) => ({ line, quantity })),
      ...rest,
      key: key as IdempotencyKey,
    },
  );
}

async function refund(...asked: Parameters<typeof ask>): Promise<RefundView> {
  const done = await ask(...asked);
  if ('code' in done) throw new Error(JSON.stringify(done));
  return done.view;
}

const broken = () => auditLedger(sale.pool, sale.id);
async function reportNow() {
  const { pool } = sale;
  const rows = await sumDiscounts(pool, sale.id, null);
  return report({ pool, madeReport: async () => ({ rows, asOfMs: 0 }) }, sale.id, null);
}
const orderOf = async (id: OrderId) => (await findSettledOrder(sale.pool, id, 'u'))!;
const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
const ALL: Lines = [
  [0, 3],
  [1, 1],
];

test('a refunded unit gives its frozen share back, and nothing else changes', async () => {
  const id = await paid();
  const view = await refund(id, [[0, 1]], { key: 'k1' });
  // One third of line a’s net of 26.56, of its red packet of 2.00 and of its points of 0.04.
  expect(view).toEqual({
    ...{ id: `${id}_r1`, order: id, state: 'partly_refunded', cash: 885, redPacket: 66 },
    ...{ points: 1, coupons: [], restocked: false },
    lines: [{ line: 0, quantity: 1, cash: 885, redPacket: 66 }],
  });
  const found = await orderOf(id);
  expect(settledView(found, found.state)).toMatchObject({
    ...{ state: 'partly_refunded', refunded: 885, total: TOTAL },
    lines: [{ net: 2_656, refunded: 1 }, { net: 2_637 }, { gift: true }],
  });
  expect(settledView(found, found.state).lines[1]).not.toHaveProperty('refunded');
  expect(await balancesOf(sale.pool, sale.id, shopperId('u'))).toEqual({
    ...{ points: 100, pointsUsed: 6, redPacket: 500, redPacketUsed: 434 },
  });
  expect(await broken()).toEqual([]);
});

test('an order without a refund shows no refund fields', async () => {
  const found = await orderOf(await paid());
  expect(JSON.stringify(settledView(found, found.state))).not.toContain('refunded');
});

test('partial refunds add up to the total, and the last takes gifts and coupons', async () => {
  const id = await paid();
  const views = [
    await refund(id, [[0, 2]]),
    await refund(id, [[1, 1]]),
    await refund(id, [[0, 1]], { restock: true }),
  ];
  expect(sum(views.map(({ cash }) => cash))).toBe(TOTAL);
  expect(sum(views.map(({ redPacket }) => redPacket))).toBe(500);
  expect(sum(views.map(({ points }) => points))).toBe(7);
  expect(views.map(({ state }) => state)).toEqual([
    'partly_refunded',
    'partly_refunded',
    'refunded',
  ]);
  expect(views.map(({ coupons }) => coupons)).toEqual([[], [], ['c']]);
  expect(views[2]!.lines.map(({ line }) => line)).toEqual([0, 2]);
  expect((await orderOf(id)).state).toBe('refunded');
  const due = `select array_agg(amount_minor order by id)::text from provider_calls
    where payment in (select id from payments where order_id = $2) and $1 <> ''`;
  expect(await sale.one(due, id)).toBe(`{${views.map(({ cash }) => cash).join()}}`);
  expect(await broken()).toEqual([]);
});

test('the history shows who refunded and why', async () => {
  const id = await paid();
  await refund(id, [[0, 1]], { actor: actorOf('s1') });
  await refund(id, [
    [0, 2],
    [1, 1],
  ]);
  const moves = `select array_agg(concat_ws(' ', from_state, to_state, who, why) order by id)
    from order_moves where order_id = $2 and $1 <> ''`;
  expect(await sale.one(moves, id)).toEqual([
    expect.stringMatching(/^reserved paid /),
    `paid partly_refunded merchant:s1 refund ${id}_r1`,
    `partly_refunded refunded operator refund ${id}_r2`,
  ]);
});

test('a rebuilt cell and an instruction have everything that a refund returned', async () => {
  const id = await paid();
  await refund(id, ALL, { restock: true });
  const { wallets, unitsByOffer } = await cellContents(sale.pool, sale.cell());
  expect(wallets).toEqual([
    { shopper: 'u', points: 100, redPacketMinor: 500, coupons: [['c', 2]], claims: [] },
  ]);
  expect(Object.fromEntries(unitsByOffer)).toEqual({ a: 100, b: 100, c: 100 });
  const moved = (await sale.told(0, told)).filter(({ kind }) => kind === 'moved');
  expect(moved.at(-1)).toEqual({
    ...{ kind: 'moved', mark: 0, at: 0, orders: [], pots: [] },
    units: [
      ['a', 3],
      ['b', 1],
      ['c', 1],
    ],
    wallets: [{ shopper: 'u', coupons: ['c'], points: 7, red_packet: 500 }],
  });
});

test('units stay sold without a restock', async () => {
  const id = await paid();
  await refund(id, ALL);
  const { unitsByOffer } = await cellContents(sale.pool, sale.cell());
  expect(Object.fromEntries(unitsByOffer)).toEqual({ a: 97, b: 99, c: 99 });
  expect(await broken()).toEqual([]);
});

test('red packet from a coupon goes to the balance of a shopper who had none', async () => {
  await grantCoupons(
    sale.pool,
    sale.id,
    { promotion: 'c', shoppers: [shopperId('v')], each: 1, key: 'v' },
    OPERATOR,
  );
  const applied = [took('c', [300], { layer: 'red_packet', isCoupon: true })];
  const id = await pay(await settled(cart({ shopper: 'v', applied })));
  expect(await refund(id, [[0, 1]])).toMatchObject({ cash: 700, redPacket: 300, coupons: [] });
  expect(await balancesOf(sale.pool, sale.id, shopperId('v'))).toMatchObject({
    ...{ redPacket: 0, redPacketUsed: -300 },
  });
  const { wallets } = await cellContents(sale.pool, sale.cell());
  expect(wallets.find(({ shopper }) => shopper === 'v')).toMatchObject({ redPacketMinor: 300 });
  expect(await broken()).toEqual([]);
});

test('the report leaves out discounts of refunded units', async () => {
  const id = await paid();
  await refund(id, [[0, 1]]);
  const discountOf = async (of: string) => {
    const found = await reportNow();
    if ('code' in found) throw new Error(found.code);
    return sum(found.rows.filter((row) => row.promotion === of).map((row) => row.discount));
  };
  expect([await discountOf('own'), await discountOf('c')]).toEqual([100 - 33, 100 - 13]);
  await refund(id, [
    [0, 2],
    [1, 1],
  ]);
  expect(await reportNow()).toMatchObject({ total: 0, rows: [] });
});

describe('a refund under the same key', () => {
  test('is made once and answered alike', async () => {
    const id = await paid();
    const first = await ask(id, ALL, { key: 'k' });
    const before = await dumpLedger(sale.pool);
    const again = await ask(id, [ALL[1]!, ALL[0]!], { key: 'k' });
    expect(again).toEqual({ ...first, isReplay: true });
    expect(await dumpLedger(sale.pool)).toEqual(before);
  });

  test('is refused when it asks for something else', async () => {
    const id = await paid();
    await refund(id, [[0, 1]], { key: 'k' });
    const others: [Lines, boolean][] = [
      [[[0, 2]], false],
      [[[1, 1]], false],
      [[[0, 1]], true],
    ];
    for (const [lines, restock] of others) {
      expect(await ask(id, lines, { key: 'k', restock })).toEqual({ code: 'key_reused' });
    }
  });

  test('is a new refund when another merchant asks', async () => {
    const id = await paid();
    await refund(id, [[0, 1]], { key: 'k', actor: actorOf('s1') });
    const other = await refund(id, [[1, 1]], { key: 'k', actor: actorOf('s2') });
    expect(other).toMatchObject({ id: `${id}_r2`, state: 'partly_refunded' });
  });

  test('is made once by many requests at the same time', async () => {
    const id = await paid();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => ask(id, [[0, 1]], { key: 'k' })),
    );
    expect(answers.filter((one) => 'view' in one && !one.isReplay)).toHaveLength(1);
    expect(new Set(answers.map((one) => JSON.stringify({ ...one, isReplay: true }))).size).toBe(1);
    expect(await orderOf(id)).toMatchObject({ refundedMinor: 885 });
    expect(await broken()).toEqual([]);
  });
});

test('many refunds at once never return more than was paid', async () => {
  const id = await paid();
  const lines: Lines[] = [[[0, 1]], [[0, 2]], [[1, 1]], [[0, 1]]];
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => ask(id, lines[i % lines.length]!, { restock: i % 2 > 0 })),
  );
  const made = answers.flatMap((one) => ('view' in one ? [one.view] : []));
  for (const one of answers) if ('code' in one) expect(one.code).toBe('not_refundable');
  const units = (line: number) =>
    sum(made.flatMap((one) => one.lines.filter((l) => l.line === line)).map((l) => l.quantity));
  expect([units(0), units(1)]).toEqual([3, 1]);
  expect(sum(made.map(({ cash }) => cash))).toBe(TOTAL);
  expect(made.filter(({ state }) => state === 'refunded')).toHaveLength(1);
  expect(await broken()).toEqual([]);
});

describe('a refund is refused', () => {
  /** @returns the refusal, which wrote nothing */
  async function refused(...asked: Parameters<typeof ask>): Promise<Refusal> {
    const before = await dumpLedger(sale.pool);
    const answer = await ask(...asked);
    expect(await dumpLedger(sale.pool)).toEqual(before);
    if ('view' in answer) throw new Error('it was made');
    return answer;
  }
  const at = (pointer: string) => ({ code: 'invalid', errors: [{ pointer }] });

  test('for an unknown order', async () => {
    const id = orderId(sale.cell(), newSerial());
    expect(await refused(id, [[0, 1]])).toEqual({ code: 'not_found' });
  });

  test('to a merchant without a line in the order, as if it were unknown', async () => {
    const id = await paid();
    const actor = actorOf('s3');
    expect(await refused(id, [[0, 1]], { actor })).toEqual({ code: 'not_found' });
  });

  test('for another store’s line, as for an unknown line', async () => {
    const id = await paid();
    const asked: Lines = [
      [0, 1],
      [1, 1],
    ];
    const foreign = await refused(id, asked, { actor: actorOf('s1') });
    expect(foreign).toMatchObject(at('/lines/1/line'));
    const outside = await refused(id, [[9, 1]], { actor: actorOf('s1') });
    expect(outside).toEqual({
      ...foreign,
      errors: [{ pointer: '/lines/0/line', detail: 'the order has no such line' }],
    });
  });

  test.each<[string, Lines, string]>([
    ['an unknown line', [[3, 1]], '/lines/0/line'],
    ['a gift', [[2, 1]], '/lines/0/line'],
    [
      'a line twice',
      [
        [0, 1],
        [0, 1],
      ],
      '/lines/1/line',
    ],
    ['no units', [[0, 0]], '/lines/0/quantity'],
    ['no lines', [], '/lines'],
  ])('for %s', async (_, lines, pointer) => {
    expect(await refused(await paid(), lines)).toMatchObject(at(pointer));
  });

  test('for more units than are left, and names the line', async () => {
    const id = await paid();
    await refund(id, [[0, 2]]);
    const asked: Lines = [
      [1, 1],
      [0, 2],
    ];
    expect(await refused(id, asked)).toEqual({
      ...{ code: 'not_refundable', state: 'partly_refunded' },
      detail: 'line 0 has only 1 left to refund',
    });
    await refund(id, [
      [0, 1],
      [1, 1],
    ]);
    expect(await refused(id, [[0, 1]])).toMatchObject({ state: 'refunded' });
  });

  test.each(['reserved', 'expired', 'cancelled'] as const)('for an order %s', async (state) => {
    const id = await settled(wholeCart());
    if (state !== 'reserved') await new PaymentStage(sale).end(id, state);
    expect(await refused(id, ALL)).toEqual({
      ...{ code: 'not_refundable', state },
      detail: `an order that is ${state} cannot be refunded`,
    });
  });
});
