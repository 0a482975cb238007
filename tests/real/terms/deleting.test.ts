import { beforeAll, expect, test } from 'vitest';
import { cartLines } from '../../../proof/builders/carts.ts';
import { OPERATOR, shopperId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import type { OfferId } from '../../../src/domain/ids.ts';
import { isRefusal } from '../../../src/domain/refusals.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { compareTerms } from '../../../src/service/damage/compare-terms.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { until } from '../../world/servers/wait-until.ts';
import { HttpShop, operator } from '../../world/stage/http-shop.ts';
import { addressOf, cancel, surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';

const RACES = ['r0', 'r1', 'r2', 'r3'];
const CELLS = 2;

let server: HttpShop;
let shop: Shop;

withStage('file', HttpShop.serve, (made) => (server = made));

beforeAll(async () => {
  shop = server.shop;
  const carts = ['r0', 'r1', 'a', 'b', 'c', 'p'].map((id) => offer(id, { lane: 'cart', cap: 20 }));
  const flash = ['r2', 'r3', 'f'].map((id) => offer(id, { cap: 20 }));
  await shop.open([...carts, ...flash], { cells: CELLS });
});

interface Answer {
  readonly status: number;
  readonly json: { readonly code?: string; readonly detail?: string; readonly offers?: object[] };
}

async function ask(method: string, path: string, body: object = {}): Promise<Answer> {
  const headers = { authorization: operator, 'x-change-reason': 'a mistake' };
  const answer = await server.send({ method, path: `${server.path}${path}`, headers, body });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? {} : (JSON.parse(text) as object) };
}

const NOT_BACK = 'its cells have not handed back all units yet; try again';

/** Takes an offer off sale, then deletes it as soon as every cell has handed back its units. */
async function takeOffAndDelete(id: string): Promise<Answer> {
  expect([200, 202]).toContain((await ask('PATCH', `/offers/${id}`, { cap: 0 })).status);
  let answer = await ask('DELETE', `/offers/${id}`);
  const isDecided = async () => {
    if (answer.json.detail !== NOT_BACK) return true;
    await shop.settleAll();
    answer = await ask('DELETE', `/offers/${id}`);
    return false;
  };
  await until(isDecided, { describe: 'the ledger knows whether anybody ordered it' });
  return answer;
}

const conflict = (detail: string) => ({ status: 409, json: { code: 'conflict', detail } });
const ORDERED = conflict('shoppers ordered it');

const buyers = (count: number) => Array.from({ length: count }, (_, i) => shopperId(`u${i}`));
const buyAll = (id: string, count: number) =>
  Promise.all(buyers(count).map((shopper) => shop.buy({ shopper, offer: id })));

/** Expects that the audit is clean, and that every cell has the terms that the ledger says. */
async function expectSound(): Promise<void> {
  await shop.settleAll();
  expect((await shop.audit()).brokenPromises).toEqual([]);
  for (let cell = 0; cell < CELLS; cell++) {
    expect(await compareTerms(shop.worker, await addressOf(shop, cell))).toEqual([]);
  }
}

test.each(['a', 'f'])('offer %s, which nobody ordered, is gone for everyone', async (id) => {
  expect(await ask('DELETE', `/offers/${id}`)).toMatchObject(
    conflict('set its cap to 0 first, so that nobody can order it'),
  );
  expect((await takeOffAndDelete(id)).status).toBe(204);
  expect((await ask('GET', `/offers/${id}`)).status).toBe(404);
  expect((await ask('PATCH', `/offers/${id}`, { cap: 5 })).status).toBe(404);
  expect((await ask('DELETE', `/offers/${id}`)).status).toBe(404);
  expect(isRefusal(await shop.buy({ shopper: 'u1', offer: id }))).toBe(true);
  const { offers } = (await ask('GET', '')).json;
  expect(offers).not.toContainEqual(expect.objectContaining({ id }));
  const { items } = (await ask('GET', `/changes?subject=offer:${id}`)).json as never as {
    items: object[];
  };
  expect(items.at(-1)).toMatchObject({ what: 'delete', sub: 'ops', reason: 'a mistake' });
  await expectSound();
});

test('cells that are rebuilt have the terms of the ledger, and sell nothing deleted', async () => {
  for (let cell = 0; cell < CELLS; cell++) {
    const { epoch, state } = await addressOf(shop, cell);
    const again = { ...shop.worker, takeOverMs: 0 };
    expect(await recover(again, { sale: shop.sale, cell }, { epoch, state })).toBe('opened');
  }
  await shop.worker.directory.refresh();
  await shop.api.directory.refresh();
  await expectSound();
  expect(isRefusal(await shop.buy({ shopper: 'u1', offer: 'a' }))).toBe(true);
});

test('a PUT makes a deleted offer again, and it sells its cap', async () => {
  const again = offer('a', { cap: 3, lane: 'flash' });
  const made = await setOffer(shop.api, shop.sale, again, OPERATOR);
  expect(made).toMatchObject({ kind: 'created', pendingCells: [] });
  let bought = 0;
  const isSold = async () => {
    bought += (await buyAll('a', 8)).filter((one) => !isRefusal(one)).length;
    return bought >= 3;
  };
  await until(isSold, { describe: 'its units are on sale, and sold' });
  expect(bought).toBe(3);
  await expectSound();
  expect(await takeOffAndDelete('a')).toMatchObject(ORDERED);
});

test('an offer stays when its only order was cancelled', async () => {
  const { order } = surely(await shop.buy({ shopper: 'u1', offer: 'b' }));
  await shop.settleAll();
  await cancel(shop, order.id, 'u1');
  expect(await takeOffAndDelete('b')).toMatchObject(ORDERED);
});

test('buyers who race with a deletion get their units, or the offer is gone', async () => {
  const kept: string[] = [];
  for (const [i, id] of RACES.entries()) {
    const early = i % 2 === 0 ? buyAll(id, 4) : null;
    const deleting = takeOffAndDelete(id);
    const outcomes = await (early ?? buyAll(id, 4));
    const answer = await deleting;
    const isBought = outcomes.some((one) => !isRefusal(one));
    if (isBought) expect(answer).toMatchObject(ORDERED);
    else expect(answer.status).toBe(204);
    if (isBought) kept.push(id);
    expect(isRefusal(await shop.buy({ shopper: 'late', offer: id }))).toBe(true);
  }
  expect(kept.length).toBeGreaterThan(0);
  await expectSound();
});

test('a promotion that nobody used goes, and carts cost more at once', async () => {
  await shop.setRules([promotion('off', { offers: ['c' as OfferId] })]);
  const lines = cartLines(['c', 1]);
  expect(await ask('DELETE', '/offers/c')).toMatchObject(conflict('promotion off names it'));
  expect((await ask('DELETE', '/promotions/off')).status).toBe(204);
  expect((await ask('GET', '/promotions/off')).status).toBe(404);
  expect(surely(await shop.checkOut({ lines })).order.applied).toEqual([]);
  await expectSound();
  await shop.setRules([promotion('off')]);
  expect(surely(await shop.checkOut({ lines })).order.applied).toHaveLength(1);
  expect(await ask('DELETE', '/promotions/off')).toMatchObject(conflict('shoppers used it'));
  await expectSound();
});

test('a promotion that shoppers may claim stays', async () => {
  const claims = { quota: 5, limitPerShopper: 1 };
  await shop.setRules([promotion('grab', { isCoupon: true, claims })]);
  expect(await ask('DELETE', '/promotions/grab')).toMatchObject(conflict('shoppers may claim it'));
});

test('carts that race with the deletion of their promotion keep it', async () => {
  for (const [i, id] of ['p0', 'p1', 'p2', 'p3'].entries()) {
    await shop.setRules([promotion(id)]);
    const buy = () =>
      Promise.all(
        buyers(2).map((shopper) => shop.checkOut({ shopper, lines: cartLines(['p', 1]) })),
      );
    const early = i % 2 === 0 ? buy() : null;
    const deleting = ask('DELETE', `/promotions/${id}`);
    await (early ?? buy());
    const { status } = await deleting;
    expect([204, 409]).toContain(status);
    const late = (await buy()).filter((one) => !isRefusal(one));
    const used = late.flatMap((one) => surely(one).order.applied.map((one) => one.promotion));
    if (status === 204) expect(used).not.toContain(id);
    await expectSound();
  }
});
