import { beforeEach, describe, expect, test } from 'vitest';
import type { OfferId } from '../../../src/domain/ids.ts';
import type { OfferPatch } from '../../../src/domain/sale.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { setOffer, setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { OPERATOR, newSaleId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { addressOf } from '../../world/stage/life.ts';
import { injectedApi } from '../../world/stage/http.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';

let shop: Shop;

withStage(
  'file',
  (world) => Shop.create(world, { observer: { ...ignore, onRecovery: () => {} } }),
  (made) => (shop = made),
);
beforeEach(() => {
  Object.assign(shop, { sale: newSaleId() });
});

const YEAR_MS = 365 * 24 * 3_600_000;
const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + YEAR_MS;
const LAST_YEAR = NEXT_YEAR - 2 * YEAR_MS;

const early = (...members: string[]) => [{ members, fromMs: LAST_YEAR }];
const notOpen = { code: 'sale_not_open', opensAt: new Date(NEXT_YEAR).toISOString() };

let shoppers = 0;

/** What a new shopper of a tier gets for one unit of an offer: an order, or a refusal. */
async function ask(id: string, member: string | null) {
  const answer = await until(
    async () => {
      const shopper = `u${shoppers++}` as never;
      const lines = [{ offer: id as OfferId, quantity: 1 }];
      const said = await shop.checkOut({ shopper, member, lines });
      return 'code' in said && said.code === 'busy' ? null : said;
    },
    { describe: 'the cell is not busy' },
  );
  return 'code' in answer ? answer : 'placed';
}

/** Expects that the sale is as `openForGold` has made it. */
async function expectForGold(): Promise<void> {
  expect(await ask('a', 'gold')).toBe('placed');
  expect(await ask('a', null)).toMatchObject(notOpen);
  expect(await ask('own', 'gold')).toMatchObject(notOpen);
  expect(await ask('own', 'black')).toBe('placed');
  expect(await ask('resting', 'gold')).toMatchObject({ code: 'sale_paused', offer: 'resting' });
  const { rows } = await shop.api.pool.query(
    `select access, is_paused as paused, warn_units::int as units, warn_percent as percent
    from offers where sale = $1 order by id`,
    [shop.sale],
  );
  const plain = { access: [], paused: false, units: null, percent: null };
  expect(rows).toEqual([
    { ...plain, units: 7 },
    { ...plain, access: early('black') },
    { ...plain, paused: true, percent: 3 },
  ]);
}

/** A sale that only gold members may use, with an offer of other members and a paused one. */
const openForGold = () =>
  shop.open(
    [
      offer('a', { warnAt: { units: 7 } }),
      offer('own', { access: early('black'), lane: 'cart' }),
      offer('resting', { isPaused: true, warnAt: { percent: 3 } }),
    ],
    { opensAtMs: NEXT_YEAR, access: early('gold') },
  );

async function patch(id: string, fields: OfferPatch): Promise<void> {
  const changed = await patchOffer(shop.api, shop.sale, id as OfferId, fields, OPERATOR);
  expect(changed).toMatchObject({ pendingCells: [] });
}

describe('early access, a pause and a warning line', () => {
  test('outlive a recovery and a flushed Redis', async () => {
    await openForGold();
    await expectForGold();
    await recover(shop.worker, (await addressOf(shop)).id, { epoch: 1, state: 'open' });
    await shop.api.directory.refresh();
    await expectForGold();
    await shop.settleAll();
    await shop.worker.redis.flushall();
    await expectForGold();
  });

  test('outlive a change of cap or price and a pause of the sale', async () => {
    await openForGold();
    for (const id of ['a', 'own', 'resting']) await patch(id, { cap: 50, priceMinor: 500 });
    for (const move of ['pause', 'resume'] as const) {
      await setSaleState(shop.api, shop.sale, move, OPERATOR);
    }
    await expectForGold();
  });

  test('change while the offer sells, and what is left out stays', async () => {
    await openForGold();
    await patch('resting', { isPaused: false, access: early('iron') });
    expect(await ask('resting', 'iron')).toBe('placed');
    await patch('resting', { isPaused: true });
    expect(await ask('resting', 'iron')).toMatchObject({ code: 'sale_paused' });
    await patch('resting', { isPaused: false });
    expect(await ask('resting', 'iron')).toBe('placed');
    const put = { ...offer('resting', { cap: 60 }), isPaused: null };
    await patch('resting', { isPaused: true });
    await setOffer(shop.api, shop.sale, put, OPERATOR);
    expect(await ask('resting', 'gold')).toMatchObject({ code: 'sale_paused' });
  });
});

test('a paused offer is no gift, neither in a quote nor in an order', async () => {
  await shop.open([offer('a', { lane: 'cart' }), offer('spoon', { isPaused: true })]);
  const effect = { kind: 'gift', from: 1, offer: 'spoon' as OfferId, quantity: 1 } as const;
  await shop.setRules([promotion('free-spoon', { layer: 'store', effect })]);
  await shop.api.directory.refresh();
  const cart = { lines: [{ offer: 'a' as OfferId, quantity: 1 }] };
  const left = { outOfGifts: ['free-spoon'], lines: [{ offer: 'a' }] };
  expect(await shop.quote(cart)).toMatchObject(left);
  expect(await shop.checkOut(cart)).toMatchObject({ order: left });
});

