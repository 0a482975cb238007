import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ANY } from '../../../src/domain/terms/expected-version.ts';
import { shopperId } from '../../../proof/builders/ids.ts';
import { eraseShopper } from '../../../src/ledger/privacy/erase-shopper.ts';
import { trimSale } from '../../../src/ledger/privacy/trim-sale.ts';
import { readStandings } from '../../../src/ledger/sale-status.ts';
import { deleteSale } from '../../../src/ledger/terms/delete-terms.ts';
import { putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { moveSale, putSale } from '../../../src/ledger/terms/put-sale.ts';
import { announceStockLevels } from '../../../src/ledger/webhooks/announce-stock-levels.ts';
import { setWebhook, webhooksOf } from '../../../src/service/webhooks/endpoints.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { OPERATOR, actorOf, newSaleId } from '../../../proof/builders/ids.ts';
import { LedgerSale, cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { deliveries, listen } from '../../world/stage/webhooks.ts';

const HOOK = 'https://shop.example/hook';
const STOCK = ['stock.low', 'stock.sold_out', 'stock.back'] as const;

let world: World;
let friday: LedgerSale;
let monday: LedgerSale;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  [friday, monday] = [await LedgerSale.create(world), await LedgerSale.create(world)];
  await friday.open();
  await monday.open();
});
afterAll(async () => {
  await Promise.all([friday, monday].map((sale) => sale?.close()));
});
afterEach(async () => {
  await friday.pool.query('truncate webhooks cascade');
});

/** What an endpoint for all sales was told, oldest first. */
async function told(id: string, store: string | null = null) {
  const found = await deliveries(friday.pool, null, 'due', id, store);
  return found.map(({ body }) => (body as { type: string; data: any }).data);
}

const both = cart({ shopper: 'u1', lines: ['a', 's1', 2, 1_000, 'c', 's2', 1, 500] });
const first = cart({ shopper: 'u1', lines: ['a', 's1', 1, 1_000] });

test('an endpoint for all sales gets the events of each, a store’s only its own part', async () => {
  await listen(friday.pool, null, HOOK, { id: 'all' });
  await listen(friday.pool, null, HOOK, { id: 'erp', store: 's2', by: 's2' });
  await listen(friday.pool, friday.id, HOOK, { id: 'here' });
  await friday.settle({ orders: [both, first] });
  await monday.settle({ orders: [both] });
  const orders = (await told('all')).map(({ order }) => [order.sale, order.shopper, order.total]);
  expect(orders.toSorted()).toEqual(
    [
      [friday.id, 'u1', 1_000],
      [friday.id, 'u1', 2_500],
      [monday.id, 'u1', 2_500],
    ].toSorted(),
  );
  const own = (await told('erp', 's2')).map(
    ({ order: { sale, total, shopper = null, lines } }) => ({
      ...{ sale, total, shopper, lines: lines.length },
    }),
  );
  const part = { total: 500, shopper: null, lines: 1 };
  expect(own).toEqual([
    { sale: friday.id, ...part },
    { sale: monday.id, ...part },
  ]);
  expect(await deliveries(friday.pool, friday.id, 'due', 'here')).toHaveLength(2);
});

test('endpoints for all sales learn the stock levels of every open sale', async () => {
  const kinds = STOCK;
  await listen(friday.pool, null, HOOK, { id: 'all', kinds });
  await listen(friday.pool, null, HOOK, { id: 'erp', kinds, store: 's2', by: 's2' });
  await listen(friday.pool, null, HOOK, { id: 'erp', kinds, store: 's9', by: 's9' });
  await friday.pool.query("update allotments set held = 95 - sold where offer in ('b', 'c')");
  await announceStockLevels(friday.pool);
  const offers = (await told('all')).map(({ offer: { sale, id, stock } }) => [sale, id, stock]);
  const sales = [friday.id, monday.id];
  expect(offers.toSorted()).toEqual(
    sales.flatMap((sale) => ['b', 'c'].map((id) => [sale, id, 'low'])).toSorted(),
  );
  const own = (await told('erp', 's2')).map(({ offer: { sale, id } }) => [sale, id]);
  expect(own.toSorted()).toEqual(sales.map((sale) => [sale, 'c']).toSorted());
  expect(await told('erp', 's9')).toEqual([]);
});

