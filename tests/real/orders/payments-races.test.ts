import { beforeEach, expect, test } from 'vitest';
import type { EventOutcome } from '../../../src/domain/payment.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { PaymentStage, TOTAL } from '../../world/stage/payments.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { withStage } from '../../world/servers/with-stage.ts';

const ROUNDS = 30;

let sale: LedgerSale;
let stage: PaymentStage;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
  stage = new PaymentStage(sale);
});

/** A contender for an order. @returns whether it won */
type Racer = (payment: OpenPayment) => Promise<boolean>;

const won = (outcome: EventOutcome) => outcome === 'moved';
const capture: Racer = async (payment) => won(await stage.says(payment, 'captured'));
const authorize: Racer = async (payment) => won(await stage.says(payment, 'authorized'));
const fail: Racer = async (payment) => won(await stage.says(payment, 'failed'));
const expire: Racer = async ({ order }) => (await stage.end(order, 'expired')).length > 0;
const cancel: Racer = async ({ order }) => (await stage.end(order, 'cancelled')).length > 0;

/** Starts the racers in turn, in each round from another one on, and waits for all. */
async function race(payment: OpenPayment, racers: readonly Racer[], round: number) {
  const turned = racers.map((_, i) => racers[(i + round) % racers.length]!);
  return Promise.all(turned.map((racer) => racer(payment)));
}

/** Expects one winner: a paid order keeps its money, an ended one returns it once. */
async function expectOneEnd(payment: OpenPayment): Promise<string> {
  const state = await stage.orderState(payment.order);
  const calls = await stage.calls(payment);
  const refunds = calls.filter((call) => call.startsWith('refund'));
  const { state: at, pays } = await stage.paymentState(payment);
  expect(at).toBe('captured');
  expect(pays).toBe(state === 'paid');
  expect(refunds).toHaveLength(pays ? 0 : 1);
  const text = `select count(*)::int from order_moves
    where $1 <> '' and order_id = $2 and from_state = 'reserved'`;
  expect(await sale.one<number>(text, payment.order)).toBe(1);
  return state;
}

test('an event, its duplicate, an expiry and a cancellation at once have one winner', async () => {
  const ends = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const payment = await stage.open();
    const event = stage.event(payment);
    const same: Racer = async () => won(await stage.take(event));
    await race(payment, [same, expire, capture, same, cancel, authorize, fail], round);
    ends.add(await expectOneEnd(payment));
  }
  expect(ends.size).toBeGreaterThan(1);
  const paid = await sale.one<number>(`select count(*)::int from orders
    where sale = $1 and state = 'paid'`);
  const units = await sale.one(`select held || ' held, ' || sold || ' sold' from allotments
    where sale = $1 and offer = 'a'`);
  expect(units).toBe(`0 held, ${paid} sold`);
  expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
});

test('one of two payments captured at once pays the order, and the other goes back', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const first = await stage.open();
    await stage.says(first, 'failed');
    const second = await stage.openAgain(first.order);
    const both = [first, second];
    const turned = round % 2 === 0 ? both : both.toReversed();
    await Promise.all(turned.map((payment) => stage.says(payment, 'captured')));
    const pays = await Promise.all(both.map(async (one) => (await stage.paymentState(one)).pays));
    expect(pays.toSorted()).toEqual([false, true]);
  }
  expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
});

test('another payment under way is voided once its order is paid', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const late = await stage.open();
    await stage.says(late, 'failed');
    const other = await stage.openAgain(late.order);
    const racers: Racer[] = [() => capture(late), () => authorize(other)];
    await race(late, racers, round);
    expect(await stage.orderState(late.order)).toBe('paid');
    expect(await stage.paymentState(late)).toEqual({ state: 'captured', pays: true });
    const calls = await stage.calls(other);
    expect(calls.filter((call) => call.endsWith('due'))).toEqual([`void ${TOTAL} due`]);
  }
  expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
});

test('orders settle while others are paid and expire, and nothing deadlocks', async () => {
  const payments: OpenPayment[] = [];
  for (let round = 0; round < ROUNDS; round++) payments.push(await stage.open());
  const settling = (async () => {
    for (let n = 0; n < ROUNDS; n++) await sale.settle({ orders: [cart({ shopper: `late${n}` })] });
  })();
  await Promise.all(payments.map((payment, i) => race(payment, [capture, expire], i)));
  await settling;
  for (const payment of payments) await expectOneEnd(payment);
  expect(await auditLedger(sale.pool, sale.id)).toEqual([]);
});
