import { beforeEach, expect, test } from 'vitest';
import type { SaleId } from '../../../src/domain/ids.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { salesOfShopper } from '../../../src/ledger/privacy/shopper-data.ts';
import { salesToTrim, trimSale } from '../../../src/ledger/privacy/trim-sale.ts';
import { eraseShopper } from '../../../src/ledger/privacy/erase-shopper.ts';
import { refundOrder } from '../../../src/service/orders/refund-order.ts';
import { setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { forgetEndedSales } from '../../../src/service/terms/forget-ended-sales.ts';
import { OPERATOR, newKey, shopperId } from '../../../proof/builders/ids.ts';
import { cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { until } from '../../world/servers/wait-until.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop } from '../../world/stage/shop.ts';
import { listen } from '../../world/stage/webhooks.ts';
import { withShop } from '../../world/stage/with-shop.ts';

/** No other text of the ledger has it as a part. */
const SUB = 'person-9f3a@example.com';

let shop: Shop;
let world: World;

withShop((made, its) => {
  shop = made;
  world = its;
});
/** A shopper with a coupon, points, an order that is paid and partly refunded, and a claim. */
beforeEach(async () => {
  await shop.open([cartOffer('a', { cap: 10 })]);
  const claims = { quota: 5, limitPerShopper: 1 };
  await shop.setRules([
    promotion('c', { isCoupon: true }),
    promotion('g', { isCoupon: true, claims }),
  ]);
  await listen(shop.api.pool, shop.sale, 'https://shop.example/hook');
  await shop.grant('c', [SUB, 'u2']);
  await shop.fill(SUB, { points: 50 });
  const shopper = shopperId(SUB);
  const lines = [{ offer: 'a' as never, quantity: 2 }];
  const placed = await shop.checkOut({ shopper, lines, coupons: ['c'], points: 10 });
  await shop.claim('g', { shopper });
  await shop.settleAll();
  const { order } = placed as Placed;
  await payFor(shop.api.pool, order.id);
  const asked = { order: order.id, key: newKey(), restock: false, actor: OPERATOR };
  await refundOrder(shop.api, { ...asked, lines: [{ line: 0, quantity: 1 }] });
});

const doorbuster = (...args: string[]): Promise<Outcome> => doorbusterOn(world, args);
const inLedger = (text: string, ...values: readonly unknown[]) =>
  shop.worker.pool.query<Record<string, string>>(text, [...values]);

/** Closes the sale and lets the time pass after which Redis has nothing of it. */
async function freeSale(): Promise<void> {
  const forget = () => forgetEndedSales({ ...shop.worker, dropQueue: async () => {} });
  await setSaleState(shop.api, shop.sale, 'close', OPERATOR);
  await shop.settleAll();
  await inLedger(`update sales set closed_at = now() - interval '40 days'`);
  await forget();
  await inLedger(`update sales set forgotten_at = now() - interval '61 seconds'`);
  await forget();
}

/** The tables that have a text somewhere, also in bytes. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await inLedger(
    `select tablename as name from pg_tables where schemaname = 'public' order by tablename`,
  );
  const hex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of rows) {
    const looked = await inLedger(
      `select 1 from ${name} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0 limit 1`,
      text,
      hex,
    );
    if (looked.rows.length > 0) found.push(name!);
  }
  return found;
}

/** What the audit finds in the sale, although Redis has nothing of it. */
async function broken(): Promise<unknown> {
  const { out, err } = await doorbuster('audit', shop.sale, '--json');
  expect(err).toBe('');
  return (JSON.parse(out) as { brokenPromises: unknown }).brokenPromises;
}

/** Sums that must not change when names do or papers go. */
async function sums(): Promise<unknown> {
  const { rows } = await inLedger(`select
    (select json_agg(json_build_array(id, state, total_minor, refunded_minor, points_used)
      order by id) from orders) as orders,
    (select json_agg(json_build_array(offer, held, sold) order by offer) from allotments) as units,
    (select sum(points_used) from balances) as points,
    (select sum(used) from coupons) as coupons`);
  return rows;
}

test('all that a sale holds of a shopper is exported', async () => {
  const { code, out } = await doorbuster('shoppers', 'export', SUB, '--json');
  expect(code).toBe(0);
  const [only, ...others] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    sale: shop.sale,
    shopper: SUB,
    orders: [
      {
        state: 'partly_refunded',
        lines: [{ offer: 'a', quantity: 2, refunded: 1 }],
        moves: [{ to: 'paid' }, { to: 'partly_refunded', who: 'operator' }],
        payments: [{ state: 'captured' }],
        refunds: [{ who: 'operator' }],
      },
    ],
    claims: [{ promotion: 'g' }],
    coupons: [
      { promotion: 'c', granted: 1, used: 1 },
      { promotion: 'g', claimed: 1 },
    ],
    balances: { pointsGranted: 50 },
  });
  expect(await salesOfShopper(shop.worker.pool, shopperId('nobody'))).toEqual([]);
});

