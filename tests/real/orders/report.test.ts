import { beforeEach, expect, test } from 'vitest';
import { askForReport, keepReport, takeReport } from '../../../src/ledger/reading/kept-reports.ts';
import type { ReportOf } from '../../../src/ledger/reading/kept-reports.ts';
import { sumDiscounts } from '../../../src/ledger/orders/sum-discounts.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { awaitReport } from '../../../src/service/orders/await-report.ts';
import { report } from '../../../src/service/orders/discount-report.ts';
import { makeReports } from '../../../src/service/orders/make-reports.ts';
import { cart, took } from '../../../proof/builders/entries.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
});

/** A worker makes what is asked for, as one that hears each call. */
const makeNow = () =>
  makeReports({
    pool: sale.pool,
    time: systemTime,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
let calls: number;

/** An api whose clock moves while it waits, and which waits for what its calls cause. */
function apiSide(onCall: () => Promise<unknown>) {
  let nowMs = 0;
  let called: Promise<unknown> = Promise.resolve();
  calls = 0;
  const sleep = async (ms: number) => {
    nowMs += ms;
    await called;
  };
  const onAsked = () => {
    calls++;
    called = onCall();
  };
  const asking = { pool: sale.pool, time: { monotonic: () => nowMs, sleep }, onAsked };
  const madeReport = (of: ReportOf) => awaitReport(asking, of);
  return { pool: sale.pool, madeReport };
}

/** No worker hears a call. */
const nobody = async () => {};
/** Its calls reach a worker at once. */
const apiWithWorker = () => apiSide(makeNow);
/** Lets time pass for the reports in the ledger. */
const later = (time: string) =>
  sale.pool.query(
    `update reports set asked_at = asked_at - $1::interval, taken_at = taken_at - $1::interval,
      as_of = as_of - $1::interval`,
    [time],
  );
const asOfOf = (found: object) => (found as { asOf: string }).asOf;

const own = (shares: number[]) => took('own', shares, { layer: 'store', funder: 'store' });

test('the report sums discounts by store, promotion and funder', async () => {
  const wide = cart({
    shopper: 'u',
    lines: ['a', 's1', 2, 1_000, 'c', 's2', 1, 3_000],
    gifts: ['b', 's1', 1],
    applied: [own([50, 0]), took('every', [40, 60]), took('points', [10, 0], { layer: 'points' })],
  });
  const other = cart({ shopper: 'u', applied: [took('every', [30])] });
  const expired = cart({ shopper: 'v', applied: [own([9])] });
  await sale.settle({ orders: [wide, other, expired] });
  const { pool, id } = sale;
  await pool.query(`update orders set state = 'expired' where shopper = 'v'`);
  const deps = apiWithWorker();
  const row = (store: string, of: string, layer: string, discount: number, orders = 1) => {
    const funder = of === 'own' ? 'store' : 'platform';
    return { store, promotion: of, layer, funder, discount, orders };
  };
  const ofS1 = [
    row('s1', 'every', 'cross_store', 70, 2),
    row('s1', 'own', 'store', 50),
    row('s1', 'points', 'points', 10),
  ];
  const ofS2 = [row('s2', 'every', 'cross_store', 60)];
  expect(await report(deps, id, null)).toEqual({
    ...{ sale: id, asOf: expect.any(String), total: 190, byFunder: { platform: 140, store: 50 } },
    rows: [...ofS1, ...ofS2],
  });
  expect(await report(deps, id, 's2')).toMatchObject({ total: 60, rows: ofS2 });
  expect(await report(deps, 'none' as typeof id, null)).toEqual({ code: 'not_found' });
});

test('a worker makes a report once for all who ask, and it stays for seconds', async () => {
  await sale.settle({ orders: [cart({ shopper: 'u', applied: [took('every', [30])] })] });
  const { id } = sale;
  const deps = apiWithWorker();
  const both = await Promise.all([report(deps, id, null), report(deps, id, 's1')]);
  expect(both).toMatchObject([{ total: 30 }, { total: 30 }]);
  await sale.settle({ orders: [cart({ shopper: 'v', applied: [took('every', [12])] })] });
  expect(await report(deps, id, 's1')).toMatchObject({ total: 30, asOf: asOfOf(both[0]!) });
  expect(calls).toBe(1);
  await later('6 s');
  expect(await report(deps, id, 's1')).toMatchObject({ total: 42 });
  expect(calls).toBe(2);
  await sale.pool.query('update reports set took_ms = 1000');
  await later('15 s');
  expect(await report(deps, id, 's1')).toMatchObject({ total: 42 });
  expect(calls).toBe(2);
});

test('without a worker that makes it, a report is a problem that says so', async () => {
  const { id, pool } = sale;
  const deps = apiSide(nobody);
  const noWorker = { code: 'busy', detail: 'No worker makes reports at present. Ask again later.' };
  expect(await report(deps, id, null)).toMatchObject(noWorker);
  expect(await report(deps, id, null)).toMatchObject(noWorker);
  expect(calls).toBe(1);
  // A worker takes it and goes silent, or dies.
  expect(await takeReport(pool)).toMatchObject({ sale: id, store: null });
  expect(await takeReport(pool)).toBeNull();
  const slow = { code: 'busy', detail: expect.stringContaining('A worker is making the report') };
  expect(await report(deps, id, null)).toMatchObject(slow);
  await later('61 s');
  expect(await report(deps, id, null)).toMatchObject(noWorker);
  await makeNow();
  expect(await report(deps, id, null)).toMatchObject({ total: 0, rows: [] });
});

test('what a slow worker made is left out when a different worker took it since', async () => {
  const { id, pool } = sale;
  await report(apiSide(nobody), id, null);
  const slow = (await takeReport(pool))!;
  await later('61 s');
  const next = (await takeReport(pool))!;
  expect(await keepReport(pool, slow, { rows: [], tookMs: 1 })).toBe(0);
  expect(await keepReport(pool, next, { rows: [], tookMs: 1 })).toBe(1);
});

test('reports that nobody asks for are deleted after an hour', async () => {
  const { id, pool } = sale;
  await report(apiWithWorker(), id, null);
  await later('2 hours');
  await askForReport(pool, { sale: 'other', store: null });
  await makeNow();
  expect((await pool.query('select sale from reports')).rows).toEqual([{ sale: 'other' }]);
});

test('a report that cannot be made is tried twice, until someone asks again', async () => {
  const { id, pool } = sale;
  const takes = async () => (await pool.query('select takes from reports')).rows[0].takes;
  await pool.query('alter table order_promotions rename to away');
  await askForReport(pool, { sale: id, store: null });
  await expect(makeNow()).rejects.toThrow('order_promotions');
  await later('61 s');
  await expect(makeNow()).rejects.toThrow('order_promotions');
  await later('61 s');
  await makeNow();
  expect(await takes()).toBe(2);
  expect(await askForReport(pool, { sale: id, store: null })).toBe(1);
  await expect(makeNow()).rejects.toThrow('order_promotions');
  expect(await takes()).toBe(3);
});

test('old reports are deleted also when one cannot be made', async () => {
  const { id, pool } = sale;
  await report(apiWithWorker(), id, null);
  await later('2 hours');
  await pool.query('alter table order_promotions rename to away');
  await askForReport(pool, { sale: 'other', store: null });
  await expect(makeNow()).rejects.toThrow('order_promotions');
  expect((await pool.query('select sale from reports')).rows).toEqual([{ sale: 'other' }]);
});

test('a report has a bounded number of rows', async () => {
  await sale.settle({ orders: [cart({ shopper: 'u' })] });
  await sale.pool.query(`
    insert into order_promotions
    select id, place, 'p' || place, 'store', 1, 1, 0, 'store', null, false, array[1]
    from orders, generate_series(0, 10000) place`);
  expect(await sumDiscounts(sale.pool, sale.id, 's1')).toHaveLength(10_000);
});
