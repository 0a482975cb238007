import { expect, test } from 'vitest';
import type { App } from '../../../src/http/deps.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { injectedApi } from '../../world/stage/http.ts';
import { surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const LETTERS = '/v1/dead-letters';

/** Sends requests of the operator `olaf`. */
async function olaf(): Promise<{
  app: App;
  get: (url: string) => Promise<unknown>;
  post: (url: string) => Promise<{ status: number; body: unknown }>;
}> {
  const { app, ask } = await injectedApi(shop);
  const send = ask({ sub: 'olaf', role: 'operator' });
  return {
    app,
    get: async (url) => (await send('GET', url)).json(),
    post: async (url) => {
      const answer = await send('POST', url);
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}

/** Buries the orders of some shoppers, one each. @returns makes the ledger take them again */
async function bury(shoppers: readonly string[]): Promise<() => Promise<unknown>> {
  const { pool } = shop.worker;
  await shop.open([offer('a', { cap: 10, limitPerShopper: 1 })]);
  await pool.query(`alter table orders add constraint refused check (shopper not like 'bad%')`);
  for (const shopper of shoppers) surely(await shop.buy({ shopper, key: `k-${shopper}` }));
  await shop.settleAll();
  return () => pool.query('alter table orders drop constraint refused');
}

test('an operator pages through dead letters, and reads the order in one', async () => {
  await bury(['bad1', 'bad2', 'bad3']);
  const { get, app } = await olaf();
  const first = (await get(`${LETTERS}?limit=2`)) as { items: { id: number }[]; next: string };
  expect(first.items).toHaveLength(2);
  expect(first.items[0]).toMatchObject({
    sale: shop.sale,
    cell: 0,
    entry: '1-1',
    kind: 'order',
    state: 'buried',
    sqlstate: '23514',
    reason: expect.stringContaining('"refused"'),
    resolvedAt: null,
  });
  const rest = { items: [{ entry: '1-3' }], next: null };
  expect(await get(`${LETTERS}?limit=2&cursor=${first.next}`)).toMatchObject(rest);
  expect(await get(`${LETTERS}?sale=another`)).toEqual({ items: [], next: null });
  expect(await get(`${LETTERS}?state=replayed`)).toEqual({ items: [], next: null });
  const errors = [{ pointer: '/query/cursor' }];
  expect(await get(`${LETTERS}?cursor=x`)).toMatchObject({ code: 'invalid', errors });
  expect(await get(`${LETTERS}/${first.items[0]!.id}`)).toMatchObject({
    ...first.items[0],
    content: {
      shopper: 'bad1',
      key: 'k-bad1',
      placedAt: expect.stringMatching(/^20\d\d-/),
      receipt: { lines: [{ offer: 'a', quantity: 1 }] },
      claim: null,
    },
  });
  await app.close();
});

test('a replay that is refused again says why, and one that succeeds is recorded', async () => {
  const repair = await bury(['bad1']);
  const { get, post, app } = await olaf();
  const { items } = (await get(LETTERS)) as { items: { id: number; order: string }[] };
  const [{ id, order }] = items as [{ id: number; order: string }];
  expect(await post(`${LETTERS}/${id}/replay`)).toMatchObject({
    status: 409,
    body: {
      code: 'conflict',
      detail: expect.stringMatching(
        /^The ledger still refuses it: .*"refused".* \(SQLSTATE 23514\)/,
      ),
    },
  });
  expect(await get(`${LETTERS}/${id}`)).toMatchObject({ state: 'buried' });
  await repair();
  const replayed = { status: 200, body: { id, state: 'replayed' } };
  expect(await post(`${LETTERS}/${id}/replay`)).toMatchObject(replayed);
  const over = 'It was already replayed or released.';
  for (const deed of ['replay', 'release']) {
    const conflict = { status: 409, body: { code: 'conflict', detail: over } };
    expect(await post(`${LETTERS}/${id}/${deed}`)).toMatchObject(conflict);
  }
  expect((await shop.audit()).brokenPromises).toEqual([]);
  const changes = (await get(`/v1/sales/${shop.sale}/changes`)) as { items: object[] };
  expect(changes.items.at(-1)).toMatchObject({
    sub: 'olaf',
    what: 'replay',
    subject: `dead-letter:${id}`,
    after: { state: 'replayed', order },
    route: `POST ${LETTERS}/:letter/replay`,
  });
  await app.close();
});

test('what a released order took is on sale again when the release is answered', async () => {
  const repair = await bury(['bad1']);
  await repair();
  const { get, post, app } = await olaf();
  const { items } = (await get(LETTERS)) as { items: { id: number }[] };
  const { id } = items[0]!;
  const released = { status: 200, body: { id, state: 'released' } };
  expect(await post(`${LETTERS}/${id}/release`)).toMatchObject(released);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ buried: 0, available: 10 });
  expect(surely(await shop.buy({ shopper: 'bad1', key: 'k-bad1' })).isReplay).toBe(false);
  await app.close();
});

test('an entry that nobody can read has no order in it, and cannot be replayed', async () => {
  await shop.open([offer('a')]);
  const { rows } = await shop.worker.pool.query<{ id: number }>(
    `insert into dead_letters (sale, cell, epoch, seq, tag, position, bytes, reason)
     values ($1, 0, 1, 9, 't', -1, '', 'a torn entry') returning id`,
    [shop.sale],
  );
  const { get, post, app } = await olaf();
  const url = `${LETTERS}/${rows[0]!.id}`;
  expect(await get(url)).toMatchObject({ kind: 'entry', order: null, content: null });
  const conflict = { code: 'conflict', detail: expect.stringContaining('cannot be read') };
  expect(await post(`${url}/replay`)).toMatchObject({ status: 409, body: conflict });
  expect(await post(`${LETTERS}/999/replay`)).toMatchObject({ status: 404 });
  expect(await post(`${LETTERS}/none/replay`)).toMatchObject({
    status: 400,
    body: { code: 'invalid', errors: [{ pointer: '/params/letter' }] },
  });
  await app.close();
});
