import { expect, test } from 'vitest';
import type { CellId, SaleId } from '../../../src/domain/ids.ts';
import { recordAudit } from '../../../src/ledger/sale-status.ts';
import type { NewestChanges } from '../../../src/service/changes/newest-changes.ts';
import type { SaleGlance } from '../../../src/service/sales-glance.ts';
import { setSale } from '../../../src/service/terms/change-sale.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { until } from '../../world/servers/wait-until.ts';
import { injectedApi } from '../../world/stage/http.ts';
import { surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { listen } from '../../world/stage/webhooks.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

/** Reads as the operator `olaf`. */
async function reader() {
  const { app, ask } = await injectedApi(shop);
  const send = ask({ sub: 'olaf', role: 'operator' });
  const read = async <View>(url: string): Promise<View> => (await send('GET', url)).json() as View;
  return { app, read };
}

test('a glance shows what each opened sale waits for, its cells, audit and budgets', async () => {
  await shop.open([offer('a', { cap: 100 })], { cells: 2, name: 'Nine nine' });
  await shop.setRules([], [budget('spring', { amountMinor: 1_000 })]);
  await setSale(shop.api, 'a-draft' as SaleId, saleTerms(), OPERATOR);
  await recordAudit(shop.worker.pool, shop.sale, 2, 1_250);
  await shop.settleAll();
  const { pool } = shop.worker;
  await pool.query("update pot_allotments set spent = 30 where pot = 'budget:spring' and cell = 0");
  const placed: CellId[] = [];
  for (let i = 0; i < 20; i++) placed.push(surely(await shop.buy({ shopper: `u${i}` })).cell.id);
  const { read, app } = await reader();
  const ordersOf = (cell: number) => placed.filter((one) => one.cell === cell).length;
  const [first] = [0, 1].map((cell) => ({
    cell,
    epoch: 1,
    state: 'open',
    awaySince: null,
    lagEntries: ordersOf(cell),
    lagOrders: ordersOf(cell),
    lagSince: expect.stringMatching(/^20\d\d-/),
  }));
  const { items } = await read<{ items: SaleGlance[] }>('/v1/ops/sales');
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    sale: shop.sale,
    name: 'Nine nine',
    state: 'open',
    quiet: false,
    waiting: [{ for: 'unsettled_orders', count: 20 }],
    audit: { brokenPromises: 2, tookMs: 1_250 },
    budgets: [{ id: 'spring', store: null, amount: 1_000, spent: 30, left: 970 }],
  });
  expect(items[0]!.cells[0]).toEqual(first);
  expect(items[0]!.cells[1]).toMatchObject({ cell: 1, lagOrders: ordersOf(1) });
  await app.close();
});

test('a glance shows a cell that is away, and since when', async () => {
  await shop.open([offer('a')]);
  const { pool, directory } = shop.api;
  await pool.query("update cells set state = 'diverged', away_since = now()");
  await directory.refresh();
  const { read, app } = await reader();
  const isAway = async () => {
    const { items } = await read<{ items: SaleGlance[] }>('/v1/ops/sales');
    return items[0]!.cells[0]!.state !== 'open' && items[0];
  };
  const { cells, waiting } = await until(isAway, { describe: 'the cell is away' });
  expect(cells).toEqual([
    {
      cell: 0,
      epoch: 1,
      state: 'diverged',
      awaySince: expect.stringMatching(/^20\d\d-/),
      lagEntries: null,
      lagOrders: null,
      lagSince: null,
    },
  ]);
  expect(waiting).toMatchObject([{ for: 'cells_away', count: 1 }]);
  await app.close();
});

test('reports with all their connections delay neither the glance nor the changes', async () => {
  await shop.open([offer('a')]);
  const { reports } = shop.api.pools;
  const all = Array.from({ length: reports.options.max }, () => reports.connect());
  const held = await Promise.all(all);
  const { read, app } = await reader();
  try {
    expect((await read<{ items: SaleGlance[] }>('/v1/ops/sales')).items).toHaveLength(1);
    expect((await read<NewestChanges>('/v1/ops/changes')).items).not.toEqual([]);
  } finally {
    for (const client of held) client.release();
    await app.close();
  }
});

test('changes of all sales come newest first, and each once over its pages', async () => {
  await shop.open([offer('a')]);
  await listen(shop.api.pool, null, 'https://hooks.example/a');
  await setSale(shop.api, 'a-draft' as SaleId, saleTerms(), OPERATOR);
  const { read, app } = await reader();
  const path = '/v1/ops/changes';
  const all = await read<NewestChanges>(`${path}?limit=100`);
  expect(all.next).toBeNull();
  const said = all.items.map(({ sale, what, subject }) => `${sale} ${what} ${subject}`);
  const expected = [
    'a-draft put sale',
    'null put webhook:w1',
    `${shop.sale} open sale`,
    `${shop.sale} put offer:a`,
    `${shop.sale} put sale`,
  ];
  expect(said.toSorted()).toEqual(expected.toSorted());
  // Those of two sales may share a millisecond.
  const times = all.items.map(({ at }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
  const ofSale = all.items.filter(({ sale }) => sale === shop.sale);
  expect(ofSale.map(({ number }) => number)).toEqual([3, 2, 1]);
  const paged: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: NewestChanges = await read(`${path}?limit=2${query}`);
    paged.push(...page.items);
    cursor = page.next;
  }
  expect(paged).toEqual(all.items);
  const errors = [{ pointer: '/query/cursor' }];
  expect(await read(`${path}?cursor=1_2`)).toMatchObject({ code: 'invalid', errors });
  await app.close();
});
