import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { Time } from '../../../src/platform/time.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { setOffer, setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { OPERATOR, newKey, offerId, shopperId } from '../../../proof/builders/ids.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

// The api processes are two api sides of this process: they share servers and nothing else.

const CAP = 4;
/** Answers from memory never leave the event loop's turn, so a loop of them needs one. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const observer = { ...ignore, onRecovery: () => {} };

let world: World;
/** The process that remembers. */
let slow: Shop;
/** The same sale through another process, which sells. */
let other: Shop;
/** The next poll of `slow` and other timers of it, while they are held back. */
let heldTasks: (() => void)[];
let isHolding: boolean;
/** While true, `slow` knows the sales and their cells only as it last saw them. */
let isStale: boolean;

/** Time as it is, but timers and refreshes of the directory can be held back. */
const held: Time = {
  ...systemTime,
  after: (ms, task) => {
    if (!isHolding) return systemTime.after(ms, task);
    heldTasks.push(task);
    return () => {};
  },
  repeat: (task, pauseMs, options) =>
    systemTime.repeat(() => (isStale ? Promise.resolve() : task()), pauseMs, options),
};

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  [heldTasks, isHolding, isStale] = [[], false, false];
  slow = await Shop.create(world, { observer, time: held });
  const { api, worker } = await Shop.create(world, { observer });
  other = Object.assign(Object.create(slow), { api, worker }) as Shop;
});
afterEach(async () => {
  await Promise.all([slow.close(), other.close()]);
});

const openSale = () =>
  slow.open([offer('a', { cap: CAP }), offer('b', { cap: 100, lane: 'cart' })]);

const address = () => slow.api.directory.cell({ sale: slow.sale, cell: 0 })!;
const remembers = () => slow.api.soldOut.isSoldOut(address(), offerId('a'), shopperId('nobody'));

/** Sells `a` out and waits until the slow process remembers it. */
async function sellOut(): Promise<void> {
  let bought = 0;
  await until(
    async () => {
      await slow.buy({ shopper: `early-${bought}`, key: `early-${bought++}` });
      return remembers();
    },
    { describe: 'the slow process remembers that the offer is sold out' },
  );
}

/** From the next poll on, the slow process polls only when told. */
async function holdPolls(): Promise<void> {
  isHolding = true;
  await until(() => heldTasks.length > 0, { describe: 'a poll is held back' });
}

/** Polls as soon as a poll is due. */
async function poll(): Promise<void> {
  const before = slow.api.watch.snapshot(address());
  await until(
    () => {
      for (const task of heldTasks.splice(0)) task();
      return slow.api.watch.snapshot(address()) !== before;
    },
    { describe: 'it has polled' },
  );
}

const restock = async (cap: number) => {
  const done = await setOffer(other.api, slow.sale, offer('a', { cap }), OPERATOR);
  expect(done).toMatchObject({ pendingCells: [] });
};

/** Asks at once again and again, as no client should, so that the order comes at once. */
async function buyAtOnce(ask: () => Promise<Placed | Refusal>): Promise<Placed> {
  for (;;) {
    const answer = await ask();
    if ('order' in answer) return answer;
    expect(answer).toEqual({ code: 'sold_out', offer: 'a', unitsLeft: 0 });
    await nextTurn();
  }
}

const plain = (shop: Shop, shopper: string) => shop.buy({ shopper, key: 'k' });
const cart = (shop: Shop, shopper: string) => {
  const lines = ['a', 'b'].map((id) => ({ offer: offerId(id), quantity: 1 }));
  return shop.checkOut({ shopper: shopperId(shopper), key: 'k' as never, lines });
};

test.each([
  ['an order of the flash lane', plain],
  ['a cart', cart],
])('%s placed through another process after a restock is replayed', async (_, ask) => {
  await openSale();
  await sellOut();
  await holdPolls();
  for (let round = 1; round <= 5; round++) {
    await until(
      async () => {
        await poll();
        await plain(slow, `late-${round}`);
        return remembers();
      },
      { describe: 'the slow process remembers again' },
    );
    await poll();
    await restock(CAP + round);
    const { order } = await buyAtOnce(() => ask(other, `u${round}`));
    expect(await ask(slow, `u${round}`)).toMatchObject({ isReplay: true, order: { id: order.id } });
  }
});

