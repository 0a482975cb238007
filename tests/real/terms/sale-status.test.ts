import { expect, test } from 'vitest';
import type { OfferId, SaleId } from '../../../src/domain/ids.ts';
import { isQuiet, statusView } from '../../../src/domain/quiet.ts';
import type { SaleStatus } from '../../../src/domain/quiet.ts';
import { recordAudit } from '../../../src/ledger/sale-status.ts';
import { patchOffer } from '../../../src/ledger/terms/put-offer.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { saleStatus } from '../../../src/service/sale-status.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { addressOf, expireNow, lapse, surely } from '../../world/stage/life.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { listen } from '../../world/stage/webhooks.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let stage: PayShop;

withStage(
  'test',
  (world) => PayShop.open(world, [offer('a', { cap: 100 })]),
  (made) => (stage = made),
);

async function status(): Promise<SaleStatus> {
  const found = await saleStatus(stage.shop.api, stage.shop.sale);
  if (!found) throw new Error('no status');
  return found;
}

/** What the sale waits for, without the times. */
async function waiting() {
  return (await status()).waiting.map(({ sinceMs: _, ...rest }) => rest);
}

/** Since when the sale waits for the only thing that it waits for. */
async function since(): Promise<number | null> {
  const { waiting: list } = await status();
  expect(list).toHaveLength(1);
  return list[0]!.sinceMs;
}

async function expectQuiet(): Promise<void> {
  expect(await waiting()).toEqual([]);
  expect(isQuiet(await status())).toBe(true);
}

const query = (text: string, ...values: unknown[]) => stage.shop.worker.pool.query(text, values);

/** The earliest time in a column, in ms. */
async function firstMs(column: string, table: string): Promise<number> {
  const text = `select (extract(epoch from min(${column})) * 1000)::bigint as ms from ${table}`;
  return (await query(text)).rows[0].ms;
}

test('a sale in which nothing is under way is quiet', async () => {
  await expectQuiet();
  expect(await status()).toMatchObject({ unresolved: [], audit: null });
  expect(await saleStatus(stage.shop.api, 'nope' as SaleId)).toBeNull();
});

test('orders wait to be settled since the first of them was placed', async () => {
  const beforeMs = Date.now();
  surely(await stage.shop.buy({ shopper: 'u1' }));
  const afterMs = Date.now();
  surely(await stage.shop.buy({ shopper: 'u2' }));
  expect(await waiting()).toEqual([{ for: 'unsettled_orders', count: 2, detail: 'entries: 2' }]);
  const placedMs = (await since())!;
  expect(placedMs).toBeGreaterThanOrEqual(beforeMs - 1);
  expect(placedMs).toBeLessThanOrEqual(afterMs + 1);
  await stage.shop.settleAll();
  await expectQuiet();
});

test('a cap that was cut waits for its cell, then for the units handed back', async () => {
  const { api, worker, sale } = stage.shop;
  await patchOffer(api.pool, sale, 'a' as OfferId, { cap: 60 }, OPERATOR);
  expect(await waiting()).toEqual([
    { for: 'instructions', count: 3, detail: null },
    { for: 'withdrawals', count: 1, detail: null },
  ]);
  const askedMs = await firstMs('created_at', "instructions where body ->> 'kind' = 'withdraw'");
  for (const { sinceMs } of (await status()).waiting) expect(sinceMs).toBe(askedMs);
  await bringUpToDate(worker, (await addressOf(stage.shop)).id);
  expect(await waiting()).toEqual([
    { for: 'unsettled_orders', count: 0, detail: 'entries: 1' },
    { for: 'withdrawals', count: 1, detail: null },
  ]);
  await stage.shop.settleAll();
  await expectQuiet();
});

test('an unpaid order is overdue from the end of its time until its units are back', async () => {
  const order = await stage.order();
  await expectQuiet();
  await lapse(stage.shop, [order]);
  expect(await waiting()).toEqual([{ for: 'holds_overdue', count: 1, detail: null }]);
  expect(await since()).toBe(await firstMs('expires_at', 'orders'));
  await expireNow(stage.shop);
  await stage.shop.settleAll();
  await expectQuiet();
});

