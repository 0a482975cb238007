import { beforeAll, describe, expect, test } from 'vitest';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { HttpShop, merchant, operator } from '../../world/stage/http-shop.ts';

let server: HttpShop;

withStage('file', HttpShop.serve, (made) => (server = made));

interface Answer {
  readonly status: number;
  readonly tag: string;
  readonly json: Record<string, never> & { readonly code?: string; readonly detail?: string };
}

interface Faulty {
  readonly errors: readonly { readonly pointer: string }[];
}

/** Sends a request below the path of a sale, as an operator unless `by` says otherwise. */
async function ask(
  method: string,
  path: string,
  { body = {}, by = operator, ...conditions }: Partial<Record<string, unknown>> = {},
): Promise<Answer> {
  const answer = await server.send({
    method,
    path: `/v1/sales${path}`,
    headers: { authorization: by as string, ...(conditions as Record<string, string>) },
    body,
  });
  const text = await answer.text();
  const json = text === '' ? {} : (JSON.parse(text) as object);
  return { status: answer.status, tag: answer.headers.get('etag') ?? '', json: json as never };
}

const OWN = { layer: 'store', stores: ['store-1'], funder: 'store' };
const promotion = { ...OWN, effect: { kind: 'fixed', off: 100 } };
const hook = { url: 'https://shop.example/hook', kinds: ['order.paid'] };

/** Each thing: its path, where it is read, a body that sets it, and one that changes it. */
const things = [
  ['a sale', '/a', '/a/terms', saleBody(), saleBody({ name: 'Another drop' })],
  ['an offer', '/a/offers/mug', null, offerBody(), offerBody({ cap: 11 })],
  [
    ...['a budget', '/a/budgets/own', null],
    { amount: 500, policy: 'whole', store: 'store-1' },
    { amount: 600, policy: 'whole', store: 'store-1' },
  ],
  ['a promotion', '/a/promotions/p', null, promotion, { ...promotion, fullPriceOnly: true }],
  ['balances', '/a/shoppers/u1/balances', null, { points: 5 }, { points: 7 }],
  ['a webhook', '/a/webhooks/erp', null, hook, { ...hook, kinds: ['order.placed'] }],
] as [string, string, string | null, object, object][];

describe('a PUT replaces only the version that If-Match names', () => {
  test.each(things)('%s', async (name, path, readAt, body, other) => {
    const made = await ask('PUT', path, { body });
    const read = await ask('GET', readAt ?? path);
    expect([made.status, read.status]).toEqual([200, 200]);
    expect(read.tag).toMatch(/^"[\w-]{22}"$/);
    expect(made.tag).toBe(read.tag);
    const stale = await ask('PUT', path, { body: other, 'if-match': '"other"' });
    expect(stale).toMatchObject({ status: 412, json: { code: 'precondition_failed' } });
    const created = await ask('PUT', path, { body: other, 'if-none-match': '*' });
    expect(created.status).toBe(412);
    expect((await ask('GET', readAt ?? path)).tag).toBe(read.tag);
    const changed = await ask('PUT', path, { body: other, 'if-match': `"x", ${read.tag}` });
    expect(changed.status).toBe(200);
    expect(changed.tag).not.toBe(read.tag);
    expect((await ask('PUT', path, { body, 'if-match': read.tag })).status).toBe(412);
    expect((await ask('GET', readAt ?? path)).tag).toBe(changed.tag);
    const back = await ask('PUT', path, { body, 'if-match': changed.tag });
    expect([name, back.status, back.tag]).toEqual([name, 200, read.tag]);
  });
});

test('If-None-Match creates, and If-Match: * only replaces', async () => {
  const cup = { body: offerBody({ title: 'A cup' }) };
  expect((await ask('PUT', '/a/offers/cup', { ...cup, 'if-match': '*' })).status).toBe(412);
  expect((await ask('PUT', '/a/offers/cup', { ...cup, 'if-none-match': '*' })).status).toBe(200);
  expect((await ask('PUT', '/a/offers/cup', { ...cup, 'if-match': '*' })).status).toBe(200);
});

