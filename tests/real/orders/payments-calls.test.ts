import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PaymentAlert } from '../../../src/domain/payment.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { beginPayment, recordOpened } from '../../../src/ledger/orders/begin-payment.ts';
import { scheduleRefund } from '../../../src/ledger/orders/payments.ts';
import {
  countDueCalls,
  leaseCalls,
  listDeadCalls,
  listTriedCalls,
  recordAway,
  retryDeadCalls,
} from '../../../src/ledger/orders/provider-calls.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { ProviderAway } from '../../../src/provider/payment-provider.ts';
import type {
  CallAnswer,
  PaymentProvider,
  ProviderCall,
} from '../../../src/provider/payment-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { makeProviderCalls } from '../../../src/service/orders/make-provider-calls.ts';
import type { CallOutcome } from '../../../src/service/orders/make-provider-calls.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { PaymentStage, TOTAL, makeAt } from '../../world/stage/payments.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { newWebhookSecret } from '../../../proof/builders/secrets.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

/** An address without a listener; tests deliver events themselves. */
const NOWHERE = 'http://127.0.0.1:9/';

let sale: LedgerSale;
let stage: PaymentStage;
let sandbox: SandboxServer;
let provider: PaymentProvider;
let alerts: PaymentAlert[];
let outcomes: string[];
let errors: string[];
/** The audit’s findings in the end; these tests make only the provider call of a refund. */
let broken: string[];

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
  stage = new PaymentStage(sale);
  const secret = newWebhookSecret();
  sandbox = await startSandbox({ time: systemTime, eventsUrl: NOWHERE, secret });
  provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [secret] });
  [alerts, outcomes, errors, broken] = [[], [], [], []];
});
afterEach(async () => {
  const found = await auditLedger(sale.pool, sale.id);
  expect(found.map(({ promise }) => promise)).toEqual(broken);
  await sandbox.close();
});

/** Opens a payment in the ledger and at the sandbox. */
async function open(): Promise<OpenPayment> {
  const order = await stage.order();
  const begun = await beginPayment(sale.pool, order, provider.name);
  if ('code' in begun) throw new Error(begun.code);
  const { id, amountMinor, currency } = begun.payment;
  const made = await makeAt(provider, { id, order, amountMinor, currency });
  await recordOpened(sale.pool, begun.payment, made);
  return { id, order, ref: made.ref };
}

/** Opens a payment that the shopper authorises, and takes the event. */
async function openAndPay(): Promise<OpenPayment> {
  const payment = await open();
  await fetch(`${sandbox.url}/payments/${payment.ref}/pay`, { method: 'POST' });
  await stage.says(payment, 'authorized');
  return payment;
}

const work = (by: PaymentProvider | null = provider): Promise<number> =>
  makeProviderCalls({
    pool: sale.pool,
    provider: by,
    courier: { push: async () => {} },
    time: systemTime,
    onCall: (kind, outcome: CallOutcome) => outcomes.push(`${kind} ${outcome}`),
    onAlert: (alert) => alerts.push(alert),
    onError: ({ name }) => errors.push(name),
  });

const books = () => {
  const { captured, refunded } = sandbox.books();
  return { captured, refunded };
};

const letTimePass = () =>
  sale.pool.query(`update provider_calls set next_try_at = now(), leased_until = null`);

/** Acts as a worker that dies after the provider’s answer, before it notes the answer. */
async function dieAfter(kind: 'capture' | 'refund' | 'void'): Promise<void> {
  const [call] = await leaseCalls(sale.pool, provider.name, 1);
  expect(call).toMatchObject({ kind });
  const key = `${call!.payment}_${kind}`;
  await provider[kind]({ ref: call!.ref, key, amountMinor: TOTAL, currency: 'CNY' });
}

const always = (answer: (call: ProviderCall) => CallAnswer): PaymentProvider => {
  const say = async (call: ProviderCall) => answer(call);
  return { ...provider, capture: say, void: say, refund: say };
};