test('a shopper is erased from a closed sale, and units and money stay', async () => {
  const live = await doorbuster('shoppers', 'erase', SUB);
  expect(live.code).toBe(1);
  expect(live.err).toContain(`${shop.sale} is still live`);
  expect(await tablesWith(SUB)).not.toContain('changes');
  await inLedger(
    `insert into dead_letters (sale, cell, epoch, seq, tag, position, body, bytes, reason, state)
      values ($1, 0, 1, 9, 't', 0, jsonb_build_object('shopper', $2::text), $3, '', 'released')`,
    ...[shop.sale, SUB, Buffer.from(SUB)],
  );
  await inLedger(`update payments set checkout = jsonb_build_object('returnUrl', $1::text)`, SUB);
  await freeSale();
  const before = await sums();
  expect(await broken()).toEqual([]);
  const draft = new Shop(shop.api, shop.worker, 'later' as SaleId);
  await setSale(draft.api, draft.sale, saleTerms(), OPERATOR);
  await inLedger(`insert into shopper_pseudonyms values ('later', $1)`, SUB);
  const erased = await doorbuster('shoppers', 'erase', SUB, '--reason', 'asked by letter');
  expect(erased).toMatchObject({ code: 1 });
  expect(erased.err).toContain('later is a draft: open and close it, or delete it');
  await inLedger(`delete from shopper_pseudonyms where sale = 'later'`);
  expect(erased.out).toBe(`${shop.sale}: erased; orders 1 · claims 1 · coupons 2 · balances 1\n`);
  expect(await tablesWith(SUB)).toEqual([]);
  expect(await sums()).toEqual(before);
  expect(await broken()).toEqual([]);
  const { rows } = await inLedger(`select c.subject, c.sub, c.reason, o.shopper
    from changes c, orders o where c.what = 'erase'`);
  expect(rows).toHaveLength(1);
  expect(rows[0]!['sub']).toMatch(/^cli:/);
  expect(rows[0]!['reason']).toBe('asked by letter');
  const pseudonym = rows[0]!['subject']!.replace('shopper:', '');
  expect(rows[0]!['shopper']).toBe(`erased:${pseudonym}`);
  const ofBalances = `select 1 from changes where subject = $1`;
  const given = await inLedger(ofBalances, `balances:${pseudonym}`);
  expect(given.rows).toHaveLength(1);
  expect(await salesOfShopper(shop.worker.pool, shopperId(SUB))).toEqual([]);
});

test('a closed sale says until when its keys keep a shopper from being erased', async () => {
  await setSaleState(shop.api, shop.sale, 'close', OPERATOR);
  await inLedger(
    `update sales set closed_at = '2026-11-11T00:00:00.500Z', pay_within_s = 900, freed_at = null`,
  );
  const { code, err } = await doorbuster('shoppers', 'erase', SUB);
  expect(code).toBe(1);
  expect(err).toContain(`${shop.sale} is closed, but its keys stay in Redis until `);
  expect(err).toContain('2026-11-12T00:15:00.500Z');
  expect(err).not.toContain('live');
});

test('a shopper is erased from what a refund writes at the same time', async () => {
  const { pool } = shop.worker;
  await freeSale();
  const refunding = await pool.connect();
  await refunding.query('begin');
  await refunding.query('select from orders for update');
  const erasing = eraseShopper(pool, shop.sale, shopperId(SUB), OPERATOR);
  const waiting = `select from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  const isWaiting = async () => (await inLedger(waiting)).rows.length > 0;
  await until(isWaiting, { describe: 'the order is waited for' });
  await refunding.query(`insert into coupons (sale, shopper, promotion, returned)
    select sale, shopper, 'returned', 1 from orders`);
  await refunding.query('commit');
  refunding.release();
  expect(await erasing).toMatchObject({ orders: 1, coupons: 3 });
});

test('a closed sale is trimmed of its working papers by command, and stays sound', async () => {
  const { pool } = shop.worker;
  expect(await salesToTrim(pool, 1)).toEqual([]);
  await freeSale();
  // One message is still due, and a copy of it was taken.
  await inLedger(`insert into webhook_deliveries (webhook, kind, body, state, ended_at)
    select webhook, kind, body, 'done', now() from webhook_deliveries`);
  expect(await salesToTrim(pool, 41)).toEqual([]);
  expect(await salesToTrim(pool, 39)).toEqual([shop.sale]);
  const before = await sums();
  const trimmed = await trimSale(pool, shop.sale, OPERATOR);
  for (const count of Object.values(trimmed)) expect(count).toBeGreaterThan(0);
  for (const table of ['documents', 'instructions', 'entries']) {
    expect((await inLedger(`select 1 from ${table}`)).rows, table).toEqual([]);
  }
  const { rows: messages } = await inLedger('select state from webhook_deliveries');
  expect(messages).toEqual([{ state: 'due' }]);
  expect(await salesToTrim(pool, 39)).toEqual([]);
  expect(await sums()).toEqual(before);
  expect(await broken()).toEqual([]);
});