test('what a merchant reads is a body for PUT once the id is left out', async () => {
  const { json, tag } = await ask('GET', '/a/offers/mug', { by: merchant });
  const { id, ...body } = json as Record<string, unknown>;
  expect({ id, ...body }).toMatchObject({ id: 'mug', cap: 10, listPrice: 990, paused: false });
  const again = await ask('PUT', '/a/offers/mug', { by: merchant, body });
  expect([again.status, again.tag]).toEqual([200, tag]);
  const by = bearer({ sub: 'm9', role: 'merchant', store: 's9' });
  expect((await ask('GET', '/a/offers/mug', { by })).status).toBe(404);
});

test('of two changes that name the same version, one is made', async () => {
  const { tag } = await ask('GET', '/a/offers/mug');
  const caps = [20, 21, 22, 23];
  const sent = caps.map((cap) => ask('PATCH', '/a/offers/mug', { body: { cap }, 'if-match': tag }));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
});

test('a PUT sets all terms, also those that a PATCH set after the same PUT', async () => {
  const path = '/a/offers/jug';
  const body = offerBody({ cap: 30 });
  const { tag } = await ask('PUT', path, { body });
  const patched = await ask('PATCH', path, { body: { cap: 5 } });
  expect((await ask('PUT', path, { body, 'if-match': tag })).status).toBe(412);
  expect((await ask('GET', path)).tag).toBe(patched.tag);
  for (const _ of ['first', 'again']) expect((await ask('PUT', path, { body })).tag).toBe(tag);
  expect((await ask('GET', path)).json['cap']).toBe(30);
  const { items } = (await ask('GET', '/a/changes?subject=offer:jug')).json as never as {
    items: { what: string; before: { cap?: number } | null; after: { cap: number } }[];
  };
  expect(items.map(({ what, before, after }) => [what, before?.cap, after.cap])).toEqual([
    ['put', undefined, 30],
    ['patch', 30, 5],
    ['put', 5, 30],
  ]);
});