const away = () =>
  always(() => {
    throw new ProviderAway('no answer');
  });

test('an authorised payment is captured once, whatever worker makes the call', async () => {
  const payments: OpenPayment[] = [];
  for (let n = 0; n < 20; n++) payments.push(await openAndPay());
  const made = await Promise.all(Array.from({ length: 4 }, () => work()));
  expect(made.reduce((sum, calls) => sum + calls, 0)).toBe(20);
  expect(outcomes).toEqual(Array<string>(20).fill('capture captured'));
  for (const { order } of payments) expect(await stage.orderState(order)).toBe('paid');
  expect(books()).toEqual({ captured: 20 * TOTAL, refunded: 0 });
  expect(await work()).toBe(0);
});

test('an answer that the ledger could not note at first is noted by the same run', async () => {
  const payment = await openAndPay();
  const holder = await sale.pool.connect();
  const capture: PaymentProvider['capture'] = async (call) => {
    const answer = await provider.capture(call);
    await holder.query('begin; lock table payments in access exclusive mode');
    return answer;
  };
  const made = work({ ...provider, capture });
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await until(async () => (await sale.pool.query(cancel)).rows.length > 0, {
    describe: 'the note was cancelled',
  });
  await holder.query('rollback');
  holder.release();
  expect(await made).toBe(1);
  expect(outcomes).toEqual(['capture captured']);
  expect(await stage.orderState(payment.order)).toBe('paid');
});

test('a call of a worker that died is repeated with the same key after its lease', async () => {
  const payment = await openAndPay();
  await dieAfter('capture');
  expect(await work()).toBe(0);
  await letTimePass();
  expect(await work()).toBe(1);
  expect(await stage.orderState(payment.order)).toBe('paid');
  expect(books()).toEqual({ captured: TOTAL, refunded: 0 });
});

test('a refund of a worker that died returns the money once', async () => {
  const payment = await openAndPay();
  await dieAfter('capture');
  await stage.end(payment.order, 'expired');
  await stage.says(payment, 'captured');
  await sale.pool.query(`update provider_calls set state = 'done' where kind = 'void'`);
  await dieAfter('refund');
  expect(books()).toEqual({ captured: TOTAL, refunded: TOTAL });
  await letTimePass();
  expect(await work()).toBe(1);
  expect(books()).toEqual({ captured: TOTAL, refunded: TOTAL });
  expect(outcomes).toEqual(['refund refunded']);
});

test('a void that finds the money captured refunds it', async () => {
  const payment = await openAndPay();
  await dieAfter('capture');
  await stage.end(payment.order, 'cancelled');
  expect(await work()).toBe(2);
  expect(outcomes).toEqual(['void captured', 'refund refunded']);
  expect(await stage.paymentState(payment)).toEqual({ state: 'captured', pays: false });
  expect(books()).toEqual({ captured: TOTAL, refunded: TOTAL });
  expect(await stage.orderState(payment.order)).toBe('cancelled');
});

test('a capture that finds the payment voided leaves the order to a new one', async () => {
  const { ref, ...payment } = await openAndPay();
  await provider.void({ ref, key: 'by-hand', amountMinor: TOTAL, currency: 'CNY' });
  await work();
  expect(outcomes).toEqual(['capture voided']);
  expect(await stage.paymentState({ ref, ...payment })).toMatchObject({ state: 'voided' });
  expect(await stage.openAgain(payment.order)).toMatchObject({ id: `${payment.order}_p2` });
});

test('the open payment of an order that ends is voided', async () => {
  const payment = await open();
  await stage.end(payment.order, 'expired');
  await work();
  expect(outcomes).toEqual(['void voided']);
  const answer = await fetch(`${sandbox.url}/payments/${payment.ref}/pay`, { method: 'POST' });
  expect(answer.status).toBe(409);
});

