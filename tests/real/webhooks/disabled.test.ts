import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testWebhook } from '../../../src/service/webhooks/test-webhook.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { HttpShop, merchant, operator } from '../../world/stage/http-shop.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { deliveries, listen, startSending } from '../../world/stage/webhooks.ts';

let world: World;
let shop: HttpShop;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  shop = await HttpShop.open(world, [offer('mug')]);
});
afterAll(async () => {
  await shop?.close();
});
afterEach(() => shop.shop.api.pool.query('truncate webhooks cascade'));

const BODY = { url: 'https://shop.example/hook', kinds: ['order.placed'] };

interface Said {
  readonly as?: string;
  readonly body?: unknown;
  readonly match?: string;
}

async function ask(method: string, path: string, { as = operator, body = {}, match }: Said = {}) {
  const condition = match === undefined ? {} : { 'if-match': match };
  const headers = { authorization: as, 'idempotency-key': null, ...condition };
  const answer = await shop.send({ method, path: `${shop.path}/webhooks${path}`, headers, body });
  return {
    status: answer.status,
    tag: answer.headers.get('etag') ?? '',
    json: await answer.json(),
  };
}

const put = (body: object = BODY, more: Said = {}) => ask('PUT', '/w1', { ...more, body });
const patch = (body: object, more: Said = {}) => ask('PATCH', '/w1', { ...more, body });

async function buy(shopper: string): Promise<void> {
  await shop.shop.buy({ shopper, offer: 'mug' });
  await shop.shop.settleAll();
}

const inState = (state: 'due' | 'done' | 'dead') =>
  deliveries(shop.shop.api.pool, shop.sale, state);

describe('a PATCH of an endpoint', () => {
  test('changes the terms it names, keeps the others and the secret, and is recorded', async () => {
    const { tag } = await put();
    const patched = await patch({ kinds: ['order.paid'], enabled: false });
    const now = { ...BODY, kinds: ['order.paid'], enabled: false, store: null, owner: null };
    expect(patched).toMatchObject({ status: 200, json: { id: 'w1', ...now } });
    expect(patched.json).not.toHaveProperty('secret');
    expect(patched.tag).not.toBe(tag);
    expect(await ask('GET', '/w1')).toEqual(patched);
    expect((await patch({ url: 'HTTPS://Shop.Example/é' })).json).toMatchObject({
      ...{ url: 'https://shop.example/%C3%A9', enabled: false },
    });
    const path = `${shop.path}/changes?subject=webhook:w1`;
    const answer = await shop.send({ method: 'GET', path, headers: { authorization: operator } });
    const { items } = (await answer.json()) as { items: { what: string; after: object }[] };
    expect(items.slice(-3)).toMatchObject([
      { what: 'put', after: { enabled: true } },
      { what: 'patch', after: { kinds: ['order.paid'], enabled: false } },
      { what: 'patch', after: { enabled: false } },
    ]);
  });

  test('is made only if the endpoint is as the caller saw it', async () => {
    const { tag } = await put();
    const match = tag;
    expect((await patch({ enabled: false }, { match })).status).toBe(200);
    expect(await patch({ enabled: true }, { match })).toMatchObject({
      ...{ status: 412, json: { code: 'precondition_failed' } },
    });
    expect(await put({ ...BODY, kinds: ['order.paid'] }, { match })).toMatchObject({ status: 412 });
  });

  test('and a PUT at once that both expect the same version: one of them is refused', async () => {
    for (let i = 0; i < 10; i++) {
      const { tag: match } = await put({ ...BODY, enabled: true });
      const both = await Promise.all([
        patch({ enabled: false }, { match }),
        put({ ...BODY, kinds: ['order.paid'] }, { match }),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    }
  });

  test.each([
    [{}, ''],
    [{ url: 'http://10.0.0.1/' }, '/url'],
    [{ kinds: [] }, '/kinds'],
    [{ enabled: 'no' }, '/enabled'],
    [{ store: 'store-1' }, '/store'],
  ])('with %j is refused at "%s"', async (body, pointer) => {
    await put();
    const headers = { authorization: operator };
    const asked = { method: 'PATCH', path: `${shop.path}/webhooks/w1`, headers, body };
    await shop.refuses(asked, 400, 'invalid', pointer);
  });

  test('of another owner’s endpoint, or of none, finds nothing', async () => {
    await put();
    const other = bearer({ sub: 'm2', role: 'merchant', store: 'store-2' });
    for (const as of [merchant, other]) {
      expect((await patch({ enabled: false }, { as })).status).toBe(404);
    }
  });
});

test('a PUT that does not say so leaves an endpoint disabled or enabled', async () => {
  expect((await put({ ...BODY, enabled: false })).json).toMatchObject({ enabled: false });
  expect((await put({ ...BODY, kinds: ['order.paid'] })).json).toMatchObject({ enabled: false });
  expect((await put({ ...BODY, enabled: true })).json).toMatchObject({ enabled: true });
});

test('a disabled endpoint gets no new event, and one that is enabled again does', async () => {
  await put();
  await patch({ enabled: false });
  await buy('while-disabled');
  expect(await inState('due')).toEqual([]);
  await patch({ enabled: true });
  await buy('while-enabled');
  expect(await inState('due')).toMatchObject([
    { body: { data: { order: { shopper: 'while-enabled' } } } },
  ]);
});

test('what is due to a disabled endpoint is given up, and sent once it is enabled', async () => {
  const { pool } = shop.shop.api;
  const receiver = await Receiver.start();
  await listen(pool, shop.sale, receiver.url);
  await buy('due');
  await patch({ enabled: false });
  const sending = startSending(world, pool);
  const dead = await until(async () => (await inState('dead'))[0], { describe: 'it is given up' });
  expect(dead).toMatchObject({ tries: 0, error: 'the endpoint is disabled' });
  const refused = { status: 409, json: { code: 'conflict' } };
  expect(await ask('POST', `/w1/deliveries/${dead.id}/replay`)).toMatchObject(refused);
  expect(await ask('POST', '/w1/replay')).toMatchObject(refused);
  // A test is sent all the same: one may want to try the endpoint before it is enabled.
  const deps = { pool, allowPrivate: true, time: systemTime };
  const tested = await testWebhook(deps, { sale: shop.sale, id: 'w1', store: null });
  expect(tested).toMatchObject({ kind: 'test.ping', state: 'done' });
  await patch({ enabled: true });
  expect((await ask('POST', '/w1/replay')).json).toMatchObject({ replayed: 1 });
  await until(() => receiver.names.includes(dead.id), { describe: 'it is delivered' });
  expect(receiver.received).toHaveLength(2);
  await sending.stop();
  await receiver.stop();
});
