import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callKey } from '../../../src/domain/payment.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { OfferPatch } from '../../../src/domain/sale.ts';
import { WEBHOOK_KINDS } from '../../../src/domain/webhook.ts';
import type { WebhookKind } from '../../../src/domain/webhook.ts';
import { beginPayment, recordNeverMade } from '../../../src/ledger/orders/begin-payment.ts';
import {
  leaseCalls,
  recordAnswer,
  recordAway,
  recordRefused,
  retryDeadCalls,
} from '../../../src/ledger/orders/provider-calls.ts';
import type { DueCall } from '../../../src/ledger/orders/provider-calls.ts';
import { patchOffer, putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { announceStockLevels } from '../../../src/ledger/webhooks/announce-stock-levels.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { refundOrder } from '../../../src/service/orders/refund-order.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { OPERATOR, newKey, newSerial, offerId } from '../../../proof/builders/ids.ts';
import { LedgerSale, cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { newRef, payFor } from '../../../proof/builders/payments.ts';
import { shapeFaults } from '../../world/checks/event-shapes.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { PaymentStage } from '../../world/stage/payments.ts';
import { deliveries, listen } from '../../world/stage/webhooks.ts';

const HOOK = 'https://shop.example/hook';

let world: World;
let sale: LedgerSale;
let stage: PaymentStage;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  sale = await LedgerSale.create(world);
  await sale.open();
  stage = new PaymentStage(sale);
});
afterAll(async () => {
  await sale?.close();
});
afterEach(async () => {
  const text = `select from webhooks w join webhook_deliveries d on d.webhook = w.number
    where not w.is_enabled`;
  expect((await sale.pool.query(text)).rowCount).toBe(0);
  await sale.pool.query('truncate webhooks cascade');
});

/** Sets an endpoint of operators, and one of each store, beside disabled ones of every sort. */
async function listenTo(kinds: readonly WebhookKind[], of = sale): Promise<void> {
  for (const scope of [of.id, null]) {
    for (const by of [null, 's1', 's2']) {
      const off = { id: 'off', isEnabled: false, store: by, by };
      await listen(of.pool, scope, HOOK, { kinds, ...off });
    }
  }
  await listen(of.pool, of.id, HOOK, { kinds });
  for (const store of ['s1', 's2']) {
    await listen(of.pool, of.id, HOOK, { id: store, kinds, store, by: store });
  }
}

/** What an endpoint of `listenTo` was told. Every event has the shape of its kind. */
async function told(store: string | null, of = sale) {
  const found = await deliveries(of.pool, of.id, 'due', store ?? 'w1', store);
  expect(found.flatMap(({ kind, body }) => shapeFaults(kind, body))).toEqual([]);
  return found.map(({ kind, body }) => ({ kind, ...(body as { data: any }).data }));
}

/** The provider's call about a payment that is due now. */
async function dueCall(payment: string): Promise<DueCall> {
  await sale.pool.query('update provider_calls set leased_until = null, next_try_at = now()');
  const calls = await leaseCalls(sale.pool, 'sandbox', 100);
  return calls.find((call) => call.payment === payment)!;
}

/** A paid order of one unit of s1, and one of s2 at 5.00, of which the latter is refunded. */
async function refundOfS2(): Promise<{ order: OrderId; payment: string }> {
  const entry = cart({ shopper: newSerial(), lines: ['a', 's1', 1, 1_000, 'c', 's2', 1, 500] });
  await sale.settle({ orders: [entry] });
  const order = `${sale.id}_0_${entry.serial}` as OrderId;
  await payFor(sale.pool, order);
  const deps = { pool: sale.pool, courier: { push: async () => {} }, onCallsDue: () => {} };
  const lines = [{ line: 1, quantity: 1 }];
  const request = { order, lines, restock: false, key: newKey(), actor: OPERATOR };
  const refunded = await refundOrder(deps, request);
  if ('code' in refunded) throw new Error(JSON.stringify(refunded));
  return { order, payment: `${order}_p1` };
}

test('a declined payment is told once, and stores do not learn the amount', async () => {
  await listenTo(['payment.failed']);
  const payment = await stage.open();
  await stage.says(payment, 'failed');
  await stage.says(payment, 'failed');
  const about = { id: payment.id, order: payment.order, sale: sale.id, currency: 'CNY' };
  const failed = { ...about, provider: 'sandbox', reason: 'declined' };
  expect(await told(null)).toEqual([
    { kind: 'payment.failed', payment: { ...failed, amount: 1_000 } },
  ]);
  expect(await told('s1')).toEqual([
    { kind: 'payment.failed', payment: { ...failed, store: 's1' } },
  ]);
  expect(await told('s2')).toEqual([]);
});

