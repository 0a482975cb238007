import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProviderEvent } from '../../../src/domain/payment.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { listKeptEvents, retryKeptEvent } from '../../../src/ledger/orders/payment-events.ts';
import { beginPayment, recordOpened } from '../../../src/ledger/orders/begin-payment.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { PaymentStage, TOTAL } from '../../world/stage/payments.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let sale: LedgerSale;
let stage: PaymentStage;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
  stage = new PaymentStage(sale);
});
afterEach(async () => {
  expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
});

const units = () =>
  sale.one<string>(`select held || ' held, ' || sold || ' sold' from allotments
    where sale = $1 and offer = 'a'`);

test('an authorised payment is captured, and the capture pays its order', async () => {
  const payment = await stage.open();
  expect(await stage.says(payment, 'authorized')).toBe('moved');
  expect(await stage.calls(payment)).toEqual([`capture ${TOTAL} due`]);
  expect(await stage.orderState(payment.order)).toBe('reserved');
  expect(await stage.says(payment, 'captured')).toBe('moved');
  expect(await stage.orderState(payment.order)).toBe('paid');
  expect(await stage.paymentState(payment)).toEqual({ state: 'captured', pays: true });
  expect(await units()).toBe('0 held, 1 sold');
  const text = `select concat_ws(' ', from_state, to_state, who, why) from order_moves
    where $1 <> '' and order_id = $2 and to_state = 'paid'`;
  const by = `reserved paid provider:sandbox captured ${payment.id}`;
  expect(await sale.one(text, payment.order)).toBe(by);
});

test('an event that comes sixteen times at once and again later moves once', async () => {
  const payment = await stage.open();
  const event = stage.event(payment);
  const outcomes = await Promise.all(Array.from({ length: 16 }, () => stage.take(event)));
  expect(outcomes.toSorted()).toEqual([...Array<string>(15).fill('duplicate'), 'moved']);
  expect(await stage.take(event)).toBe('duplicate');
  expect(await units()).toBe('0 held, 1 sold');
});

test('another event with the same news is known', async () => {
  const payment = await stage.open();
  await stage.says(payment, 'captured');
  expect(await stage.says(payment, 'captured')).toBe('known');
  expect(await stage.calls(payment)).toEqual([]);
});

test.each(['expired', 'cancelled'] as const)('a capture of an order %s goes back', async (to) => {
  const payment = await stage.open();
  await stage.end(payment.order, to);
  expect(await stage.says(payment, 'captured')).toBe('moved');
  expect(await stage.says(payment, 'captured')).toBe('known');
  expect(await stage.orderState(payment.order)).toBe(to);
  expect(await stage.paymentState(payment)).toEqual({ state: 'captured', pays: false });
  const cause = to === 'expired' ? 'late' : 'cancel';
  expect(await stage.calls(payment)).toEqual([`void ${TOTAL} due`, `refund ${cause} ${TOTAL} due`]);
  expect(await units()).toBe('0 held, 0 sold');
});

test('a second payment of a paid order goes back, and the first one stays', async () => {
  const first = await stage.open();
  await stage.says(first, 'failed');
  const second = await stage.openAgain(first.order);
  expect(second.id).toBe(`${first.order}_p2`);
  await stage.says(second, 'captured');
  await stage.says(first, 'captured');
  expect(await stage.paymentState(second)).toEqual({ state: 'captured', pays: true });
  expect(await stage.paymentState(first)).toEqual({ state: 'captured', pays: false });
  expect(await stage.calls(first)).toEqual([`refund twice ${TOTAL} due`]);
  expect(await units()).toBe('0 held, 1 sold');
});

test.each(['expired', 'cancelled'] as const)(
  'an authorisation of an order %s is voided',
  async (to) => {
    const payment = await stage.open();
    await stage.says(payment, 'authorized');
    await stage.end(payment.order, to);
    expect(await stage.calls(payment)).toEqual([`capture ${TOTAL} dropped`, `void ${TOTAL} due`]);
    expect(await stage.says(payment, 'voided')).toBe('moved');
    expect(await stage.says(payment, 'authorized')).toBe('known');
  },
);

test('an authorisation after the end of the hold is voided, even before the expiry', async () => {
  const payment = await stage.open();
  await sale.pool.query('update orders set expires_at = now()');
  await stage.says(payment, 'authorized');
  expect(await stage.calls(payment)).toEqual([`void ${TOTAL} due`]);
});

test('another card may follow a failed one, unless a new payment has begun', async () => {
  const payment = await stage.open();
  await stage.says(payment, 'failed');
  await stage.says(payment, 'authorized');
  expect(await stage.paymentState(payment)).toMatchObject({ state: 'authorized' });
  const other = await stage.open();
  await stage.says(other, 'failed');
  await stage.openAgain(other.order);
  await stage.says(other, 'authorized');
  expect(await stage.paymentState(other)).toMatchObject({ state: 'failed' });
  expect(await stage.calls(other)).toEqual([`void ${TOTAL} due`]);
});

