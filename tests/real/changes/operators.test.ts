import { beforeAll, expect, test } from 'vitest';
import { releaseDeadLetter } from '../../../src/ledger/cells/dead-letters.ts';
import { acceptGaps, recordGap } from '../../../src/ledger/cells/gaps.ts';
import { recordRebuild } from '../../../src/ledger/cells/record-rebuild.ts';
import { changesOfSale } from '../../../src/ledger/changes/read-changes.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import { resolveKeptEvent, retryKeptEvent } from '../../../src/ledger/orders/payment-events.ts';
import { resolveDeadCall, retryDeadCalls } from '../../../src/ledger/orders/provider-calls.ts';
import { pinServer } from '../../../src/ledger/processes/pinned-server.ts';
import { replayDeadDeliveries } from '../../../src/ledger/webhooks/replay-deliveries.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { PaymentStage } from '../../world/stage/payments.ts';
import { listen } from '../../world/stage/webhooks.ts';

let sale: LedgerSale;

withStage('file', LedgerSale.create, (made) => (sale = made));

const ANY = { owner: null, subject: null, shopper: null, fromMs: null, untilMs: null };

/** Each change as `what subject: before > after`, without those that set up the sale. */
async function deeds(of: SaleId | null): Promise<string[]> {
  const all = await changesOfSale(sale.pool, of, ANY, of === null ? 0 : 5, 100);
  const json = (value: object | null) => JSON.stringify(value);
  return all.map(({ what, subject, before, after }) => {
    return `${what} ${subject}: ${json(before)} > ${json(after)}`;
  });
}

beforeAll(() => sale.open());

test('what operators do with calls and events of a provider is recorded', async () => {
  const { pool, id } = sale;
  const stage = new PaymentStage(sale);
  const payment = await stage.open();
  const made = `insert into provider_calls (payment, provider, kind, amount_minor, state, error)
    values ($1, 'sandbox', $2, 1000, 'dead', 'away') returning id`;
  const call = async (kind: string) => (await pool.query(made, [payment.id, kind])).rows[0].id;
  const [one, two] = [await call('capture'), await call('void')];
  expect(await retryDeadCalls(pool, one, OPERATOR)).toBe(1);
  expect(await retryDeadCalls(pool, one, OPERATOR)).toBe(0);
  expect(await resolveDeadCall(pool, two, { who: 'ann', why: 'by hand' }, OPERATOR)).toBe(true);
  await stage.take(stage.event(payment, { amountMinor: 7 }));
  await stage.take(stage.event({ ...payment, id: 'x_p1', ref: 'unknown' }, { payment: null }));
  const kept = await pool.query<{ id: number }>('select id from payment_events order by id');
  const [refused, unknown] = kept.rows.map((row) => row.id) as [number, number];
  expect((await retryKeptEvent(pool, refused, OPERATOR))!.outcome).toBe('refused');
  expect(await resolveKeptEvent(pool, refused, { who: 'ann', why: 'it is ours' }, OPERATOR)).toBe(
    true,
  );
  expect(await resolveKeptEvent(pool, unknown, { who: 'ann', why: 'not ours' }, OPERATOR)).toBe(
    true,
  );
  expect(await deeds(id)).toEqual([
    `retry call:${one}: {"state":"dead"} > {"state":"due"}`,
    `resolve call:${two}: {"state":"dead"} > {"state":"resolved"}`,
    `resolve event:${refused}: null > {"outcome":"resolved"}`,
  ]);
  expect(await deeds(null)).toEqual([`resolve event:${unknown}: null > {"outcome":"resolved"}`]);
});

test('what operators do with letters, losses and cells is recorded', async () => {
  const { pool, id } = sale;
  const before = (await deeds(id)).length;
  const letter = `insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes, reason)
    values ($1, 0, 1, 9, 't', -1, '', 'unreadable') returning id`;
  const buried = await sale.one<number>(letter);
  expect(await releaseDeadLetter(pool, buried, OPERATOR)).toBe('released');
  const gap = { epoch: 1, firstSeq: 5, lastSeq: 6, orders: 3 };
  await recordGap(pool, sale.cell(), gap, true);
  expect(await acceptGaps(pool, id, OPERATOR)).toHaveLength(1);
  expect(await acceptGaps(pool, id, OPERATOR)).toHaveLength(0);
  await recordRebuild(pool, OPERATOR, 'reopen', { id: sale.cell(), epoch: 1, state: 'open' });
  expect((await deeds(id)).slice(before)).toEqual([
    `release dead-letter:${buried}: {"order":null,"state":"buried"} > ` +
      `{"order":null,"state":"released"}`,
    `accept-loss sale: null > ` +
      `{"gaps":[{"cell":0,"epoch":1,"orders":3,"lastSeq":6,"firstSeq":5}]}`,
    'reopen cell:0: {"epoch":1,"state":"open"} > null',
  ]);
});

test('adopting a Redis is recorded, and what the service finds out by itself is not', async () => {
  const put = async () => {};
  const first = { pin: 'p1', runId: 'r1' };
  await pinServer(sale.pool, null, { ...first, why: 'first' }, put, null);
  const why = { pin: 'p2', runId: 'r2', why: 'operator' } as const;
  await pinServer(sale.pool, first, why, put, OPERATOR);
  expect((await deeds(null)).at(-1)).toBe(
    'adopt redis: {"pin":"p1","runId":"r1"} > {"pin":"p2","runId":"r2"}',
  );
});

test('sending dead messages again is recorded, unless there are none', async () => {
  const name = { sale: sale.id, id: 'w1', store: null };
  await listen(sale.pool, sale.id, 'https://shop.example/hook');
  expect(await replayDeadDeliveries(sale.pool, name, null, OPERATOR)).toBe(0);
  expect((await deeds(sale.id)).at(-1)).toMatch(/^put webhook:w1: null >/);
  await sale.pool.query(`insert into webhook_deliveries (webhook, kind, body, state, ended_at)
    select number, 'order.placed', '{}', 'dead', now() from webhooks`);
  expect(await replayDeadDeliveries(sale.pool, name, null, OPERATOR)).toBe(1);
  expect((await deeds(sale.id)).at(-1)).toBe('replay webhook:w1: null > {"deliveries":1}');
});