test('a payment that the provider would not make or capture is told, too', async () => {
  await listenTo(['payment.failed']);
  const order = await stage.order();
  const begun = await beginPayment(sale.pool, order, 'sandbox');
  if ('code' in begun) throw new Error(begun.code);
  await recordNeverMade(sale.pool, begun.payment);
  await recordNeverMade(sale.pool, begun.payment);
  const second = await stage.openAgain(order);
  await stage.says(second, 'authorized');
  const call = await dueCall(second.id);
  await recordRefused(sale.pool, call, 'the card is gone');
  await recordRefused(sale.pool, call, 'the card is gone');
  expect((await told(null)).map(({ payment }) => [payment.id, payment.reason])).toEqual([
    [begun.payment.id, 'refused'],
    [second.id, 'not_captured'],
  ]);
});

test('a refund that is given up is told to operators and to the store of its lines', async () => {
  await listenTo(['refund.failed']);
  const { order, payment } = await refundOfS2();
  await recordRefused(sale.pool, await dueCall(payment), 'no');
  await retryDeadCalls(sale.pool, null, OPERATOR);
  const again = await dueCall(payment);
  const away = () => transaction(sale.pool, (client) => recordAway(client, again, 'no answer'));
  expect(await away()).toBe('due');
  await sale.pool.query('update provider_calls set tries = 20 where id = $1', [again.id]);
  expect(await away()).toBe('dead');
  await retryDeadCalls(sale.pool, null, OPERATOR);
  const call = await dueCall(payment);
  await recordAnswer(sale.pool, call, null);
  const refund = { ref: newRef(), key: callKey(call) };
  const { ref } = call;
  const event = stage.event({ id: payment, order, ref }, { kind: 'refund_failed', refund });
  expect(await stage.take({ ...event, amountMinor: 500 })).toBe('refused');
  const reasons = ['refused', 'away', 'failed'];
  const about = { id: `${order}_r1`, order, sale: sale.id, payment, currency: 'CNY' };
  const failed = { ...about, amount: 500, cause: 'refund' };
  expect(await told(null)).toEqual(
    reasons.map((reason) => ({ kind: 'refund.failed', refund: { ...failed, reason } })),
  );
  expect((await told('s2')).map(({ refund: { store, amount } }) => [store, amount])).toEqual(
    reasons.map(() => ['s2', 500]),
  );
  expect(await told('s1')).toEqual([]);
});

test('an offer is told of when price, cap, window or pause change, to its own store', async () => {
  await listenTo(['offer.changed']);
  const patch = (terms: OfferPatch) =>
    patchOffer(sale.pool, sale.id, offerId('b'), terms, OPERATOR);
  await patch({ priceMinor: 900, cap: 80 });
  await patch({ priceMinor: 900 });
  await patch({ limitPerShopper: 2 });
  await patch({ isPaused: true });
  const opensAtMs = Date.UTC(2025, 5, 1);
  await putOffer(sale.pool, sale.id, cartOffer('b', { cap: 80, opensAtMs, title: 'B' }), OPERATOR);
  const offer = { id: 'b', sale: sale.id, store: 's1', title: 'Offer b', listPrice: 1_000 };
  const now = { price: 900, cap: 80, opensAt: null, closesAt: null, paused: false };
  const opensAt = '2025-06-01T00:00:00.000Z';
  const events = await told(null);
  expect(events).toEqual([
    { kind: 'offer.changed', offer: { ...offer, ...now }, before: { price: 1_000, cap: 100 } },
    { kind: 'offer.changed', offer: { ...offer, ...now, paused: true }, before: { paused: false } },
    {
      kind: 'offer.changed',
      offer: { ...offer, ...now, title: 'B', price: 1_000, opensAt, paused: false },
      before: { price: 900, opensAt: null, paused: true },
    },
  ]);
  expect(await told('s1')).toEqual(events);
  expect(await told('s2')).toEqual([]);
});

test('each move of a sale is told once, and an order as it settles, pays or ends', async () => {
  const other = await LedgerSale.create(world);
  const its = new PaymentStage(other);
  await listenTo(WEBHOOK_KINDS, other);
  await other.open();
  await payFor(other.pool, await its.order());
  await its.end(await its.order(), 'expired');
  await its.end(await its.order(), 'cancelled');
  for (const held of [95, 99, 0]) {
    await other.pool.query("update allotments set held = $2 where sale = $1 and offer = 'a'", [
      other.id,
      held,
    ]);
    await announceStockLevels(other.pool);
  }
  for (const move of ['pause', 'pause', 'resume', 'close'] as const) {
    await moveSale(other.pool, other.id, move, OPERATOR);
  }
  const events = await told(null, other);
  expect(events.map(({ kind }) => kind)).toEqual([
    'sale.opened',
    ...['order.placed', 'order.paid', 'order.placed', 'order.expired'],
    ...['order.placed', 'order.cancelled'],
    ...['stock.low', 'stock.sold_out', 'stock.back'],
    ...['sale.paused', 'sale.resumed', 'sale.closed'],
  ]);
  const moves = events.filter(({ kind }) => kind.startsWith('sale.'));
  expect(moves.map(({ sale: { state } }) => state)).toEqual(['open', 'paused', 'open', 'closed']);
  expect(await told('s2', other)).toEqual(moves);
  await other.close();
});
