import { afterAll, beforeAll, expect, test } from 'vitest';
import { bearer } from '../../../proof/builders/secrets.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { DoorStage } from '../../world/stage/door-stage.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let stage: DoorStage;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  stage = await DoorStage.open(world);
});
afterAll(async () => {
  await stage?.close();
});

const merchantOf = (store: string) => bearer({ sub: `of-${store}`, role: 'merchant', store });
const [one, two, three] = ['store-1', 'store-2', 'store-3'].map(merchantOf);
const operator = bearer({ sub: 'ops', role: 'operator' });
const shopper = bearer({ sub: 'u1', role: 'shopper' });
const PUBLIC = undefined;

type Method = 'GET' | 'PUT' | 'POST';

/** @param as the token; undefined: none */
async function ask(as: string | undefined, method: Method, url: string, payload?: object) {
  const headers = { ...(as ? { authorization: as } : {}), 'idempotency-key': 'k' };
  const answer = await stage.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, json: answer.json() };
}

const read = async (as: string | undefined, sale: string) =>
  (await ask(as, 'GET', `/v1/sales/${sale}`)).json;

const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

test('the list of sales has a draft only for operators and its members', async () => {
  const listed = async (as?: string) => idsOf((await ask(as, 'GET', '/v1/sales')).json.items);
  for (const as of [PUBLIC, shopper, one, three]) expect(await listed(as)).toEqual(['shared']);
  expect(await listed(two)).toEqual(['hidden', 'moved', 'shared']);
  expect(await listed(operator)).toEqual(['hidden', 'moved', 'shared']);
});

test('everyone sees the promotions of a sale, but budgets and members only their own', async () => {
  for (const as of [PUBLIC, shopper]) {
    const view = await read(as, 'shared');
    expect(view).not.toHaveProperty('budgets');
    expect(view).not.toHaveProperty('stores');
    expect(idsOf(view.promotions)).toEqual(['grab', 'mine', 'theirs']);
    expect(JSON.stringify(view.promotions)).not.toContain('budget');
  }
  const bounds = { offersMax: 1_000, promotionsMax: 100 };
  const own = await read(one, 'shared');
  expect(idsOf(own.budgets)).toEqual(['mine']);
  expect(own.stores).toEqual([{ store: 'store-1', ...bounds }]);
  const drawing = own.promotions.map(({ budget = null }) => budget);
  expect(drawing).toEqual([null, 'mine', null]);
  const all = await read(operator, 'shared');
  expect(idsOf(all.budgets)).toEqual(['mine', 'theirs']);
  expect(all.stores).toEqual(['store-1', 'store-2'].map((store) => ({ store, ...bounds })));
  expect(await read(three, 'shared')).toMatchObject({ budgets: [], stores: [] });
});

test('a store sells once an operator makes it a member, in the sale or by an offer', async () => {
  const path = '/v1/sales/members';
  const put = (stores?: object[]) =>
    ask(operator, 'PUT', path, { ...saleBody(), ...(stores ? { stores } : {}) });
  const cup = (as: string | undefined, store: string, id: string) =>
    ask(as, 'PUT', `${path}/offers/${id}`, offerBody({ store }));
  expect((await put()).json.stores).toEqual([]);
  expect((await cup(one, 'store-1', 'a')).status).toBe(404);
  const member = { store: 'store-1', offersMax: 1, promotionsMax: 7 };
  expect((await put([member])).json.stores).toEqual([member]);
  expect((await cup(one, 'store-1', 'a')).status).toBe(200);
  const second = await cup(one, 'store-1', 'b');
  expect(second).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect(second.json.detail).toBe('store-1 may have at most 1 offers in this sale (offersMax)');
  expect((await cup(operator, 'store-2', 'c')).status).toBe(200);
  expect((await cup(two, 'store-2', 'd')).status).toBe(200);
  const left = await put([member]);
  expect(left).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect(left.json.detail).toBe('store-2 has something in the sale, so it stays a member');
  expect((await put()).json.stores).toMatchObject([member, { store: 'store-2' }]);
  const twice = await put([member, member]);
  expect(twice.json).toMatchObject({ code: 'invalid', errors: [{ pointer: '/stores/1/store' }] });
});

test('a member sees of a draft only what is its own', async () => {
  await ask(operator, 'PUT', '/v1/sales/both', saleBody());
  for (const store of ['store-1', 'store-2']) {
    const offer = offerBody({ store });
    await ask(operator, 'PUT', `/v1/sales/both/offers/of-${store}`, offer);
    const budget = { amount: 5, policy: 'whole', store };
    await ask(operator, 'PUT', `/v1/sales/both/budgets/of-${store}`, budget);
  }
  const view = await read(one, 'both');
  expect([idsOf(view.offers), idsOf(view.budgets)]).toEqual([['of-store-1'], ['of-store-1']]);
  expect(idsOf((await read(operator, 'both')).offers)).toEqual(['of-store-1', 'of-store-2']);
});

test('from `visibleFrom` on everyone sees a draft, and is told when it opens', async () => {
  const path = '/v1/sales/announced';
  const opensAt = '2098-01-01T00:00:00.000Z';
  const buy = () =>
    ask(shopper, 'POST', `${path}/orders`, { lines: [{ offer: 'mug', quantity: 1 }] });
  await ask(operator, 'PUT', path, saleBody({ opensAt }));
  expect((await ask(PUBLIC, 'GET', path)).status).toBe(404);
  expect(await buy()).toMatchObject({ status: 404, json: { code: 'not_found' } });
  expect((await ask(shopper, 'GET', `${path}/orders`)).status).toBe(404);
  const visibleFrom = '2025-01-01T00:00:00.000Z';
  await ask(operator, 'PUT', path, saleBody({ opensAt, visibleFrom }));
  expect((await ask(PUBLIC, 'GET', path)).json).toMatchObject({ state: 'draft', visibleFrom });
  expect(await buy()).toMatchObject({ status: 409, json: { code: 'sale_not_open', opensAt } });
  expect((await ask(shopper, 'GET', `${path}/orders`)).json.items).toEqual([]);
});
