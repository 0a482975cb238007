import { beforeEach, describe, expect, test } from 'vitest';
import { orderId } from '../../../src/domain/ids.ts';
import type { IdempotencyKey, OrderId } from '../../../src/domain/ids.ts';
import { DEFAULT_LAYERS } from '../../../src/domain/promotion.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { putBalances } from '../../../src/ledger/terms/put-balances.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { refundUnits } from '../../../src/ledger/orders/refund.ts';
import { recordTerms, termsAt } from '../../../src/ledger/terms/terms-history.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { cart, took } from '../../../proof/builders/entries.ts';
import { OPERATOR, newSerial, shopperId } from '../../../proof/builders/ids.ts';
import { LedgerSale, cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;
let order: OrderId;

const applied = [
  took('c', [100, 0], { isCoupon: true }),
  took('red_packet', [200, 300], { layer: 'red_packet' }),
  took('points', [40, 30], { layer: 'points' }),
];

async function refund(...lines: [line: number, quantity: number][]): Promise<void> {
  const done = await refundUnits(sale.pool, {
    ...{ order, restock: true, actor: OPERATOR, key: newSerial() as IdempotencyKey },
    lines: lines.map(([line, quantity]) => ({ line, quantity })),
  });
  if ('code' in done) throw new Error(JSON.stringify(done));
}

withStage(
  'test',
  (world) => LedgerSale.create(world, { pointsRate: 10 }),
  (made) => (sale = made),
);
/** Pays an order of 3 × a and 1 × c with a coupon, red packet and 7 points of 10 each. */
beforeEach(async () => {
  const { pool, id } = sale;
  const u = shopperId('u');
  await putPromotion(pool, id, promotion('c', { isCoupon: true }), OPERATOR);
  await grantCoupons(pool, id, { promotion: 'c', shoppers: [u], each: 1, key: 'k' }, OPERATOR);
  await putBalances(pool, id, u, { points: 100, redPacketMinor: 500 }, OPERATOR);
  await sale.open();
  const lines = ['a', 's1', 3, 1_000, 'c', 's2', 1, 3_000];
  const one = cart({ shopper: 'u', lines, gifts: ['b', 's1', 1], applied, points: 7 });
  await sale.settle({ orders: [one] });
  order = orderId(sale.cell(), one.serial);
  await payFor(pool, order);
});

const broken = async (): Promise<string[]> =>
  (await auditLedger(sale.pool, sale.id)).map(({ promise, detail }) => `${promise} ${detail}`);

/** Changes rows as the ledger itself never would. */
const breakIt = async (text: string): Promise<void> => {
  await sale.pool.query(`set session_replication_role = replica; ${text};
    set session_replication_role = origin`);
};

/** A fault, the audit’s words for it and the statement that causes it. */
const afterPart: [string, string, string][] = [
  [
    'units that no refund names',
    'I7 refunded 2, restocked 1; refunds say 1, 1',
    `update order_lines set refunded = 2 where line = 0`,
  ],
  [
    'units on sale again that no refund restocked',
    'I7 refunded 1, restocked 0; refunds say 1, 1',
    `update order_lines set restocked = 0`,
  ],
  [
    'cash that no refund gave',
    'I7 partly_refunded, refunded 887 of 5330, refunds say 886',
    `update orders set refunded_minor = refunded_minor + 1`,
  ],
  [
    'a state that does not fit the units left',
    'I7 refunded, refunded 886',
    `update orders set state = 'refunded'`,
  ],
  [
    'an order with refunds in a state without any',
    'I7 paid, refunded 886',
    `update orders set state = 'paid'`,
  ],
  [
    'cash that is not the frozen share',
    'I7 refunded 1 of a net of',
    `update refund_lines set cash_minor = 1`,
  ],
  [
    'red packet that is not the frozen share',
    'and 1 of red packet, for 1 of 3 units',
    `update refund_lines set packet_minor = 1`,
  ],
  [
    'lines that do not add up to the refund',
    'I7 refunds 885 and 66 of red packet, its lines say 886',
    `update refunds set cash_minor = cash_minor - 1`,
  ],
  [
    'points that are not the frozen share',
    'I7 2 points returned of 7',
    `update refunds set points = points + 1`,
  ],
  [
    'a coupon returned in part',
    'I7 coupons returned: {c}, used: {c}',
    `update refunds set coupons = '{c}'`,
  ],
  [
    'coupons that no refund returned',
    'I6 coupons returned: 1, refunds say 0',
    `update coupons set returned = 1`,
  ],
  [
    'points that no refund returned',
    'I6 returned: points 90, refunds say 1',
    `update balances set points_returned = 90`,
  ],
  [
    'red packet that no refund returned',
    'red packet 400, refunds say 66',
    `update balances set packet_returned = 400`,
  ],
];

describe('the audit reports after a refund', () => {
  test.each(afterPart)('%s', async (_, said, text) => {
    await refund([0, 1]);
    expect(await broken()).toEqual([]);
    await breakIt(text);
    expect((await broken()).join('\n')).toContain(said);
  });

  test.each<[string, string, string]>([
    [
      'a coupon not returned',
      'I7 coupons returned: {NULL}, used: {c}',
      `update refunds set coupons = '{}'`,
    ],
    [
      'another coupon returned',
      'I7 coupons returned: {d}, used: {c}',
      `update refunds set coupons = '{d}'`,
    ],
    [
      'less cash than all',
      'I7 refunded, refunded 5329 of 5330',
      `update orders set refunded_minor = refunded_minor - 1`,
    ],
  ])('of everything: %s', async (_, said, text) => {
    await refund([0, 3], [1, 1]);
    expect(await broken()).toEqual([]);
    await breakIt(text);
    expect((await broken()).join('\n')).toContain(said);
  });
});

test('refunds, their lines and past terms never change', async () => {
  await refund([0, 1]);
  await transaction(sale.pool, (client) =>
    recordTerms(client, sale.id, 9, 'sale', { layers: DEFAULT_LAYERS, pointsRate: 1 }),
  );
  for (const table of ['refunds', 'refund_lines', 'terms_history']) {
    await expect(sale.pool.query(`delete from ${table}`)).rejects.toThrow('never changed');
  }
});

test('past terms are those of the last version up to the one asked for', async () => {
  const { pool, id } = sale;
  const of = (off: number) =>
    promotion('c', { isCoupon: true, effect: { kind: 'fixed', off, from: 0 } });
  await transaction(pool, async (client) => {
    await recordTerms(client, id, 5, 'sale', { layers: DEFAULT_LAYERS, pointsRate: 5 });
    await recordTerms(client, id, 5, 'promotion:c', of(5));
    await recordTerms(client, id, 5, 'offer:a', cartOffer('a', { excludes: ['store'] }));
    await recordTerms(client, id, 5, 'offer:b', cartOffer('b'));
    await recordTerms(client, id, 7, 'promotion:c', of(7));
    await recordTerms(client, id, 8, 'sale', { layers: [], pointsRate: 8 });
  });
  const { offers, ...terms } = await termsAt(pool, id, 7, ['a']);
  const expected = { layers: DEFAULT_LAYERS, pointsRate: 5, promotions: [of(7)] };
  expect(terms).toEqual({ ...expected, rulesVersion: 7 });
  expect([...offers]).toEqual([
    ['a', { listPriceMinor: 1_000, lane: 'cart', categories: [], excludes: ['store'] }],
  ]);
  expect(await termsAt(pool, id, 6, [])).toMatchObject({ promotions: [of(5)] });
  expect(await termsAt(pool, id, 8, [])).toMatchObject({ layers: [], pointsRate: 8 });
});