test('a call made while the provider is down is made again', async () => {
  const payment = await openAndPay();
  sandbox.behave({ down: true });
  expect(await work()).toBe(1);
  expect(await work()).toBe(0);
  sandbox.behave({});
  await letTimePass();
  await work();
  expect(outcomes).toEqual(['capture away', 'capture captured']);
  expect(await stage.orderState(payment.order)).toBe('paid');
});

test('tries are 1 s, 2 s, 4 s and so on apart, at most 10 min, twenty in all', async () => {
  await openAndPay();
  const tries = await transaction(sale.pool, async (client) => {
    const seen: string[] = [];
    for (let n = 0; n < 20; n++) {
      await client.query('update provider_calls set next_try_at = now()');
      const [call] = await leaseCalls(client, provider.name, 1);
      const state = await recordAway(client, call!, 'no answer');
      const text = 'select extract(epoch from next_try_at - now())::int as s from provider_calls';
      seen.push(`${(await client.query(text)).rows[0].s} ${state}`);
    }
    return seen;
  });
  const growing = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  const seconds = [...growing, ...Array<number>(9).fill(600)].map((s) => `${s} due`);
  expect(tries).toEqual([...seconds, '600 dead']);
});

test('a call is dead after twenty tries; the audit shows it, and it can be retried', async () => {
  const payment = await open();
  await stage.end(payment.order, 'expired');
  await stage.says(payment, 'captured');
  await sale.pool.query(`update provider_calls set state = 'done' where kind = 'void'`);
  await sale.pool.query(`update provider_calls set tries = 18 where kind = 'refund'`);
  await work(away());
  expect(alerts).toEqual([]);
  await letTimePass();
  await work(away());
  const [dead] = await listDeadCalls(sale.pool);
  expect(dead).toMatchObject({
    kind: 'refund',
    payment: payment.id,
    tries: 20,
    error: 'no answer',
  });
  const alert = { what: 'call_dead', id: `call-${dead!.id}`, payment: payment.id };
  expect(alerts).toMatchObject([alert]);
  expect(await auditLedger(sale.pool, sale.id)).toMatchObject([
    { promise: 'I11', subject: payment.id },
  ]);
  expect(await work()).toBe(0);
  const other = await sale.pool.connect();
  await other.query('begin');
  await other.query(`select from provider_calls where state = 'dead' for update`);
  // Another operator retries it at this moment.
  expect(await retryDeadCalls(sale.pool, null, OPERATOR)).toBe(0);
  await other.query('rollback');
  other.release();
  expect(await retryDeadCalls(sale.pool, dead!.id, OPERATOR)).toBe(1);
  expect(await retryDeadCalls(sale.pool, dead!.id, OPERATOR)).toBe(0);
  await work(always(() => ({ state: 'refunded' })));
  expect(outcomes.at(-1)).toBe('refund refunded');
});

test('a call that failed twice is listed with its next try, and each try is reported', async () => {
  const payment = await openAndPay();
  await work(away());
  expect(await listTriedCalls(sale.pool)).toEqual([]);
  await letTimePass();
  await work(away());
  const about = { payment: payment.id, kind: 'capture', tries: 2, error: 'no answer' };
  const [tried] = await listTriedCalls(sale.pool);
  expect(tried).toMatchObject(about);
  const next = 'select (extract(epoch from next_try_at) * 1000)::bigint from provider_calls';
  expect(tried!.nextTryAtMs).toBe(await sale.one(`${next} where $1 <> ''`));
  expect(errors).toEqual(['ProviderAway', 'ProviderAway']);
});

test('a call that the provider refuses is dead at once', async () => {
  const payment = await openAndPay();
  await work(always(() => ({ state: 'refused', detail: 'never' })));
  expect(outcomes).toEqual(['capture refused', 'void refused']);
  expect(alerts).toMatchObject([
    { what: 'call_dead', detail: 'capture: never' },
    { what: 'call_dead', detail: 'void: never' },
  ]);
  expect(await stage.calls(payment)).toEqual([`capture ${TOTAL} dead`, `void ${TOTAL} dead`]);
  expect(await stage.orderState(payment.order)).toBe('reserved');
});

