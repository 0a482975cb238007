import { DatabaseError } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instruct } from '../../../src/cell/cells/inbox.ts';
import { read } from '../../../src/cell/cells/snapshot.ts';
import { checkout } from '../../../src/cell/selling/checkout.ts';
import { claim } from '../../../src/cell/selling/claim.ts';
import { lookup } from '../../../src/cell/selling/lookup.ts';
import { purchase } from '../../../src/cell/selling/purchase.ts';
import { wallets } from '../../../src/cell/selling/wallets.ts';
import { createLog } from '../../../src/platform/log.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { Proxy } from '../../world/servers/proxy.ts';
import { until } from '../../world/servers/wait-until.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { World } from '../../world/servers/world.ts';
import { injectedApi } from '../../world/stage/http.ts';
import { Shop } from '../../world/stage/shop.ts';

/** A line of the log; 50 is an error. */
interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message: string; readonly stack: string };
}

const ERROR = 50;
const PLANTED = 'a planted bug';

let world: World;
let proxy: Proxy;
let shop: Shop;
let api: Awaited<ReturnType<typeof injectedApi>>;
let lines: Line[];
/** The errors that background work reported. */
let troubles: string[];

beforeEach(async () => {
  [lines, troubles] = [[], []];
  world = await createWorld();
  proxy = await Proxy.start(world.redisUrl);
  const observer = { ...SILENT, onError: ({ message }: Error) => void troubles.push(message) };
  shop = await Shop.create({ ...world, redisUrl: proxy.url }, { observer });
  await shop.open([offer('a', { cap: 3 }), offer('cart', { lane: 'cart' })]);
  const claims = { quota: 5, limitPerShopper: 5 };
  await shop.setRules([promotion('coupon', { isCoupon: true, claims })]);
  const write = (line: string) => void lines.push(JSON.parse(line) as Line);
  api = await injectedApi(shop, createLog('debug', { write }));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await api.app.close();
  await shop.close();
  await proxy.close();
  await world.dispose();
});

const path = (rest: string) => `/v1/sales/${shop.sale}/${rest}`;
const asShopper: ReturnType<typeof api.ask> = (...request) =>
  api.ask({ sub: 'u1', role: 'shopper' })(...request);
const asOperator: ReturnType<typeof api.ask> = (...request) =>
  api.ask({ sub: 'ops', role: 'operator' })(...request);

const buy = (id: string, more: object = {}, quantity = 1) =>
  asShopper('POST', path('orders'), { lines: [{ offer: id, quantity }], ...more }, 'a-key');
const grab = () => asShopper('POST', path('promotions/coupon/claims'), {}, 'a-key');
const cap = (units: number) => asOperator('PATCH', path('offers/a'), { cap: units }, 'a-cap');

/** Makes the process fail to read a script’s answers. */
function plantIn(script: { decode: (...reply: never[]) => unknown }): void {
  vi.spyOn(script, 'decode').mockImplementation(() => {
    throw new Error(PLANTED);
  });
}

const faults = () => lines.filter(({ level }) => level === ERROR);

async function expectFault(answer: { json: () => unknown }): Promise<void> {
  expect(answer.json()).toMatchObject({ status: 500, code: 'fault' });
  const stack = expect.stringContaining('bugs-and-outages.test.ts') as string;
  expect(faults()).toMatchObject([{ msg: 'fault', err: { message: PLANTED, stack } }]);
  expect(await api.metrics.registry.metrics()).toMatch(/outcome="fault"\} 1/);
}

const bugs: [where: string, plant: () => void, ask: () => ReturnType<typeof buy>][] = [
  ['an order of the flash lane', () => plantIn(purchase), () => buy('a')],
  ['an order of the cart lane', () => plantIn(checkout), () => buy('cart')],
  ['a claim', () => plantIn(claim), grab],
  ['the quote for a changed price', () => plantIn(wallets), () => buy('a', { expectedTotal: 1 })],
  ['a change on its way to a cell', () => plantIn(instruct), () => cap(5)],
  [
    'an outbox with units handed back',
    () => vi.spyOn(shop.api.redis, 'xrangeBuffer').mockRejectedValue(new Error(PLANTED)),
    () => cap(1),
  ],
];