test('an order placed through another process after a recovery is not refused', async () => {
  await openSale();
  await sellOut();
  await slow.settleAll();
  await putOffer(other.worker.pool, slow.sale, offer('a', { cap: CAP + 1 }), OPERATOR);
  isStale = true;
  await holdPolls();
  await poll();
  const seen = { epoch: 1, state: 'open' } as const;
  expect(await other.worker.recoverOnce.recover({ sale: slow.sale, cell: 0 }, seen)).toBe('opened');
  await other.api.directory.refresh();
  const { order } = await buyAtOnce(() => plain(other, 'u'));
  expect(await plain(slow, 'u')).toMatchObject({ code: 'busy' });
  await slow.api.directory.refresh();
  expect(await plain(slow, 'u')).toMatchObject({ isReplay: true, order: { id: order.id } });
});

test('an order of a sale that this process has not seen yet is replayed', async () => {
  isStale = true;
  await other.open([offer('a')]);
  const { order } = (await plain(other, 'u')) as Placed;
  expect(await plain(slow, 'u')).toMatchObject({ isReplay: true, order: { id: order.id } });
});

test('an order of a sale that this process has not seen open is replayed', async () => {
  await setSale(other.api, other.sale, saleTerms(), OPERATOR);
  await setOffer(other.api, other.sale, offer('a'), OPERATOR);
  await slow.api.directory.refresh();
  isStale = true;
  await setSaleState(other.api, other.sale, 'open', OPERATOR);
  const { order } = (await plain(other, 'u')) as Placed;
  expect(await plain(slow, 'u')).toMatchObject({ isReplay: true, order: { id: order.id } });
});

test('a claim in a sale that this process has not seen yet is replayed', async () => {
  isStale = true;
  await other.open([offer('a')]);
  await other.setRules([
    promotion('c', { isCoupon: true, claims: { quota: 5, limitPerShopper: 5 } }),
  ]);
  const key = newKey();
  const made = await other.claim('c', { key });
  expect(await slow.claim('c', { key })).toEqual({ ...made, isReplay: true });
});

/** Asks one process after another until there is an order, then twenty times more. */
async function askAround(name: string, dice: Dice, onOrder: () => void): Promise<string[]> {
  const wrong: string[] = [];
  const ask = dice.oneIn(3) ? cart : plain;
  let id: string | null = null;
  for (let repeats = 0; repeats < 20;) {
    await nextTurn();
    const answer = await ask(dice.pick([slow, other]), name);
    // On a slow machine a connection may be cut: that is no refusal, and says nothing of the key.
    if ('code' in answer && answer.code === 'busy') continue;
    if (id !== null) repeats++;
    if ('order' in answer) {
      if (id === null) onOrder();
      else if (answer.order.id !== id) wrong.push(`${name} has two orders`);
      id = answer.order.id;
    } else if (id !== null) wrong.push(`${name} has an order and is told ${answer.code}`);
    else if (answer.code !== 'sold_out') wrong.push(`${name} is told ${answer.code}`);
  }
  return wrong;
}

test('no key that has an order is refused while units come to an empty shelf', async () => {
  await openSale();
  await sellOut();
  const dice = new Dice(10);
  const restocks = Array.from({ length: 12 }, () => 1 + dice.below(3));
  const more = restocks.reduce((sum, units) => sum + units, 0);
  let [cap, placed] = [CAP, 0];
  const asking = Array.from({ length: more }, (_, i) =>
    askAround(`u${i}`, new Dice(i), () => placed++),
  );
  for (const units of restocks) {
    await restock((cap += units));
    if (dice.oneIn(4)) continue;
    await until(() => placed === cap - CAP, { describe: 'the units are sold' });
  }
  expect((await Promise.all(asking)).flat()).toEqual([]);
  await slow.settleAll();
  expect((await slow.audit()).brokenPromises).toEqual([]);
});