const late: [after: ProviderEvent['kind'], came: ProviderEvent['kind'], state: string][] = [
  ['captured', 'authorized', 'captured'],
  ['captured', 'failed', 'captured'],
  ['captured', 'voided', 'captured'],
  ['captured', 'refunded', 'captured'],
  ['voided', 'authorized', 'voided'],
  ['voided', 'failed', 'voided'],
  ['authorized', 'failed', 'authorized'],
  ['authorized', 'other', 'authorized'],
];

test.each(late)('an event that comes after %s is too late: %s', async (after, came, state) => {
  const payment = await stage.open();
  await stage.says(payment, after);
  const calls = await stage.calls(payment);
  expect(await stage.says(payment, came)).toBe('known');
  expect(await stage.paymentState(payment)).toMatchObject({ state });
  expect(await stage.calls(payment)).toEqual(calls);
});

test('money captured despite a void goes back, because its order has ended', async () => {
  const payment = await stage.open();
  await stage.end(payment.order, 'expired');
  await stage.says(payment, 'voided');
  expect(await stage.says(payment, 'captured')).toBe('moved');
  expect(await stage.calls(payment)).toContain(`refund late ${TOTAL} due`);
});

test('an event may come before the provider’s answer to the payment', async () => {
  const order = await stage.order();
  const begun = await beginPayment(sale.pool, order, 'sandbox');
  if ('code' in begun) throw new Error(begun.code);
  const payment: OpenPayment = { id: begun.payment.id, order, ref: 'early' };
  expect(await stage.says(payment, 'captured')).toBe('moved');
  await recordOpened(sale.pool, begun.payment, { ref: 'early', checkout: {} });
  expect(await stage.paymentState(payment)).toEqual({ state: 'captured', pays: true });
});

type Lie = (other: OpenPayment) => Partial<ProviderEvent>;
const lies: [of: string, Lie][] = [
  ['too little', () => ({ amountMinor: TOTAL - 1 })],
  ['too much', () => ({ amountMinor: TOTAL + 1 })],
  ['nothing', () => ({ amountMinor: 0 })],
  ['another currency', () => ({ currency: 'USD' })],
  ['another order', ({ order }) => ({ order })],
  ['another payment', ({ id }) => ({ payment: id })],
  ["the provider's id of another payment", ({ ref }) => ({ ref })],
  ['an id of the provider that is not this payment’s', () => ({ ref: 'foreign' })],
];

test.each(lies)('an event of %s is refused and kept, and nothing moves', async (_, lie) => {
  const [payment, other] = [await stage.open(), await stage.open()];
  const event = stage.event(payment, lie(other));
  expect(await stage.take(event)).toBe('refused');
  expect(await stage.take(event)).toBe('duplicate');
  for (const one of [payment, other]) {
    expect(await stage.orderState(one.order)).toBe('reserved');
    expect(await stage.paymentState(one)).toEqual({ state: 'open', pays: false });
    expect(await stage.calls(one)).toEqual([]);
  }
  const kept = await listKeptEvents(sale.pool, 'refused');
  expect(kept).toMatchObject([{ body: event, reason: expect.stringMatching(/^(says|names) /) }]);
});

test('an event moves no payment of another provider, open or not', async () => {
  const payment = await stage.open('stripe');
  expect(await stage.take(stage.event(payment))).toBe('refused');
  expect(await stage.paymentState(payment)).toMatchObject({ state: 'open' });
  const order = await stage.order();
  const begun = await beginPayment(sale.pool, order, 'stripe');
  if ('code' in begun) throw new Error(begun.code);
  const creating = { id: begun.payment.id, order, ref: 'r' };
  expect(await stage.take(stage.event(creating))).toBe('refused');
  expect(await stage.paymentState(creating)).toMatchObject({ state: 'creating' });
});

test('an event of an unknown payment is kept and taken once the payment is known', async () => {
  const order = await stage.order();
  const id = `${order}_p1`;
  const event = stage.event({ id, order, ref: 'r1' });
  expect(await stage.take(event)).toBe('unknown');
  const [kept] = await listKeptEvents(sale.pool, null);
  expect(kept).toMatchObject({ outcome: 'unknown', body: event });
  expect((await retryKeptEvent(sale.pool, kept!.id, OPERATOR))!.outcome).toBe('unknown');
  await beginPayment(sale.pool, order, 'sandbox');
  const taken = await Promise.all([1, 2].map(() => retryKeptEvent(sale.pool, kept!.id, OPERATOR)));
  expect(taken.map((one) => one?.outcome ?? null).toSorted()).toEqual(['moved', null]);
  expect(await stage.orderState(order)).toBe('paid');
  expect(await listKeptEvents(sale.pool, null)).toEqual([]);
});
