import { describe, expect, test } from 'vitest';
import { orderId } from '../../../../src/domain/ids.ts';
import type { OfferId, OrderId } from '../../../../src/domain/ids.ts';
import type { Cart, CartLine, Rules } from '../../../../src/domain/pricing/cart.ts';
import { priceCart } from '../../../../src/domain/pricing/price-cart.ts';
import { rulesOf } from '../../../../src/domain/pricing/rules-of-sale.ts';
import { DEFAULT_LAYERS } from '../../../../src/domain/promotion.ts';
import type { PackedApplied } from '../../../../src/domain/receipt.ts';
import { isRefusal } from '../../../../src/domain/refusals.ts';
import type { Refusal } from '../../../../src/domain/refusals.ts';
import type { RefundLine } from '../../../../src/domain/refunds/refund.ts';
import { auditLedger } from '../../../../src/ledger/audit.ts';
import { orderToRefund } from '../../../../src/ledger/orders/order-to-refund.ts';
import { grantCoupons } from '../../../../src/ledger/terms/grant-coupons.ts';
import { putBalances } from '../../../../src/ledger/terms/put-balances.ts';
import { putPromotion } from '../../../../src/ledger/terms/promotions/put-promotion.ts';
import { previewRefund } from '../../../../src/service/orders/preview-refund.ts';
import { refundOrder } from '../../../../src/service/orders/refund-order.ts';
import { Dice } from '../../../../proof/builders/dice.ts';
import { cart as entryOf } from '../../../../proof/builders/entries.ts';
import { OPERATOR, newKey, shopperId, storeId } from '../../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../../proof/builders/ledger-sale.ts';
import { payFor } from '../../../../proof/builders/payments.ts';
import { promotion } from '../../../../proof/builders/promotions.ts';
import { dumpLedger } from '../../../world/checks/books.ts';
import { withStage } from '../../../world/servers/with-stage.ts';

const ORDERS = 15;

let sale: LedgerSale;

withStage('test', LedgerSale.create, (made) => (sale = made));

/** What lowers prices in the sale: discounts that leave remainders, and one that takes coupons. */
const PROMOTIONS = [
  promotion('third', {
    ...{ layer: 'store', stores: [storeId('s1')], funder: 'store' as const },
    effect: { kind: 'percent', bps: 3_333, cap: null, from: 0 },
  }),
  promotion('step', { effect: { kind: 'every', every: 2_500, off: 700, times: null } }),
  promotion('coupon', {
    ...{ layer: 'store_coupon', isCoupon: true },
    effect: { kind: 'fixed', off: 101, from: 0 },
  }),
];
const RULES: Rules = rulesOf({
  ...{ layers: DEFAULT_LAYERS, pointsRate: 1, rulesVersion: 1 },
  ...{ promotions: PROMOTIONS, budgets: [] },
});

const line = (offer: string, store: string, quantity: number): CartLine => ({
  ...{ offer: offer as OfferId, store: storeId(store), quantity, priceMinor: 1_000 },
  ...{ isFullPrice: true, stacks: true, categories: [], excludes: [] },
});

/** One to three lines of one to three units, with or without a coupon, packet and points. */
function randomCart(dice: Dice): Cart {
  const offers = dice.some(['a', 'b', 'c'], 1 + dice.below(3));
  return {
    lines: offers.map((id) => line(id, id === 'c' ? 's2' : 's1', 1 + dice.below(3))),
    member: null,
    coupons: new Set(dice.oneIn(2) ? ['coupon'] : []),
    redPacketMinor: dice.oneIn(2) ? 1 + dice.below(500) : 0,
    points: dice.oneIn(2) ? 1 + dice.below(50) : 0,
  };
}

