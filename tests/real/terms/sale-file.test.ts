import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cartLines } from '../../../proof/builders/carts.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import { audit } from '../../../src/service/audit.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { HttpShop, operator } from '../../world/stage/http-shop.ts';

let server: HttpShop;
let world: World;

withStage('file', HttpShop.serve, (made, its) => {
  server = made;
  world = its;
});

interface Change {
  readonly pointer: string;
  readonly outcome: string;
  readonly fields: readonly { readonly name: string }[];
  readonly why: string | null;
}

interface Plan {
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly changes: readonly Change[];
  readonly detail: string;
}

const file = {
  sale: { id: 'spring', ...saleBody({ cells: 2 }) },
  offers: [
    { id: 'mug', ...offerBody({ cap: 100 }) },
    { id: 'cup', ...offerBody({ store: 'store-2', title: 'A cup' }) },
  ],
  budgets: [{ id: 'own', amount: 10_000, policy: 'partial', store: 'store-1' }],
  promotions: [
    {
      ...{ id: 'ten-off', layer: 'store_coupon', stores: ['store-1'], coupon: true },
      ...{ effect: { kind: 'fixed', off: 1_000 }, budget: 'own', funder: 'store' },
    },
  ],
  coupons: [{ promotion: 'ten-off', shoppers: ['u2', 'u1'], each: 2 }],
  balances: [{ shopper: 'u1', points: 500 }],
};
type File = typeof file;

async function put(body: object, query = '', headers: Record<string, string> = {}) {
  const answer = await server.send({
    method: 'PUT',
    path: `/v1/sales/spring/file${query}`,
    headers: { authorization: operator, ...headers },
    body,
  });
  const plan = (await answer.json()) as Plan;
  return { status: answer.status, tag: answer.headers.get('etag')!, plan };
}

const compare = (body: object) => put(body, '?dryRun=true');

async function read(path: string): Promise<Record<string, unknown>> {
  const asked = {
    method: 'GET',
    path: `/v1/sales/spring${path}`,
    headers: { authorization: operator },
  };
  return (await (await server.send(asked)).json()) as Record<string, unknown>;
}

/** The digest of everything that a change writes. */
const written = async () =>
  (
    await server.shop.api.pool.query(`
      select (select md5(string_agg(c::text, '' order by sale, number)) from changes c) as changes,
        (select md5(string_agg(d::text, '' order by sale, subject)) from documents d) as documents`)
  ).rows[0];

test('a dry run says what a file would create, and writes nothing', async () => {
  const before = await written();
  const { status, plan, tag } = await compare(file);
  expect([status, tag]).toEqual([200, null]);
  expect(plan).toMatchObject({ dryRun: true, created: 7, changed: 0, unchanged: 0, refused: 0 });
  expect(plan.changes.map(({ pointer }) => pointer)).toEqual([
    ...['/sale', '/offers/0', '/offers/1', '/budgets/0', '/promotions/0', '/coupons/0'],
    '/balances/0',
  ]);
  expect(await written()).toEqual(before);
});

test('a file is applied in one request, and applied again it changes nothing', async () => {
  expect((await put(file)).plan).toMatchObject({ dryRun: false, created: 7 });
  const again = await put(file);
  expect(again.plan).toMatchObject({ created: 0, changed: 0, unchanged: 7, changes: [] });
  const { stores } = (await read('/terms')) as { stores: object[] };
  expect(stores).toHaveLength(2);
  const opened = { path: '/v1/sales/spring/open', headers: { authorization: operator }, body: {} };
  expect((await server.send(opened)).status).toBe(200);
  expect((await put(file)).plan).toMatchObject({ unchanged: 7 });
});

const changed: File = {
  ...file,
  sale: { ...file.sale, name: 'Spring' },
  offers: [{ ...file.offers[0]!, cap: 40, title: 'A blue mug' }, file.offers[1]!],
};

test('a dry run names each field that differs, before and after', async () => {
  const { plan } = await compare(changed);
  expect(plan).toMatchObject({ changed: 2, unchanged: 5 });
  expect(plan.changes).toEqual([
    expect.objectContaining({
      ...{ pointer: '/sale', outcome: 'changed' },
      fields: [{ name: 'name', before: 'A drop', after: 'Spring' }],
    }),
    expect.objectContaining({
      ...{ pointer: '/offers/0', outcome: 'changed', why: null },
      fields: [
        { name: 'title', before: 'A mug', after: 'A blue mug' },
        { name: 'cap', before: 100, after: 40 },
      ],
    }),
  ]);
});

