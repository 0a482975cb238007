import { afterEach, beforeEach, expect, test } from 'vitest';
import { askUnitsBack } from '../../../src/ledger/books/withdrawals.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { setOffer, setSaleState } from '../../../src/service/terms/change-sale.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { cancel } from '../../world/stage/life.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { buyReturned, buySoon } from '../../world/checks/rush.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const CAP = 10;

let world: World;
let shop: Shop;
/** The same sale through another api process. */
let other: Shop;
/** Where the monotonic clock of `shop` stands still; null: it runs. */
let stoppedAtMs: number | null;

const observer = { ...ignore, onRecovery: () => {} };

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  stoppedAtMs = null;
  const monotonic = () => stoppedAtMs ?? systemTime.monotonic();
  shop = await Shop.create(world, { observer, time: { ...systemTime, monotonic } });
  await shop.open([offer('a', { cap: CAP }), offer('b', { cap: CAP })]);
  const { api, worker } = await Shop.create(world, { observer });
  other = Object.assign(Object.create(shop), { api, worker }) as Shop;
});
afterEach(async () => {
  await Promise.all([shop.close(), other.close()]);
});

const address = () => shop.api.directory.cell({ sale: shop.sale, cell: 0 })!;
const isRemembered = (id: string) =>
  shop.api.soldOut.isSoldOut(address(), offer(id).id, 'nobody' as never);

/** Sells the rest of an offer and waits until the api remembers that it is sold out. */
async function sellOut(id: string): Promise<void> {
  const describe = `${id} is remembered as sold out`;
  let bought = 0;
  await until(
    async () => {
      await shop.buy({ shopper: `buyer-${id}-${bought}`, key: `${id}-${bought++}`, offer: id });
      return isRemembered(id);
    },
    { describe },
  );
}

/** The number of commands that Redis has had from all clients, with this one. */
async function commandsSoFar(): Promise<number> {
  const stats = await shop.worker.redis.info('stats');
  return Number(/total_commands_processed:(\d+)/.exec(stats)![1]);
}

test('a purchase of a sold-out offer makes no call to Redis', async () => {
  await sellOut('a');
  // Otherwise the memory would expire without polls.
  stoppedAtMs = systemTime.monotonic();
  shop.api.watch.stop();
  other.api.watch.stop();
  // A poll may still be under way: it is over once two counts differ by one command.
  const before = await until(
    async () => {
      const [one, two] = [await commandsSoFar(), await commandsSoFar()];
      return two === one + 1 ? two : null;
    },
    { describe: 'nothing but these calls goes to Redis' },
  );
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => shop.buy({ shopper: `late${i}` })),
  );
  expect(await commandsSoFar()).toBe(before + 1);
  const soldOut = { code: 'sold_out', offer: 'a', unitsLeft: 0 };
  expect(answers).toEqual(answers.map(() => soldOut));
});

test('a key replays its order even when the offer is sold out', async () => {
  const mine = await buySoon(shop, { shopper: 'mine', key: 'k' });
  const others = await buySoon(other, { shopper: 'others', key: 'k' });
  await sellOut('a');
  const again = [await shop.buy({ shopper: 'mine', key: 'k' })];
  again.push(await shop.buy({ shopper: 'others', key: 'k' }));
  expect(again).toMatchObject([mine, others].map(({ order }) => ({ isReplay: true, order })));
  expect(await shop.buy({ shopper: 'mine', key: 'new' })).toMatchObject({ code: 'sold_out' });
});

test('a key also replays an order that another api placed after this one sold out', async () => {
  await sellOut('a');
  const bought = await other.buy({ shopper: 'u', key: 'k', offer: 'b' });
  const { order } = bought as Placed;
  await sellOut('b');
  const again = await shop.buy({ shopper: 'u', key: 'k', offer: 'b' });
  expect(again).toMatchObject({ isReplay: true, order: { id: order.id } });
});

