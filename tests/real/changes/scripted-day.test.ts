import { beforeAll, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { ChangeView } from '../../../src/service/changes/change-view.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { HttpShop } from '../../world/stage/http-shop.ts';

const operator = bearer({ sub: 'op-7', role: 'operator' });
const merchant = bearer({ sub: 'mei', role: 'merchant', store: 's1' });
const byOperator = { sub: 'op-7', role: 'operator', store: null };
const byMerchant = { sub: 'mei', role: 'merchant', store: 's1' };
const byCommand = { sub: expect.stringMatching(/^cli:./) as string, role: 'operator', store: null };
const SALE = '/v1/sales/:sale';
const PSEUDONYM = '[0-9a-f-]{36}';

let world: World;
let server: HttpShop;
/** What must be found, in this order. */
const deeds: Partial<Record<keyof ChangeView, unknown>>[] = [];

withStage('file', HttpShop.serve, (made, its) => {
  server = made;
  world = its;
});

interface Request {
  readonly by: string;
  readonly reason?: string;
  readonly body?: object;
}

async function ask(method: string, path: string, { by, reason, body = {} }: Request) {
  const answer = await server.send({
    method,
    path: path.startsWith('/v1') ? path : `${server.path}${path}`,
    headers: {
      authorization: by,
      'idempotency-key': 'day',
      ...(reason ? { 'x-change-reason': Buffer.from(reason).toString('latin1') } : {}),
    },
    body,
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
}

async function command(...args: string[]): Promise<string> {
  const { code, out, err } = await doorbusterOn(world, args);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${out}${err}`);
  return out;
}

const changes = async (by: string, query = '') =>
  (await ask('GET', `/changes?limit=100${query}`, { by }))!['items'] as ChangeView[];

const offer = { store: 's1', title: 'A mug', price: 990, cap: 10, lane: 'flash' };
const at = { opensAt: '2025-01-01T00:00:00.000Z', closesAt: '2099-01-01T00:00:00.000Z' };
const terms = { name: 'Friday', currency: 'CNY', ...at, payWithinSeconds: 900 };
const layer = { layer: 'store_coupon', stores: ['s1'], funder: 'store', coupon: true };
const promotion = { ...layer, effect: { kind: 'fixed', off: 100 } };
const hook = { url: 'https://shop.example/hook', kinds: ['order.paid'] };

async function draftIsSetUp(): Promise<void> {
  const stores = [{ store: 's1' }, { store: 's2' }];
  await ask('PUT', '', { by: operator, body: { ...terms, stores }, reason: '双十一 预热' });
  const put = { ...byOperator, what: 'put', route: `PUT ${SALE}`, subject: 'sale' };
  deeds.push({ ...put, before: null, after: expect.objectContaining({ name: 'Friday' }) });
  deeds.at(-1)!.reason = '双十一 预热';
  await ask('PUT', '/offers/mug', { by: operator, body: offer });
  const mug = { subject: 'offer:mug', before: null };
  const made = expect.objectContaining({ price: 990, cap: 10, store: 's1' }) as unknown;
  deeds.push({ ...byOperator, what: 'put', ...mug, after: made, reason: null });
  await ask('PUT', '/budgets/own', { by: merchant, body: { amount: 5_000, policy: 'partial' } });
  const budget = { id: 'own', store: 's1', amount: 5_000, policy: 'partial' };
  deeds.push({ ...byMerchant, what: 'put', subject: 'budget:own', before: null, after: budget });
  await ask('PUT', '/promotions/five', { by: merchant, body: promotion });
  const five = expect.objectContaining({ id: 'five', layer: 'store_coupon' }) as unknown;
  deeds.push({ ...byMerchant, what: 'put', subject: 'promotion:five', after: five });
  await ask('POST', '/open', { by: operator });
  const opened = { before: { state: 'draft' }, after: { state: 'open' } };
  deeds.push({ ...byOperator, what: 'open', subject: 'sale', ...opened });
}

async function shoppersAreServed(): Promise<OrderId> {
  const granted = { by: merchant, body: { shoppers: ['u1', 'u2'], each: 2 } };
  await ask('POST', '/promotions/five/coupons', granted);
  const after = { each: 2, shoppers: 2, shoppersHash: expect.stringMatching(/^[0-9a-f]{64}$/) };
  deeds.push({ ...byMerchant, what: 'grant', subject: 'coupons:five', before: null, after });
  await ask('PUT', '/shoppers/u1/balances', { by: operator, body: { points: 7 } });
  const balances = { before: { points: 0, redPacket: 0 }, after: { points: 7, redPacket: 0 } };
  const subject = expect.stringMatching(`^balances:${PSEUDONYM}$`) as string;
  deeds.push({ ...byOperator, what: 'put', subject, ...balances });
  const { order } = (await server.shop.buy({ shopper: 'u1', offer: 'mug', quantity: 2 })) as Placed;
  await server.shop.settleAll();
  await payFor(server.shop.api.pool, order.id);
  const refund = { lines: [{ line: 0, quantity: 1 }] };
  const why = 'broken handle';
  await ask('POST', `/v1/orders/${order.id}/refunds`, { by: merchant, body: refund, reason: why });
  const left = expect.objectContaining({ state: 'partly_refunded', cash: 990 }) as unknown;
  const refunded = { before: { state: 'paid', refunded: 0 }, after: left, reason: why };
  deeds.push({ ...byMerchant, what: 'refund', subject: `order:${order.id}`, ...refunded });
  return order.id;
}

async function termsChange(): Promise<void> {
  await ask('PATCH', '/offers/mug', { by: merchant, body: { price: 880 }, reason: 'match' });
  const fell = expect.objectContaining({ price: 880, cap: 10 }) as unknown;
  const patch = { what: 'patch', subject: 'offer:mug', after: fell, reason: 'match' };
  deeds.push({ ...byMerchant, ...patch, before: expect.objectContaining({ price: 990 }) });
  await command('sale', 'cap', server.sale, 'mug', '25', '--reason', 'more came in');
  const rose = expect.objectContaining({ cap: 25 }) as unknown;
  const cap = { what: 'patch', subject: 'offer:mug', after: rose, reason: 'more came in' };
  deeds.push({ ...byCommand, ...cap, before: expect.objectContaining({ cap: 10 }) });
  deeds.at(-1)!.route = 'sale cap';
  await ask('POST', '/pause', { by: operator });
  const paused = { before: { state: 'open' }, after: { state: 'paused' } };
  deeds.push({ ...byOperator, what: 'pause', subject: 'sale', ...paused });
  await command('sale', 'resume', server.sale);
  deeds.push({ ...byCommand, what: 'resume', route: 'sale resume', after: { state: 'open' } });
}

async function endpointsAndCells(): Promise<void> {
  const path = '/webhooks/erp';
  const seen = { ...hook, store: 's1' };
  const erp = { ...byMerchant, subject: 'webhook:s1/erp' };
  await ask('PUT', path, { by: merchant, body: hook });
  deeds.push({ ...erp, what: 'put', before: null, after: seen });
  await ask('POST', `${path}/rotate`, { by: merchant });
  deeds.push({ ...erp, what: 'rotate', before: null, after: null });
  await ask('DELETE', path, { by: merchant });
  deeds.push({ ...erp, what: 'delete', before: seen, after: null });
  await command('cell', 'recover', server.sale, '0');
  const rebuilt = { what: 'recover', subject: 'cell:0', before: { epoch: 1, state: 'open' } };
  deeds.push({ ...byCommand, ...rebuilt, route: 'cell recover' });
  await ask('POST', '/close', { by: operator, reason: 'over' });
  deeds.push({ ...byOperator, what: 'close', reason: 'over', after: { state: 'closed' } });
}

beforeAll(async () => {
  await draftIsSetUp();
  await shoppersAreServed();
  await termsChange();
  await endpointsAndCells();
});

test('each change of a day is found with its person, before, after and reason', async () => {
  const found = await changes(operator);
  expect(found).toMatchObject(deeds);
  expect(found.map(({ number }) => number)).toEqual(deeds.map((_, i) => i + 1));
  expect((await server.shop.audit()).brokenPromises).toEqual([]);
});

test.each([
  ['sale', ''],
  ['offer:mug', '/offers/mug'],
  ['promotion:five', '/promotions/five'],
  ['budget:own', '/budgets/own'],
])('the change of %s has the fields that a GET of it has', async (subject, path) => {
  const put = (await changes(operator, `&subject=${subject}`))[0]!.after as object;
  const got = (await ask('GET', path, { by: operator }))!;
  const names = Object.entries(put).flatMap(([name, value]) => (value === null ? [] : [name]));
  expect(names.filter((name) => !(name in got))).toEqual([]);
  const alike = ['payWithinSeconds', 'cooldown', 'clawback', 'paused', 'coupon', 'fullPriceOnly'];
  const same = Object.entries(got).filter(([name]) => alike.includes(name));
  expect(put).toMatchObject(Object.fromEntries(same));
});

test('a merchant reads changes of the own store’s things, without names of others', async () => {
  const found = await changes(merchant);
  const own = /^(offer|budget|promotion|coupons|webhook|order):/;
  const expected = (await changes(operator)).filter(({ subject }) => own.test(subject));
  expect(found).toHaveLength(10);
  const hidden = expected.map((one) => (one.store === 's1' ? one : { ...one, sub: null }));
  expect(found).toEqual(hidden);
  expect(await changes(bearer({ sub: 'bo', role: 'merchant', store: 's2' }))).toEqual([]);
  const stranger = bearer({ sub: 'li', role: 'merchant', store: 's3' });
  await expect(changes(stranger)).rejects.toThrow('not_found');
});

test('changes are read by pages, by subject, by time and by shopper', async () => {
  const all = await changes(operator);
  const { items, next } = (await ask('GET', '/changes?limit=9', { by: operator }))!;
  const rest = await changes(operator, `&cursor=${String(next)}`);
  expect([...(items as ChangeView[]), ...rest]).toEqual(all);
  const mug = all.filter(({ subject }) => subject === 'offer:mug');
  expect(await changes(operator, '&subject=offer:mug')).toEqual(mug);
  expect(await changes(operator, `&until=${all[4]!.at}&from=${all[2]!.at}`)).toEqual(
    all.filter((one) => one.at >= all[2]!.at && one.at < all[4]!.at),
  );
  const ofShopper = all.filter(({ subject }) => subject.startsWith('balances:'));
  expect(await changes(operator, '&shopper=u1')).toEqual(ofShopper);
  expect(await changes(operator, '&shopper=u2')).toEqual([]);
  await expect(changes(operator, '&cursor=x')).rejects.toThrow('/query/cursor');
});

test('the command prints the same changes as a table and as JSON', async () => {
  const all = await changes(operator);
  const lines = (await command('changes', server.sale, '--json')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as ChangeView)).toEqual(all);
  const table = await command('changes', server.sale, '--subject', 'offer:mug');
  expect(table).toContain('mei (merchant)');
  expect(table).toContain('price 990 → 880');
  expect(table).toContain('more came in');
});

test('no change has the id of a shopper, and none has a secret', async () => {
  const { rows } = await server.shop.api.pool.query<{ row: string }>(
    'select c::text as row from changes c',
  );
  expect(rows.filter(({ row }) => /\bu[12]\b|whsec_/.test(row))).toEqual([]);
});