test('a call to a provider waits until it is made, and is unresolved once it is dead', async () => {
  const order = await stage.order();
  const { url } = await stage.startSurely(order);
  await stage.visit(url);
  await stage.heard(1);
  expect(await waiting()).toEqual([{ for: 'provider_calls', count: 1, detail: null }]);
  expect(await since()).toBe(await firstMs('created_at', 'provider_calls'));
  await query("update provider_calls set state = 'dead'");
  await expectQuiet();
  expect((await status()).unresolved).toMatchObject([{ for: 'dead_calls', count: 1 }]);
  await query("update provider_calls set state = 'due'");
  await stage.makeProviderCalls();
  await stage.heard(2);
  await stage.shop.settleAll();
  await expectQuiet();
  expect((await status()).unresolved).toEqual([]);
});

test('a webhook waits to be delivered as long as its endpoint is there', async () => {
  const { sale, worker } = stage.shop;
  await listen(worker.pool, sale, 'http://127.0.0.1:1/');
  await stage.order();
  expect(await waiting()).toEqual([{ for: 'webhooks', count: 1, detail: null }]);
  expect(await since()).toBe(await firstMs('created_at', 'webhook_deliveries'));
  await query('update webhooks set removed_at = now()');
  await expectQuiet();
});

test('a chore is late when it has not ended for three of its periods', async () => {
  const ran = (chore: string, periods: number) =>
    query(
      `insert into chore_runs values ($1, 60000, now() - $2 * interval '1 minute', 'worker 1')`,
      chore,
      periods,
    );
  await ran('align-caps', 2.9);
  await expectQuiet();
  await ran('expire', 3.2);
  expect(await waiting()).toEqual([{ for: 'chores_late', count: 1, detail: 'expire' }]);
  expect((await since())! / Date.now()).toBeCloseTo(1);
});

test('a chore that only an earlier release had is not late for ever', async () => {
  const text = `insert into chore_runs values ($1, 1000, now() - $2 * interval '1 hour', 'w')`;
  await query(text, 'renamed', 25);
  expect(await waiting()).toEqual([{ for: 'chores_late', count: 1, detail: 'renamed' }]);
  await query(text, 'expire', 0);
  await expectQuiet();
});

test('dead letters and lost entries are shown, and a sale may be quiet with them', async () => {
  await query(
    `insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes, reason)
     values ($1, 0, 1, 1, 't', -1, '', 'unreadable')`,
    stage.shop.sale,
  );
  await query(
    `insert into gaps (sale, cell, epoch, first_seq, last_seq, is_lost)
     values ($1, 0, 1, 4, 6, true)`,
    stage.shop.sale,
  );
  await expectQuiet();
  expect((await status()).unresolved).toMatchObject([
    { for: 'dead_letters', count: 1 },
    { for: 'lost_entries', count: 3 },
  ]);
});

test('of many dead letters 10,000 are counted, and none of another sale', async () => {
  const bury = (sale: string, most: number) =>
    query(
      `insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes, reason)
       select $1, 0, 1, i, 't', -1, '', 'unreadable' from generate_series(1, $2::integer) i`,
      sale,
      most,
    );
  await bury('another', 5);
  await bury(stage.shop.sale, 7);
  expect((await status()).unresolved).toMatchObject([{ for: 'dead_letters', count: 7 }]);
  await query('delete from dead_letters');
  await bury(stage.shop.sale, 10_001);
  expect((await status()).unresolved).toMatchObject([{ for: 'dead_letters', count: 10_000 }]);
});

test('the last audit is told with its age and what it found', async () => {
  const { sale, worker } = stage.shop;
  await recordAudit(worker.pool, sale, 2, 40);
  await recordAudit(worker.pool, sale, 1, 1_250.4);
  await query("update audit_runs set ran_at = now() - interval '90 seconds'");
  const { audit } = statusView(await status());
  expect(audit).toMatchObject({ ageSeconds: 90, brokenPromises: 1, tookMs: 1_250 });
});
