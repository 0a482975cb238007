import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemTime } from '../../../src/platform/time.ts';
import { ProviderAway } from '../../../src/provider/payment-provider.ts';
import type { PaymentProvider, ProviderCall } from '../../../src/provider/payment-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { receiveEvents } from '../../world/servers/event-receiver.ts';
import type { EventReceiver } from '../../world/servers/event-receiver.ts';
import { makeAt } from '../../world/stage/payments.ts';
import { until } from '../../world/servers/wait-until.ts';

const secret = `whsec_${Buffer.alloc(32, 'sandbox').toString('base64')}`;
const timeoutMs = 2_000;

let receiver: EventReceiver;
let sandbox: SandboxServer;
let provider: PaymentProvider;

beforeEach(async () => {
  receiver = await receiveEvents(() => provider.verify);
  sandbox = await startSandbox({ time: systemTime, eventsUrl: receiver.url, secret });
  provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [secret], timeoutMs });
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const order = 'drop_0_serial';
const payment = (number = 1) => ({
  ...{ id: `${order}_p${number}`, order, amountMinor: 990, currency: 'CNY' },
});

const post = (path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

const withKey = (key: string) => ({ 'idempotency-key': key });
const stateOf = async (ref: string): Promise<string> => {
  const answer = await fetch(`${sandbox.url}/payments/${ref}`);
  return ((await answer.json()) as { state: string }).state;
};

/** A payment that the shopper has authorised. */
async function authorized(number = 1): Promise<ProviderCall> {
  const { ref } = await makeAt(provider, payment(number));
  expect((await post(`/payments/${ref}/pay`)).status).toBe(200);
  return { ref, key: payment(number).id, amountMinor: 990, currency: 'CNY' };
}

/** A captured payment. */
async function captured(number = 1): Promise<ProviderCall> {
  const call = await authorized(number);
  expect(await provider.capture(call)).toEqual({ state: 'captured' });
  return call;
}

const kinds = () => receiver.events.map(({ kind }) => kind);
const allButOne = () =>
  until(() => sandbox.books().waiting === 1, { describe: 'every event but one has gone' });
const allGone = () =>
  until(() => sandbox.books().waiting === 0, { describe: 'every event has gone' });

describe('a payment', () => {
  test('is made, paid, captured and refunded in parts, with one event a step', async () => {
    const call = await captured();
    const part = (amountMinor: number, key: string) =>
      provider.refund({ ...call, amountMinor, key });
    expect(await part(90, 'r1')).toEqual({ state: 'refunded' });
    expect(await part(900, 'r2')).toEqual({ state: 'refunded' });
    await allGone();
    const said = receiver.events.map(({ kind, amountMinor }) => [kind, amountMinor]);
    expect(said.toSorted()).toEqual([
      ['authorized', 990],
      ['captured', 990],
      ['refunded', 90],
      ['refunded', 900],
    ]);
    const named = { ref: call.ref, payment: payment().id, order, currency: 'CNY' };
    for (const event of receiver.events) expect(event).toMatchObject(named);
    expect(sandbox.books()).toEqual({
      ...{ captured: 990, refunded: 990, payments: 1, waiting: 0, lost: 0 },
    });
  });

  test('is not refunded above what was captured', async () => {
    const call = await captured();
    expect(await provider.refund({ ...call, amountMinor: 991, key: 'r1' })).toMatchObject({
      state: 'refused',
    });
    await provider.refund({ ...call, amountMinor: 600, key: 'r2' });
    const rest = await provider.refund({ ...call, amountMinor: 391, key: 'r3' });
    expect(rest).toMatchObject({
      state: 'refused',
      detail: 'above_captured: 390 is left to refund',
    });
    expect(sandbox.books()).toMatchObject({ refunded: 600 });
  });

  test('is not refunded before it is captured, nor captured before it is paid', async () => {
    const { ref } = await makeAt(provider, payment());
    const call = { ref, key: 'k', amountMinor: 990, currency: 'CNY' };
    expect(await provider.capture(call)).toMatchObject({ state: 'refused' });
    expect(await provider.refund(call)).toMatchObject({ state: 'refused' });
    expect(sandbox.books()).toMatchObject({ captured: 0, refunded: 0 });
  });

  test('cannot be voided once captured, nor captured once voided', async () => {
    expect(await provider.void(await captured(1))).toEqual({ state: 'captured' });
    const call = await authorized(2);
    expect(await provider.void(call)).toEqual({ state: 'voided' });
    expect(await provider.capture(call)).toEqual({ state: 'voided' });
    expect((await post(`/payments/${call.ref}/pay`)).status).toBe(409);
  });

  test('that was declined takes no money', async () => {
    const { ref } = await makeAt(provider, payment());
    await post(`/payments/${ref}/pay`, { outcome: 'decline' });
    const call = { ref, key: 'k', amountMinor: 990, currency: 'CNY' };
    expect(await provider.capture(call)).toEqual({ state: 'voided' });
    expect(await provider.void(call)).toEqual({ state: 'voided' });
    await allGone();
    expect(kinds()).toEqual(['failed']);
  });

  test('is not captured with another amount', async () => {
    const call = await authorized();
    const answer = await provider.capture({ ...call, amountMinor: 980 });
    expect(answer).toMatchObject({ state: 'refused', detail: expect.stringContaining('990') });
  });

  test('that nobody made can be neither captured nor refunded', async () => {
    const call = { ref: 'pay_none', key: 'k', amountMinor: 1, currency: 'CNY' };
    expect(await provider.void(call)).toEqual({ state: 'voided' });
    for (const what of ['capture', 'refund'] as const) {
      const answer = await provider[what](call);
      expect(answer).toMatchObject({ state: 'refused', detail: expect.stringMatching(/^not_f/) });
    }
  });

  test('can be paid by a form that is sent to its page', async () => {
    const { ref, checkout } = await makeAt(provider, payment());
    const form = { method: 'POST', body: new URLSearchParams({ outcome: 'authorize' }) };
    const paid = await fetch(String(checkout.url), { ...form, redirect: 'manual' });
    expect([paid.status, paid.headers.get('location')]).toEqual([303, `/pay/${ref}`]);
    expect(await stateOf(ref)).toBe('authorized');
  });
});

describe('the same key', () => {
  test('makes one payment and gets the same answer', async () => {
    const first = await makeAt(provider, payment());
    expect(await makeAt(provider, payment())).toEqual(first);
    await expect(makeAt(provider, { ...payment(), amountMinor: 1 })).rejects.toThrow('key_reused');
    expect(sandbox.books()).toMatchObject({ payments: 1 });
  });

  test('refunds once, even when twenty ask at once', async () => {
    const call = { ...(await captured()), amountMinor: 100, key: 'r1' };
    const asks = Array.from({ length: 20 }, () => provider.refund(call));
    expect(await Promise.all(asks)).toEqual(asks.map(() => ({ state: 'refunded' })));
    expect(sandbox.books()).toMatchObject({ refunded: 100 });
    await allGone();
    expect(kinds().filter((kind) => kind === 'refunded')).toHaveLength(1);
  });

  test('with another body is answered 422 and does nothing', async () => {
    const { ref } = await captured();
    const ask = (amount: number) => post(`/payments/${ref}/refund`, { amount }, withKey('r1'));
    expect((await ask(100)).status).toBe(200);
    expect((await ask(200)).status).toBe(422);
    expect((await ask(100)).status).toBe(200);
    expect(sandbox.books()).toMatchObject({ refunded: 100 });
  });

  test('is required, and a wrong body is refused', async () => {
    const body = { payment: 'p', order, amount: 990, currency: 'CNY' };
    expect((await post('/payments', body)).status).toBe(400);
    for (const wrong of [{ amount: '990' }, { amount: 0 }, { currency: 'cny' }, { more: 1 }]) {
      expect((await post('/payments', { ...body, ...wrong }, withKey('k'))).status).toBe(400);
    }
    expect(sandbox.books()).toMatchObject({ payments: 0 });
  });
});

describe('the sandbox', () => {
  test('sends an event again until it is accepted', async () => {
    receiver.refuse(3);
    await authorized();
    await allGone();
    expect(receiver.received).toBe(4);
    expect(kinds()).toEqual(['authorized']);
  });

  test('sends events twice, under the same id', async () => {
    sandbox.behave({ duplicateRate: 1 });
    await authorized();
    await allGone();
    const [first, second, ...more] = receiver.events;
    expect(first).toEqual(second);
    expect(more).toEqual([]);
  });

  test('declines some shoppers, always the same ones under one seed', async () => {
    sandbox.behave({ declineRate: 0.5 });
    const declined = async (server: SandboxServer) => {
      const client = sandboxProvider({ time: systemTime, url: server.url, secrets: [secret] });
      const states: unknown[] = [];
      for (let number = 1; number <= 30; number += 1) {
        const { ref } = await makeAt(client, payment(number));
        const paid = await fetch(`${server.url}/payments/${ref}/pay`, { method: 'POST' });
        states.push(((await paid.json()) as { state: string }).state);
      }
      return states;
    };
    const first = await declined(sandbox);
    expect(new Set(first)).toEqual(new Set(['authorized', 'failed']));
    const behaviour = { declineRate: 0.5 };
    const other = await startSandbox({
      time: systemTime,
      eventsUrl: receiver.url,
      secret,
      behaviour,
    });
    expect(await declined(other)).toEqual(first);
    await other.close();
  });

  test('holds an event back until the next one has gone', async () => {
    sandbox.behave({ reorder: true });
    const call = await authorized();
    expect(sandbox.books()).toMatchObject({ waiting: 1 });
    await provider.capture(call);
    await allGone();
    expect(kinds()).toEqual(['captured', 'authorized']);
  });

  test('holds the events of captures back until they are released', async () => {
    sandbox.behave({ late: true });
    await captured();
    await allButOne();
    expect(kinds()).toEqual(['authorized']);
    expect(sandbox.books()).toMatchObject({ captured: 990 });
    expect((await post('/release')).status).toBe(200);
    await allGone();
    expect(kinds()).toEqual(['authorized', 'captured']);
  });

  test('waits before it sends its events', async () => {
    sandbox.behave({ lateMs: 600_000, delayMs: 0 });
    await captured();
    await allButOne();
    expect(kinds()).toEqual(['authorized']);
    sandbox.behave({ delayMs: 600_000 });
    await authorized(2);
    expect(sandbox.books()).toMatchObject({ waiting: 2 });
  });

  test('is not believed when it lies about the amount in an answer', async () => {
    const call = await authorized();
    sandbox.behave({ lieInAnswers: -1 });
    const refused = { state: 'refused', detail: 'captured 989 CNY, not 990 CNY' };
    expect(await provider.capture(call)).toEqual(refused);
    expect(await provider.void(call)).toEqual(refused);
    sandbox.behave({});
    const dollars = { ...call, currency: 'USD', key: 'k2' };
    expect(await provider.void(dollars)).toMatchObject({ state: 'refused' });
    expect(await provider.void(call)).toEqual({ state: 'captured' });
  });

  test('signs an event that lies about the amount', async () => {
    sandbox.behave({ lie: -1 });
    await authorized();
    await allGone();
    expect(receiver.events).toMatchObject([{ kind: 'authorized', amountMinor: 989 }]);
  });

  test('is away when it is down, too slow or gone, and works again after that', async () => {
    const { ref } = await authorized();
    const call = { ref, key: 'k', amountMinor: 990, currency: 'CNY' };
    sandbox.behave({ down: true });
    await expect(provider.capture(call)).rejects.toThrow(ProviderAway);
    await expect(makeAt(provider, payment(2))).rejects.toThrow(ProviderAway);
    sandbox.behave({ slowMs: 5_000 });
    const hasty = sandboxProvider({
      time: systemTime,
      url: sandbox.url,
      secrets: [secret],
      timeoutMs: 50,
    });
    await expect(hasty.capture(call)).rejects.toThrow(ProviderAway);
    sandbox.behave({});
    expect(await provider.capture(call)).toEqual({ state: 'captured' });
    expect(sandbox.books()).toMatchObject({ captured: 990, payments: 1 });
    await sandbox.close();
    await expect(provider.refund(call)).rejects.toThrow(ProviderAway);
  });

  test('takes its behaviour over HTTP and refuses a wrong one', async () => {
    const tell = (body: object) =>
      fetch(`${sandbox.url}/behaviour`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    for (const wrong of [{ declineRate: 2 }, { delayMs: -1 }, { down: 'yes' }, { mood: 'bad' }]) {
      expect((await tell(wrong)).status).toBe(400);
    }
    expect((await tell({ down: true })).status).toBe(200);
    expect((await fetch(`${sandbox.url}/payments/pay_1`)).status).toBe(503);
    expect((await fetch(`${sandbox.url}/books`)).status).toBe(200);
    expect((await tell({})).status).toBe(200);
    expect((await fetch(`${sandbox.url}/payments/pay_1`)).status).toBe(404);
  });

  test('forgets its oldest finished payment when full, or refuses to make another', async () => {
    const small = await startSandbox({
      time: systemTime,
      eventsUrl: receiver.url,
      secret,
      paymentsMax: 2,
    });
    const client = sandboxProvider({
      time: systemTime,
      url: small.url,
      secrets: [secret],
      timeoutMs,
    });
    const first = await makeAt(client, payment(1));
    await makeAt(client, payment(2));
    await expect(makeAt(client, payment(3))).rejects.toThrow(ProviderAway);
    await client.void({ ref: first.ref, key: 'v', amountMinor: 990, currency: 'CNY' });
    await makeAt(client, payment(3));
    expect((await fetch(`${small.url}/payments/${first.ref}`)).status).toBe(404);
    expect(small.books()).toMatchObject({ payments: 3 });
    await small.close();
  });
});