test('a refused capture is voided, and another payment may pay the order', async () => {
  const payment = await openAndPay();
  await work({ ...provider, capture: async () => ({ state: 'refused', detail: 'never' }) });
  expect(outcomes).toEqual(['capture refused', 'void voided']);
  expect(await stage.paymentState(payment)).toMatchObject({ state: 'voided' });
  expect(await stage.openAgain(payment.order)).toMatchObject({ id: `${payment.order}_p2` });
});

test.each([-1, 1])('an answer that lies by %i about the amount pays nothing', async (lie) => {
  const payment = await openAndPay();
  sandbox.behave({ lieInAnswers: lie });
  await work();
  const detail = `captured ${TOTAL + lie} CNY, not ${TOTAL} CNY`;
  expect(outcomes).toEqual(['capture refused', 'void refused']);
  expect(alerts[0]).toMatchObject({ what: 'call_dead', detail: `capture: ${detail}` });
  expect(await stage.orderState(payment.order)).toBe('reserved');
  expect(await stage.paymentState(payment)).toEqual({ state: 'authorized', pays: false });
});

test('a void that was given up is made again once it is due', async () => {
  const payment = await openAndPay();
  await work(always(() => ({ state: 'refused', detail: 'never' })));
  await stage.end(payment.order, 'expired');
  expect(await stage.calls(payment)).toEqual([`capture ${TOTAL} dead`, `void ${TOTAL} due`]);
  await work();
  expect(outcomes.at(-1)).toBe('void voided');
});

test('a dead void is due again when the payment is authorised after all', async () => {
  const payment = await open();
  await stage.end(payment.order, 'expired');
  await work(always(() => ({ state: 'refused', detail: 'never' })));
  await stage.says(payment, 'failed');
  expect(await countDueCalls(sale.pool)).toEqual([]);
  await stage.says(payment, 'authorized');
  expect(await stage.calls(payment)).toEqual([`void ${TOTAL} due`]);
  expect(await countDueCalls(sale.pool)).toEqual([{ provider: 'sandbox', calls: 1 }]);
});

test('a void of a payment that the sandbox has forgotten succeeds', async () => {
  const payment = await open();
  await sale.pool.query(`update payments set ref = 'forgotten' where id = $1`, [payment.id]);
  await stage.end(payment.order, 'expired');
  await work();
  expect(outcomes).toEqual(['void voided']);
});

const refund = (order: OrderId, refundId: string, amountMinor: number) =>
  transaction(sale.pool, async (client) => {
    await scheduleRefund(client, { order, refundId, amountMinor });
    const text = 'update orders set refunded_minor = refunded_minor + $2 where id = $1';
    await client.query(text, [order, amountMinor]);
  });

test("a merchant's refunds go back through the payment that paid, each once", async () => {
  const payment = await openAndPay();
  await work();
  await refund(payment.order, 'r1', 300);
  await refund(payment.order, 'r2', 700);
  await refund(payment.order, 'r3', 0);
  await expect(refund(payment.order, 'r1', 300)).rejects.toThrow('once_a_refund');
  await work();
  broken = ['I7'];
  expect(outcomes.slice(1)).toEqual(['refund refunded', 'refund refunded']);
  expect(books()).toEqual({ captured: TOTAL, refunded: TOTAL });
});

test('a refund of an order that no payment paid is a fault', async () => {
  const { order } = await open();
  await expect(refund(order, 'r1', 1)).rejects.toThrow('no payment paid');
});

test('calls of another provider are left alone, and all calls without a provider', async () => {
  const payment = await openAndPay();
  expect(await work({ ...provider, name: 'other' })).toBe(0);
  expect(await work(null)).toBe(0);
  expect(await stage.calls(payment)).toEqual([`capture ${TOTAL} due`]);
});