test('a store learns how a sale moves only where it is a member', async () => {
  const kinds = ['sale.opened', 'sale.closed'] as const;
  for (const by of ['s1', 's3']) await listen(friday.pool, null, HOOK, { kinds, store: by, by });
  const sale = newSaleId();
  await putSale(friday.pool, sale, saleTerms(), OPERATOR, [
    { store: 's3' as never, offersMax: 1, promotionsMax: 1 },
  ]);
  await moveSale(friday.pool, sale, 'open', OPERATOR);
  await moveSale(friday.pool, sale, 'close', OPERATOR);
  const moves = (await told('w1', 's3')).map(({ sale: { id, state } }) => [id, state]);
  expect(moves).toEqual([
    [sale, 'open'],
    [sale, 'closed'],
  ]);
  expect(await told('w1', 's1')).toEqual([]);
});

test('an owner has its bound of endpoints for all sales beside those of each sale', async () => {
  const deps = { pool: friday.pool, allowPrivate: true };
  const set = (id: string, by: string | null) => {
    const webhook = { id, url: HOOK, kinds: ['order.paid'] as const, store: by as never };
    return setWebhook(deps, null, webhook, actorOf(by));
  };
  await listen(friday.pool, friday.id, HOOK, { id: 'w0', store: 's1', by: 's1' });
  const made = await Promise.all([0, 1, 2, 3].map((i) => set(`w${i}`, 's1')));
  const refused = made.filter((one) => 'code' in one);
  const detail = 'a store has at most 3 webhooks for all sales';
  expect(refused).toEqual([{ code: 'conflict', detail }]);
  for (let i = 0; i < 20; i++) expect(await set(`w${i}`, null)).not.toHaveProperty('code');
  expect(await set('w20', null)).toMatchObject({ code: 'conflict' });
  const first = await webhooksOf(deps, null, null, { cursor: null, limit: 20 });
  if ('code' in first) throw new Error(first.code);
  const rest = await webhooksOf(deps, null, null, { cursor: first.next, limit: 20 });
  if ('code' in rest) throw new Error(rest.code);
  const names = [...first.items, ...rest.items].map(({ id, owner }) => `${id} ${owner}`);
  expect(new Set(names).size).toBe(23);
  expect([first.items.length, rest.next]).toEqual([20, null]);
  const own = await webhooksOf(deps, null, 's1', { cursor: null, limit: 20 });
  expect(own).toMatchObject({ items: [{ owner: 's1' }, { owner: 's1' }, { owner: 's1' }] });
  expect(await webhooksOf(deps, null, null, { cursor: 'x', limit: 20 })).toMatchObject({
    code: 'invalid',
  });
});

test('events for all endpoints are counted, renamed and trimmed with their sale', async () => {
  await listen(friday.pool, null, HOOK, { id: 'all' });
  await friday.settle({ orders: [cart({ shopper: 'u7' })] });
  await monday.settle({ orders: [cart({ shopper: 'u7' })] });
  const { ofSale } = await readStandings(friday.pool, [friday.id, monday.id], []);
  for (const sale of [friday, monday]) {
    const due = ofSale(sale.id).waiting.find((one) => one.for === 'webhooks');
    expect(due).toMatchObject({ count: 1 });
  }
  await eraseShopper(friday.pool, friday.id, shopperId('u7'), OPERATOR);
  const shoppers = (await told('all')).map(({ order: { shopper } }) => shopper);
  expect(shoppers).toEqual([expect.stringMatching(/^erased:/), 'u7']);
  const kept = async () => {
    const { rows } = await friday.pool.query<{ sale: string }>(
      'select sale from webhook_deliveries where sale = any ($1) order by id',
      [[friday.id, monday.id]],
    );
    return rows.map(({ sale }) => sale);
  };
  await trimSale(friday.pool, friday.id, OPERATOR);
  expect(await kept()).toEqual([friday.id, monday.id]);
  await friday.pool.query(
    `update webhook_deliveries set state = 'done', ended_at = now() where sale = $1`,
    [friday.id],
  );
  await trimSale(friday.pool, friday.id, OPERATOR);
  expect(await kept()).toEqual([monday.id]);
});

test('a draft that is deleted takes its events along', async () => {
  await listen(friday.pool, null, HOOK, { id: 'all', kinds: ['offer.changed'] });
  const draft = newSaleId();
  await putSale(friday.pool, draft, saleTerms(), OPERATOR);
  for (const cap of [5, 6]) await putOffer(friday.pool, draft, cartOffer('b', { cap }), OPERATOR);
  expect((await told('all')).map(({ before }) => before)).toEqual([{ cap: 5 }]);
  await deleteSale(friday.pool, draft, OPERATOR, ANY);
  expect(await told('all')).toEqual([]);
});
