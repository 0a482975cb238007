import { expect, test } from 'vitest';
import type { Order, OrderDetails } from '../../../../client/index.ts';
import { isMoving, nextAction, pastSteps } from '../../../../web/shop/order/order-steps.ts';

type Payment = NonNullable<OrderDetails['payments']>[number];

const at = (minute: number) => `2026-11-11T12:0${minute}:00.000Z`;
const PAY_BY = 600_000;

const order = (more: Partial<Order> = {}): Order =>
  ({ id: 'o', state: 'reserved', settled: true, total: 990, createdAt: at(0), ...more }) as Order;
const details = (more: Partial<OrderDetails>): OrderDetails =>
  ({ payments: [], refunds: [], moves: [], ...more }) as unknown as OrderDetails;
const payments = (...states: Payment['state'][]) =>
  details({ payments: states.map((state) => ({ state }) as Payment) });

test('an order that the ledger does not have yet was placed, at a time that is not known', () => {
  const shown = { order: order({ settled: false, createdAt: null }), details: null };
  expect(pastSteps(shown)).toEqual([{ kind: 'placed', at: null }]);
});

test('each refund stands for the move that it made, with all that went back', () => {
  const moves = [
    { from: 'reserved', to: 'paid', at: at(1) },
    { from: 'paid', to: 'partly_refunded', at: at(2) },
    { from: 'partly_refunded', to: 'refunded', at: at(3) },
  ];
  const refunds = [
    { at: at(2), cash: 400, redPacket: 0 },
    { at: at(3), cash: 590, redPacket: 50, points: 7 },
  ];
  const shown = {
    order: order({ state: 'refunded' }),
    details: details({ moves, refunds } as never),
  };
  expect(pastSteps(shown)).toEqual([
    { kind: 'placed', at: at(0) },
    { kind: 'moved', to: 'paid', at: at(1) },
    { kind: 'refunded', at: at(2), cash: 400, redPacket: 0, points: 0 },
    { kind: 'refunded', at: at(3), cash: 590, redPacket: 50, points: 7 },
  ]);
});

test.each<[string, Partial<Order>, OrderDetails | null, string, number, string]>([
  ['pay, while it is reserved', {}, null, '', 0, 'pay'],
  ['pay, with a payment that is open', {}, payments('open'), '', 0, 'pay'],
  ['pay again, after a payment that failed', {}, payments('failed'), '', 0, 'pay_again'],
  ['pay again, when the provider says so first', {}, payments('open'), 'failed', 0, 'pay_again'],
  ['wait, while the money comes', {}, payments('failed', 'authorized'), '', 0, 'confirming'],
  ['wait, when the provider says so first', {}, payments('open'), 'authorized', 0, 'confirming'],
  ['wait, when there is nothing to pay', { total: 0 }, null, '', 0, 'confirming'],
  ['not pay, once the time is over', {}, payments('open'), '', PAY_BY, 'late'],
  ['do nothing, once it is paid', { state: 'paid' }, payments('captured'), '', 0, 'done'],
  ['do nothing, once it expired', { state: 'expired' }, null, 'authorized', PAY_BY, 'done'],
])('a shopper can %s', (_promise, more, known, returned, nowMs, action) => {
  expect(nextAction({ order: order(more), details: known }, returned, nowMs, PAY_BY)).toBe(action);
});

test('a page looks often only while something is due', () => {
  expect(isMoving('confirming', { order: order() })).toBe(true);
  expect(isMoving('pay', { order: order({ settled: false }) })).toBe(true);
  expect(isMoving('pay', { order: order() })).toBe(false);
  expect(isMoving('done', { order: order({ state: 'paid' }) })).toBe(false);
});