describe('a bug', () => {
  test.each(bugs)('in %s is a fault, logged with its stack and counted', async (...row) => {
    const [, plant, ask] = row;
    plant();
    await expectFault(await ask());
  });

  test('in the lookup after a lost reply is a fault, and a retry finds the order', async () => {
    plantIn(lookup);
    proxy.strike('doorbuster-hot', 'hold');
    const { shas } = shop.api.directory.cell({ sale: shop.sale, cell: 0 })!;
    const answer = buy('a');
    await until(() => proxy.timesHeard(shas!.lookup) > 0, { describe: 'the order is looked up' });
    proxy.strike('doorbuster-hot', null);
    await expectFault(await answer);
    const replay = await buy('a');
    expect([replay.statusCode, replay.headers['idempotency-replayed']]).toEqual([201, 'true']);
  });

  test('in the work after a sold-out answer is reported, and the answer stands', async () => {
    await buy('a', {}, 3);
    vi.spyOn(shop.api.redis, 'multi').mockImplementation(() => {
      throw new Error(PLANTED);
    });
    const other = api.ask({ sub: 'u2', role: 'shopper' });
    const order = { lines: [{ offer: 'a', quantity: 1 }] };
    const isSeen = () => shop.api.watch.snapshot(shop.api.directory.sale(shop.sale)!.cells[0]!);
    await until(isSeen, { describe: 'the cell is polled' });
    const refused = await other('POST', path('orders'), order, 'other-key');
    expect(refused.json()).toMatchObject({ status: 409, code: 'sold_out' });
    // An answer that comes between two polls with different numbers teaches the api nothing.
    const isReported = async () => {
      await other('POST', path('orders'), order, 'other-key');
      return troubles.includes(PLANTED);
    };
    await until(isReported, { describe: 'the bug is reported' });
  });

  test('in a poll of a cell is reported', async () => {
    plantIn(read);
    await until(() => troubles.includes(PLANTED), { describe: 'the bug is reported' });
  });

  test('in what the ledger says of the sales is reported', async () => {
    vi.spyOn(shop.api.directory, 'refresh').mockRejectedValue(new Error(PLANTED));
    await until(() => troubles.includes(PLANTED), { describe: 'the bug is reported' });
  });
});

const outages: [where: string, ask: () => ReturnType<typeof buy>][] = [
  ['an order of the flash lane', () => buy('a')],
  ['an order of the cart lane', () => buy('cart')],
  ['a claim', grab],
];

describe('an outage', () => {
  test.each(outages)('of Redis answers %s with busy and is not a fault', async (_, ask) => {
    await world.redis.kill();
    const answer = await ask();
    expect(answer.json()).toMatchObject({ status: 503, code: 'busy' });
    expect(faults()).toEqual([]);
  });

  test.each(outages)(
    'of one connection answers %s with busy and is not a fault',
    async (_, ask) => {
      proxy.strike('doorbuster-hot', 'cut_on_request');
      const answer = await ask();
      expect(answer.json()).toMatchObject({ status: 503, code: 'busy' });
      expect(faults()).toEqual([]);
    },
  );

  test.each([
    ['a raised cap', 5],
    ['a cut cap', 1],
  ])('of Redis leaves the cell of %s pending and is not a fault', async (_, units) => {
    await world.redis.kill();
    const answer = await cap(units);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ asked: units, pendingCells: [0] });
    expect(faults()).toEqual([]);
  });
});

test.each(['40P01', '40001', '55P03'])(
  'contention, SQLSTATE %s, leaves the cell of a cut cap pending and is not a fault',
  async (code) => {
    const contended = Object.assign(new DatabaseError('contended', 0, 'error'), { code });
    vi.spyOn(shop.api.redis, 'xrangeBuffer').mockRejectedValue(contended);
    const answer = await cap(1);
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { pendingCells: [0] }]);
    expect(faults()).toEqual([]);
  },
);