test('a page lists the promotions that a merchant bears, and all for an operator', async () => {
  const platforms = { layer: 'member', funder: 'platform', effect: promotion.effect };
  expect((await ask('PUT', '/a/promotions/all', { body: platforms })).status).toBe(200);
  const idsFor = async (by: string) => {
    const { json } = await ask('GET', '/a/promotions', { by });
    return (json as never as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  expect(await idsFor(operator)).toEqual(['all', 'p']);
  expect(await idsFor(merchant)).toEqual(['p']);
  const first = (await ask('GET', '/a/promotions?limit=1')).json as never as { next: string };
  const rest = await ask('GET', `/a/promotions?limit=1&cursor=${first.next}`);
  expect(rest.json).toMatchObject({ items: [{ id: 'p' }], next: null });
});

test('a PATCH changes every term but store and lane, with the faults of a PUT', async () => {
  const path = '/a/offers/mug';
  const fields = { title: 'A big mug', categories: ['cups'], excludes: ['points'] };
  const patched = await ask('PATCH', path, { body: { ...fields, listPrice: 1_200 } });
  expect(patched.json['offer']).toMatchObject({ ...fields, listPrice: 1_200, price: 990 });
  const faults = async (body: object) =>
    ((await ask('PATCH', path, { body })).json as never as Faulty).errors[0]!.pointer;
  expect(await faults({ listPrice: 1 })).toBe('/listPrice');
  expect(await faults({ price: 5_000 })).toBe('/price');
  expect(await faults({ title: '' })).toBe('/title');
  expect(await faults({ categories: ['a', 'a'] })).toBe('/categories/1');
});

describe('deleting', () => {
  beforeAll(async () => {
    await ask('PUT', '/d', { body: saleBody() });
    await ask('PUT', '/d/offers/mug', { body: offerBody() });
    await ask('PUT', '/d/budgets/own', {
      body: { amount: 5, policy: 'whole', store: 'store-1' },
    });
    const coupon = { ...promotion, layer: 'store_coupon', coupon: true, budget: 'own' };
    await ask('PUT', '/d/promotions/p', { body: { ...coupon, offers: ['mug'] } });
    await ask('PUT', '/d/shoppers/u1/balances', { body: { points: 5 } });
    await ask('PUT', '/d/webhooks/erp', { body: hook });
  });

  test('what a promotion names stays, and the refusal says which', async () => {
    for (const path of ['/d/offers/mug', '/d/budgets/own']) {
      const refused = await ask('DELETE', path, { by: merchant });
      expect(refused).toMatchObject({ status: 409, json: { detail: 'promotion p names it' } });
    }
  });

  test('a promotion, a budget and an offer go, in this order, and can be made again', async () => {
    const { tag } = await ask('GET', '/d/promotions/p');
    const stale = await ask('DELETE', '/d/promotions/p', { 'if-match': '"other"' });
    expect(stale.status).toBe(412);
    const gone = await ask('DELETE', '/d/promotions/p', { by: merchant, 'if-match': tag });
    expect(gone.status).toBe(204);
    expect((await ask('DELETE', '/d/promotions/p', { by: merchant })).status).toBe(404);
    for (const path of ['/d/budgets/own', '/d/offers/mug']) {
      expect((await ask('DELETE', path, { by: merchant })).status).toBe(204);
      expect((await ask('GET', path)).status).toBe(404);
    }
    const again = await ask('PUT', '/d/offers/mug', { body: offerBody(), 'if-none-match': '*' });
    expect(again.status).toBe(200);
    const { json } = await ask('GET', '/d');
    expect(json).toMatchObject({ offers: [{ id: 'mug' }], promotions: [], budgets: [] });
  });

  test('a promotion whose coupons shoppers hold stays', async () => {
    const coupon = { ...promotion, layer: 'store_coupon', coupon: true };
    await ask('PUT', '/d/promotions/held', { body: coupon });
    const body = { shoppers: ['u1'] };
    await ask('POST', '/d/promotions/held/coupons', { body, 'idempotency-key': 'g' });
    const refused = await ask('DELETE', '/d/promotions/held');
    expect(refused.json.detail).toBe('shoppers hold coupons of it');
  });

  test('a draft goes with everything in it, and its changes stay', async () => {
    expect((await ask('DELETE', '/d', { 'if-match': '"other"' })).status).toBe(412);
    expect((await ask('DELETE', '/d', { 'x-change-reason': 'a mistake' })).status).toBe(204);
    expect((await ask('GET', '/d')).status).toBe(404);
    const { items } = (await ask('GET', '/d/changes?limit=100')).json as never as {
      items: { what: string; subject: string; after: unknown; reason: string }[];
    };
    expect(items.filter(({ what }) => what === 'delete').map(({ subject }) => subject)).toEqual([
      ...['promotion:p', 'budget:own', 'offer:mug', 'sale'],
    ]);
    expect(items.at(-1)).toMatchObject({ after: null, reason: 'a mistake' });
    const { pool } = server.shop.api;
    for (const table of ['offers', 'documents', 'coupons', 'balances', 'pots', 'webhooks']) {
      const { rows } = await pool.query(`select from ${table} where sale = 'd'`);
      expect([table, rows.length]).toEqual([table, 0]);
    }
    expect((await ask('PUT', '/d', { body: saleBody(), 'if-none-match': '*' })).status).toBe(200);
  });

  test('an opened sale and its budgets stay, and everything in a closed one', async () => {
    await ask('PUT', '/d/offers/mug', { body: offerBody() });
    await ask('PUT', '/d/budgets/own', { body: { amount: 5, policy: 'whole' } });
    await ask('PUT', '/d/promotions/p', { body: { ...promotion, layer: 'store_coupon' } });
    const expectStays = async (paths: readonly string[], detail: string) => {
      for (const path of paths) {
        const refused = await ask('DELETE', path);
        expect(refused).toMatchObject({ status: 409, json: { code: 'conflict', detail } });
      }
    };
    expect((await ask('POST', '/d/open', { body: {} })).status).toBe(200);
    await expectStays(['/d', '/d/budgets/own'], 'the sale was opened, so it stays');
    expect((await ask('POST', '/d/close', { body: {} })).status).toBe(200);
    const all = ['/d/offers/mug', '/d/promotions/p'];
    await expectStays(all, 'the sale is closed, so everything in it stays');
  });
});