test('the tag of a dry run lets the file be applied to exactly what was compared', async () => {
  const { tag } = await compare(changed);
  const cup = { ...file, offers: [file.offers[0]!, { ...file.offers[1]!, cap: 11 }] };
  expect((await put(cup)).plan).toMatchObject({ changed: 1 });
  const stale = await put(changed, '', { 'if-match': tag });
  expect(stale).toMatchObject({ status: 412, plan: { code: 'precondition_failed' } });
  const { tag: fresh } = await compare(changed);
  expect(await put(changed, '', { 'if-match': fresh })).toMatchObject({
    status: 200,
    plan: { changed: 3 },
  });
  expect(await read('/offers/mug')).toMatchObject({ cap: 40, title: 'A blue mug' });
});

test('a file with a refused part changes nothing, and says which part and why', async () => {
  const wrong = {
    ...changed,
    sale: { ...changed.sale, name: 'Summer' },
    budgets: [{ ...file.budgets[0]!, amount: 1 }],
    balances: [{ shopper: 'u1', points: 1 }],
  };
  const { plan } = await compare(wrong);
  expect(plan).toMatchObject({ changed: 1, refused: 2 });
  const refused = plan.changes.filter(({ outcome }) => outcome === 'refused');
  expect(refused.map(({ pointer, why }) => `${pointer}: ${why}`)).toEqual([
    '/budgets/0: a budget cannot be cut once the sale was opened',
    '/balances/0: a balance cannot be cut once the sale was opened',
  ]);
  const before = await written();
  const applied = await put(wrong);
  expect(applied).toMatchObject({ status: 409, plan: { code: 'conflict' } });
  expect(applied.plan.detail).toMatch(/^Nothing was changed\. \/budgets\/0: .+; \/balances\/0: /);
  expect(await written()).toEqual(before);
});

test('faults in the file itself are named with their pointers', async () => {
  const other = { ...file, sale: { ...file.sale, id: 'autumn' } };
  const faults = async (body: object) => (await compare(body)).plan as never as { errors: unknown };
  expect(await faults(other)).toMatchObject({ errors: [{ pointer: '/sale/id' }] });
  const twice = { ...file, offers: [file.offers[0], file.offers[0]] };
  expect(await faults(twice)).toMatchObject({ errors: [{ pointer: '/offers/1/id' }] });
  const cut = { ...file, offers: [{ id: 'mug', title: 'A mug' }] };
  expect((await compare(cut)).status).toBe(400);
});

test('what the ledger refuses is what a dry run refuses, thing by thing', async () => {
  const lane = { ...file.offers[0]!, lane: 'flash' as const };
  const offer = { ...lane, id: undefined };
  const asked = { method: 'PUT', path: '/v1/sales/spring/offers/mug', body: offer };
  const headers = { authorization: operator };
  const alone = (await (await server.send({ ...asked, headers })).json()) as { detail: string };
  const { plan } = await compare({ ...changed, offers: [lane, changed.offers[1]!] });
  expect(plan.changes.find(({ outcome }) => outcome === 'refused')!.why).toBe(alone.detail);
});

test('the command compares and applies in the same way', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'doorbuster-file-')), 'spring.json');
  const next = { ...changed, offers: [{ ...changed.offers[0]!, price: 890 }, changed.offers[1]!] };
  writeFileSync(path, JSON.stringify(next));
  const dry = await doorbusterOn(world, ['sale', 'apply', path, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toContain('spring/mug: changed\n  price: 990 → 890\n');
  expect(await read('/offers/mug')).toMatchObject({ price: 990 });
  const applied = await doorbusterOn(world, ['sale', 'apply', path]);
  expect(applied.out).toContain('offers: 0 created, 1 changed, 1 unchanged\n');
  expect(await read('/offers/mug')).toMatchObject({ price: 890 });
});

test('the cells have what the file set, and the audit is clean', async () => {
  const placed = await server.shop.checkOut({
    sale: 'spring' as SaleId,
    lines: cartLines(['mug', 1]),
    coupons: ['ten-off'],
  });
  const applied = [{ promotion: 'ten-off', discountMinor: 890 }];
  expect(placed).toMatchObject({ order: { applied } });
  const { brokenPromises } = (await audit(server.shop.worker, 'spring' as SaleId))!;
  expect(brokenPromises).toEqual([]);
});
