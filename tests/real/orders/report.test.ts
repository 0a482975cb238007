import { beforeEach, expect, test } from 'vitest';
import { sumDiscounts } from '../../../src/ledger/orders/sum-discounts.ts';
import { report } from '../../../src/service/orders/discount-report.ts';
import { cart, took } from '../../../proof/builders/entries.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
});

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
  expect(await report(sale, id, null)).toEqual({
    ...{ sale: id, total: 190, byFunder: { platform: 140, store: 50 } },
    rows: [...ofS1, ...ofS2],
  });
  expect(await report(sale, id, 's2')).toMatchObject({ total: 60, rows: ofS2 });
  expect(await report({ pool }, 'none' as typeof id, null)).toEqual({ code: 'not_found' });
});

test('a report has a bounded number of rows', async () => {
  await sale.settle({ orders: [cart({ shopper: 'u' })] });
  await sale.pool.query(`
    insert into order_promotions
    select id, place, 'p' || place, 'store', 1, 1, 0, 'store', null, false, array[1]
    from orders, generate_series(0, 10000) place`);
  expect(await sumDiscounts(sale.pool, sale.id, 's1')).toHaveLength(10_000);
});