test('a restock is noticed and sells only the units added', async () => {
  await sellOut('a');
  await setOffer(other.api, shop.sale, offer('a', { cap: CAP + 3 }), OPERATOR);
  await until(() => !isRemembered('a'), { describe: 'the memory is forgotten' });
  await buyReturned(shop, { shopper: 'first', key: 'k' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => shop.buy({ shopper: `late${i}` })),
  );
  expect(answers.filter((answer) => 'order' in answer)).toHaveLength(2);
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ cap: 2 * CAP + 3, held: CAP + 3, available: CAP });
});

test('a pause and its end are noticed', async () => {
  const codeSoon = (code: string) =>
    until(
      async () => {
        const answer = await shop.buy({ shopper: 'u' });
        return 'code' in answer && answer.code === code;
      },
      { describe: `a purchase is told ${code}` },
    );
  await sellOut('a');
  await setSaleState(other.api, shop.sale, 'pause', OPERATOR);
  await codeSoon('sale_paused');
  await setSaleState(other.api, shop.sale, 'resume', OPERATOR);
  await codeSoon('sold_out');
});

test('the memory of a sold-out offer ends with its epoch', async () => {
  const mine = await buySoon(shop, { shopper: 'mine', key: 'k' });
  await sellOut('a');
  await shop.worker.recoverOnce.recover({ sale: shop.sale, cell: 0 }, { epoch: 1, state: 'open' });
  await shop.api.directory.refresh();
  expect(isRemembered('a')).toBe(false);
  await sellOut('a');
  expect(await buySoon(shop, { shopper: 'mine', key: 'k' })).toMatchObject({
    isReplay: true,
    order: { id: mine.order.id },
  });
});

/** The last instruction that the api saw applied, and the last that may have restocked. */
const seen = () => shop.api.watch.snapshot(address())!;

/** Sells `a` out and settles. @returns the order of the shopper `first` */
async function settleSoldOut(): Promise<Placed['order']> {
  const { order } = await buySoon(shop, { shopper: 'first', key: 'k' });
  await sellOut('a');
  await shop.settleAll();
  return order;
}

/** Asks the cell for two units of an offer, or for all it has. */
const askTwo = (id: string) =>
  transaction(shop.worker.pool, (client) => askUnitsBack(client, address().id, [[id, 2]]));

const quiet: [what: string, (order: Placed['order']) => Promise<unknown>][] = [
  ['an order is paid', ({ id }) => payFor(shop.worker.pool, id)],
  ['units of the sold-out offer are withdrawn', () => askTwo('a')],
  ['units of another offer are withdrawn', () => askTwo('b')],
];

test.each(quiet)('a sold-out offer stays remembered when %s', async (_, change) => {
  const order = await settleSoldOut();
  const before = seen();
  await change(order);
  const { pool, courier } = shop.worker;
  await courier.push(address().id);
  const { rows } = await pool.query<{ last: number }>('select last from inboxes');
  expect(rows[0]!.last).toBeGreaterThan(before.inbox);
  const heard = { describe: 'the api has seen the cell apply it' };
  await until(() => seen().inbox === rows[0]!.last, heard);
  expect(seen().restocked).toBe(before.restocked);
  await until(() => isRemembered('a'), { describe: 'it is remembered, without another purchase' });
});

const loud: [what: string, (order: Placed['order']) => Promise<unknown>][] = [
  ['an order is cancelled', ({ id }) => cancel(other, id, 'first')],
  [
    'the cap is raised',
    () => patchOffer(other.api, shop.sale, offer('a').id, { cap: 11 }, OPERATOR),
  ],
  ['the sale is paused', () => setSaleState(other.api, shop.sale, 'pause', OPERATOR)],
];

test.each(loud)('a sold-out offer is forgotten when %s', async (_, change) => {
  const order = await settleSoldOut();
  const before = seen();
  expect(await change(order)).not.toHaveProperty('code');
  await until(() => seen().restocked > before.restocked, { describe: 'the api has seen it' });
  expect(isRemembered('a')).toBe(false);
});