/** Settles and pays the cart of a shopper who holds all that it uses. */
async function bought(shopper: string, bag: Cart): Promise<OrderId> {
  const { applied, pointsUsed } = priceCart(RULES, bag, new Map());
  const took = applied.map((one): PackedApplied => {
    const { promotion: id, layer, basisMinor, discountMinor, forfeitedMinor, funder } = one;
    const figures = [basisMinor, discountMinor, forfeitedMinor] as const;
    return [id, layer, ...figures, funder, '', id === 'coupon', [...one.shares]];
  });
  const lines = bag.lines.flatMap((one) => [one.offer, one.store, one.quantity, one.priceMinor]);
  const entry = entryOf({ shopper, lines, applied: took, points: pointsUsed });
  await sale.settle({ orders: [entry] });
  const id = orderId(sale.cell(), entry.serial);
  await payFor(sale.pool, id);
  return id;
}

/** Some units of some of the lines that are left; null when no line is left. */
async function someLeft(dice: Dice, id: OrderId): Promise<RefundLine[] | null> {
  const { lines } = (await orderToRefund(sale.pool, id))!;
  const left = lines.flatMap(({ quantity, refunded }, i) =>
    quantity === refunded ? [] : [{ line: i, most: quantity - refunded }],
  );
  if (left.length === 0) return null;
  return dice
    .some(left, 1 + dice.below(2))
    .map(({ line: i, most }) => ({ line: i, quantity: 1 + dice.below(most) }));
}

function sound<T extends object>(answer: T | Refusal): T {
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

const preview = (order: OrderId, lines: readonly RefundLine[], store: string | null = null) =>
  previewRefund(sale, { order, lines, store: store === null ? null : storeId(store) });

async function refund(order: OrderId, lines: readonly RefundLine[]) {
  const deps = { pool: sale.pool, courier: { push: async () => {} }, onCallsDue: () => {} };
  const request = { order, lines, key: newKey(), restock: false, actor: OPERATOR };
  return sound(await refundOrder(deps, request)).view;
}

async function open(hasClawback: boolean): Promise<void> {
  const { pool, id } = sale;
  await sale.set({ hasClawback });
  for (const one of PROMOTIONS) await putPromotion(pool, id, one, OPERATOR);
  const shoppers = Array.from({ length: ORDERS }, (_, i) => shopperId(`u${i}`));
  await grantCoupons(pool, id, { promotion: 'coupon', shoppers, each: 1, key: 'k' }, OPERATOR);
  for (const shopper of shoppers) {
    await putBalances(pool, id, shopper, { points: 50, redPacketMinor: 500 }, OPERATOR);
  }
  await sale.open();
}

describe.each([
  ['without clawback', false],
  ['with clawback', true],
])('%s', (_, hasClawback) => {
  test('every refund gives back exactly what its preview said', async () => {
    await open(hasClawback);
    let clawed = 0;
    for (let i = 0; i < ORDERS; i++) {
      const dice = new Dice(i);
      const order = await bought(`u${i}`, randomCart(dice));
      for (;;) {
        const lines = await someLeft(dice, order);
        if (!lines) break;
        const { clawedBack, ...said } = sound(await preview(order, lines));
        const { id: __, restocked: ___, ...given } = await refund(order, lines);
        expect(given).toEqual(said);
        clawed += Math.abs(clawedBack);
      }
    }
    expect(clawed > 0).toBe(hasClawback);
    expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
  });
});

test('a preview writes nothing, and says so of an order that cannot be refunded', async () => {
  await open(false);
  const bag = { member: null, coupons: new Set<string>(), redPacketMinor: 0, points: 0 };
  const order = await bought('u0', { ...bag, lines: [line('a', 's1', 2), line('c', 's2', 1)] });
  const before = await dumpLedger(sale.pool);
  const one = [{ line: 0, quantity: 1 }];
  expect(await preview(order, one, 's1')).toMatchObject({ state: 'partly_refunded' });
  expect(await preview(order, one, 's2')).toMatchObject({ code: 'invalid' });
  expect(await preview(order, one, 's3')).toEqual({ code: 'not_found' });
  expect(await preview(order, [{ line: 0, quantity: 3 }])).toMatchObject({
    ...{ code: 'not_refundable', state: 'paid' },
  });
  expect(await preview(`${order}x` as OrderId, one)).toEqual({ code: 'not_found' });
  expect(await dumpLedger(sale.pool)).toEqual(before);
});