test('all others are not told that an offer is sold out before they may order', async () => {
  await shop.open([offer('a', { cap: 1 })], { opensAtMs: NEXT_YEAR, access: early('gold') });
  expect(await ask('a', 'gold')).toBe('placed');
  const address = await addressOf(shop);
  await until(
    async () => {
      expect(await ask('a', 'gold')).toMatchObject({ code: 'sold_out' });
      return shop.api.soldOut.isSoldOut(address, 'a' as OfferId, 'nobody' as never);
    },
    { describe: 'the api remembers that the offer is sold out' },
  );
  expect(await ask('a', null)).toMatchObject(notOpen);
});

test('a draft says to each shopper when it opens for that shopper', async () => {
  const fromMs = NEXT_YEAR - 1_000;
  const access = [{ members: ['gold'], fromMs }];
  const terms = saleTerms({ opensAtMs: NEXT_YEAR, access, visibleFromMs: LAST_YEAR });
  await setSale(shop.api, shop.sale, terms, OPERATOR);
  await setOffer(shop.api, shop.sale, offer('a'), OPERATOR);
  await setOffer(shop.api, shop.sale, offer('own', { access: early('black') }), OPERATOR);
  const opensAt = new Date(fromMs).toISOString();
  expect(await ask('a', 'gold')).toEqual({ code: 'sale_not_open', opensAt });
  expect(await ask('own', 'gold')).toEqual(notOpen);
  expect(await ask('own', 'black')).toEqual({ code: 'sale_not_open', opensAt: null });
});

describe('over HTTP', () => {
  const from = new Date(LAST_YEAR).toISOString();
  const rows = [{ members: ['gold', 'silver'], from }];

  async function client() {
    const { ask: as } = await injectedApi(shop);
    const operator = as({ sub: 'ops', role: 'operator' });
    const url = `/v1/sales/${shop.sale}`;
    const send = async (method: 'PUT' | 'PATCH' | 'POST' | 'GET', path: string, body?: object) => {
      const { statusCode, json } = await operator(method, `${url}${path}`, body, 'k');
      return { status: statusCode, ...(json() as object) } as Record<string, unknown>;
    };
    return { as, url, send };
  }

  test('what was put is shown, patched, and refused by name', async () => {
    const { as, url, send } = await client();
    const opensAt = new Date(NEXT_YEAR).toISOString();
    const shownSale = await send('PUT', '', saleBody({ opensAt, access: rows }));
    expect(shownSale).toMatchObject({ status: 200, access: rows });
    const mug = offerBody({ access: rows, warnAt: { units: 20 }, paused: true });
    const terms = { access: rows, paused: true, warnAt: { units: 20 }, stock: 'low' };
    expect(await send('PUT', '/offers/mug', mug)).toMatchObject({ status: 200, ...terms });
    await send('POST', '/open');
    const order = { lines: [{ offer: 'mug', quantity: 1 }] };
    const buy = async (member?: string) => {
      const shopper = as({ sub: `s-${member}`, role: 'shopper', ...(member && { member }) });
      return (await shopper('POST', `${url}/orders`, order, 'k')).json();
    };
    expect(await buy('gold')).toMatchObject({ code: 'sale_paused', offer: 'mug' });
    const resumed = await send('PATCH', '/offers/mug', { paused: false, warnAt: null });
    expect(resumed).toMatchObject({
      offer: { ...terms, paused: false, warnAt: null, stock: 'in_stock' },
    });
    expect(await buy('gold')).toMatchObject({ state: 'reserved' });
    expect(await buy()).toMatchObject({ code: 'sale_not_open', opensAt });
    expect(await send('GET', '')).toMatchObject({ offers: [{ paused: false, access: rows }] });
  });

  test('early access must begin before everybody may order', async () => {
    const { send } = await client();
    const soon = { members: ['gold'], from: '2024-01-01T00:00:00Z' };
    const late = { access: [soon, { members: ['iron'], from: saleBody().opensAt }] };
    const wrong = { status: 400, code: 'invalid', errors: [{ pointer: '/access/1/from' }] };
    expect(await send('PUT', '', saleBody(late))).toMatchObject(wrong);
    await send('PUT', '', saleBody());
    expect(await send('PUT', '/offers/mug', offerBody(late))).toMatchObject(wrong);
    const own = offerBody({ opensAt: '2026-01-01T00:00:00Z', ...late });
    expect(await send('PUT', '/offers/mug', own)).toMatchObject({ status: 200 });
    expect(await send('PATCH', '/offers/mug', { opensAt: null })).toMatchObject(wrong);
    await send('PUT', '', saleBody({ opensAt: '2023-01-01T00:00:00Z' }));
    expect(await send('PATCH', '/offers/mug', { price: 5 })).toMatchObject({ offer: { price: 5 } });
  });
});
