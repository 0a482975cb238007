import { beforeEach, expect, test } from 'vitest';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { leaseCalls } from '../../../src/ledger/orders/provider-calls.ts';
import type { DueCall, Leaser } from '../../../src/ledger/orders/provider-calls.ts';
import { removeSilentProcesses } from '../../../src/ledger/processes/registry.ts';
import type { Queryable } from '../../../src/platform/query.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { makeProviderCalls } from '../../../src/service/orders/make-provider-calls.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { PaymentStage } from '../../world/stage/payments.ts';

const HOUR_S = 3_600;
/** Workers that were seen without a gap for long. */
const ours: Leaser = { id: 'ours', seenForMs: 60_000, making: null };
const other: Leaser = { id: 'other', seenForMs: 60_000, making: null };

let sale: LedgerSale;
let stage: PaymentStage;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
  stage = new PaymentStage(sale);
  for (const { id } of [ours, other]) {
    const text = `insert into processes (id, name, protocol, acknowledges)
      values ($1, $1, 0, false)`;
    await sale.pool.query(text, [id]);
  }
});

/** Opens a payment that is authorised, so that its capture is due. */
async function authorized(): Promise<OpenPayment> {
  const payment = await stage.open();
  await stage.says(payment, 'authorized');
  return payment;
}

const lease = (by?: Leaser, on: Queryable = sale.pool): Promise<DueCall[]> =>
  leaseCalls(on, 'sandbox', 1, by);

const wasSeen = (id: string | null, secondsAgo: number) =>
  sale.pool.query(
    `update processes set seen_at = clock_timestamp() - $2 * interval '1 second' where id = $1`,
    [id, secondsAgo],
  );

test('a worker neither takes nor waits for calls that another is taking', async () => {
  await authorized();
  await transaction(sale.pool, async (client) => {
    expect(await lease(ours, client)).toHaveLength(1);
    expect(await lease(other)).toEqual([]);
  });
});

test('captures come before other calls, however long those have been due', async () => {
  const over = await stage.open();
  await stage.end(over.order, 'expired');
  const payment = await authorized();
  expect(await lease()).toMatchObject([{ kind: 'capture', payment: payment.id }]);
});

test('a call of a worker that died is free before its lease ends', async () => {
  await authorized();
  expect(await lease(ours)).toHaveLength(1);
  expect(await lease(other)).toEqual([]);
  await wasSeen('ours', 6);
  await removeSilentProcesses(sale.pool);
  expect(await lease(other)).toHaveLength(1);
});

test('a call of a worker that is forgotten, or signed off, is free at once', async () => {
  await authorized();
  expect(await lease(ours)).toHaveLength(1);
  await wasSeen('ours', 11);
  await removeSilentProcesses(sale.pool);
  expect((await sale.pool.query('select id from processes')).rows).toEqual([{ id: 'other' }]);
  expect(await lease(other)).toHaveLength(1);
});

test('a worker that is silent for four seconds keeps its calls', async () => {
  await authorized();
  expect(await lease(ours)).toHaveLength(1);
  await wasSeen('ours', 4);
  await removeSilentProcesses(sale.pool);
  expect(await lease(other)).toEqual([]);
});

test('a worker never takes its own calls before their lease ends', async () => {
  await authorized();
  expect(await lease(ours)).toHaveLength(1);
  await wasSeen('ours', HOUR_S);
  expect(await lease(ours)).toEqual([]);
  await removeSilentProcesses(sale.pool);
  expect(await lease(ours)).toEqual([]);
});

test('a worker takes its own call again when the answer to its lease was lost', async () => {
  await authorized();
  const [call] = await lease(ours);
  expect(await lease({ ...ours, making: [call!.id] })).toEqual([]);
  expect(await lease({ ...ours, making: [] })).toMatchObject([{ id: call!.id }]);
});

test('after an outage of the ledger no worker takes calls of others for five seconds', async () => {
  await authorized();
  expect(await lease(ours)).toHaveLength(1);
  for (const { id } of [ours, other]) await wasSeen(id, HOUR_S);
  expect(await lease({ ...other, seenForMs: 4_999 })).toEqual([]);
  expect(await lease()).toEqual([]);
  expect(await lease({ ...other, seenForMs: 5_000 })).toHaveLength(1);
});

test('a worker makes the calls of another that died', async () => {
  const payment = await authorized();
  expect(await lease(ours)).toHaveLength(1);
  await wasSeen('ours', 6);
  const work = (beatingForMs?: () => number) =>
    makeProviderCalls({
      pool: sale.pool,
      provider: {
        ...sandboxProvider({ time: systemTime, url: 'http://127.0.0.1:9', secrets: [] }),
        capture: async () => ({ state: 'captured' }),
      },
      courier: { push: async () => {} },
      processId: 'other',
      beatingForMs,
      time: systemTime,
      onAlert: () => {},
      onError: () => {},
    });
  expect([await work(), await work(() => 1_000), await work(() => 60_000)]).toEqual([0, 0, 1]);
  expect(await stage.orderState(payment.order)).toBe('paid');
});
