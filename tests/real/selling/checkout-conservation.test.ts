import { expect, test } from 'vitest';
import { callWallets } from '../../../src/cell/selling/wallets.ts';
import { homeCell } from '../../../src/domain/ids.ts';
import type { OfferId, ShopperId } from '../../../src/domain/ids.ts';
import { activityMinor, totalMinor } from '../../../src/domain/order.ts';
import type { PlacedOrder } from '../../../src/domain/order.ts';
import { budgetPot, quotaPot } from '../../../src/domain/promotion.ts';
import type { OrderRequest } from '../../../src/domain/pricing/quote.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import {
  couponsUsed,
  redPacketUsed,
  takenFromPots,
} from '../../../src/domain/pricing/order-spending.ts';
import { unitsByOffer } from '../../../src/domain/units.ts';
import { potFigures } from '../../../src/ledger/books/pots.ts';
import type { ClaimView } from '../../../src/service/selling/claim.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { heldUnits } from '../../world/checks/books.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { createWorld } from '../../world/servers/world.ts';

// A rush of carts, claims and flash orders over small stocks, quotas and budgets, while the worker
// settles entries and one cell is rebuilt. All answers must add up to what is left.

const CELLS = 4;
const STEPS = 5;
const POINTS = 30;
const named = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${letter}${i}` as ShopperId);
const shoppers = named('u', 64);
/** They come last and ask for what is left. */
const latecomers = named('m', 48);
const everyone = [...shoppers, ...latecomers];
const withPoints = shoppers.slice(0, 16);

const stock = [
  offer('a', { lane: 'cart', priceMinor: 1_000, cap: 60 }),
  offer('b', {
    lane: 'cart',
    priceMinor: 2_501,
    listPriceMinor: 2_501,
    cap: 40,
    store: 's2' as never,
  }),
  offer('c', { lane: 'cart', priceMinor: 333, cap: 4_000, limitPerShopper: 9 }),
  offer('f', { priceMinor: 990, cap: 30, limitPerShopper: 2 }),
  offer('g', { cap: 7 }),
];
const SELLS_OUT = ['a', 'b', 'f', 'g'];
const budgets = [
  budget('purse', { amountMinor: 1_001 }),
  budget('chest', { amountMinor: 2_003, policy: 'whole' }),
  budget('envelope', { amountMinor: 999 }),
];
const percent = (bps: number) => ({ kind: 'percent', bps, cap: null, from: 0 }) as const;
const rules = [
  promotion('auto', { layer: 'store', budget: 'purse', effect: percent(900) }),
  promotion('cross', { layer: 'cross_store', budget: 'chest', effect: percent(777) }),
  promotion('coupon', {
    ...{ layer: 'category', isCoupon: true, claims: { quota: 17, limitPerShopper: 2 } },
    effect: { kind: 'fixed', off: 150, from: 900 },
  }),
  promotion('packet', {
    ...{ layer: 'red_packet', budget: 'envelope', claims: { quota: 200, limitPerShopper: 3 } },
    effect: { kind: 'packet', amount: 37, boost: { members: ['vip'], bps: 12_500, cap: 45 } },
  }),
  promotion('gift', {
    layer: 'store',
    effect: { kind: 'gift', from: 900, offer: 'g' as never, quantity: 1 },
  }),
];
const USED_UP = [budgetPot('purse'), budgetPot('envelope'), quotaPot('coupon')];

/** The acknowledged orders and claims, by id. */
class Told {
  readonly orders = new Map<string, PlacedOrder & { shopper: ShopperId }>();
  readonly claims = new Map<string, ClaimView & { shopper: ShopperId }>();

  ordersOf(one: ShopperId) {
    return [...this.orders.values()].filter(({ shopper }) => shopper === one);
  }

  claimsOf(one: ShopperId) {
    return [...this.claims.values()].filter(({ shopper }) => shopper === one);
  }
}

/** Asks as a client does: repeats the request while the cell is busy. */
const soon = <Answer extends object>(ask: () => Promise<Answer | Refusal>) =>
  until(
    async () => {
      const answer = await ask();
      return 'code' in answer && answer.code === 'busy' ? null : answer;
    },
    { describe: 'an answer', timeoutMs: 20_000 },
  );

type Errand = Partial<OrderRequest> & Pick<OrderRequest, 'lines' | 'shopper' | 'key'>;

async function buy(shop: Shop, told: Told, errand: Errand, isRepeated = false): Promise<void> {
  const placed = await soon(() => shop.checkOut(errand));
  if ('order' in placed) {
    told.orders.set(placed.order.id, { ...placed.order, shopper: errand.shopper });
  }
  if (!isRepeated) return;
  const again = await soon(() => shop.checkOut(errand));
  if ('order' in placed) expect(again).toMatchObject({ isReplay: true, order: placed.order });
}

async function grab(shop: Shop, told: Told, shopper: ShopperId, key: string, isVip: boolean) {
  for (const id of ['coupon', 'packet']) {
    const request = { shopper, member: isVip ? 'vip' : null, key: `${id}-${key}` as never };
    const claimed = await soon(() => shop.claim(id, request));
    if ('claim' in claimed) told.claims.set(claimed.claim.id, { ...claimed.claim, shopper });
  }
}

/** One shopper's errands, one after another. */
async function shopAround(shop: Shop, told: Told, shopper: ShopperId, dice: Dice): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    await grab(shop, told, shopper, `${step}`, dice.oneIn(2));
    const some = dice.some(['a', 'b', 'c', 'c', 'f'], 1 + dice.below(4));
    const hasCoupon = told.claimsOf(shopper).some(({ amount }) => amount === 0);
    const cart: Errand = {
      ...{ shopper, key: `k${step}` as never, member: dice.oneIn(3) ? 'vip' : null },
      lines: cartLines(...some.map((id) => [id, 1 + dice.below(2)] as const)),
      coupons: hasCoupon && dice.oneIn(2) ? ['coupon'] : [],
      redPacket: dice.pick([0, 1, 'max', 'max']),
      points: dice.pick([0, 0, 7]),
    };
    const flash = { shopper, key: `k${step}` as never, lines: cartLines(['f', 1]) };
    await buy(shop, told, dice.oneIn(4) ? flash : cart, dice.oneIn(3));
  }
}

/** A latecomer takes what is left, unit by unit and cent by cent. */
async function clearOut(shop: Shop, told: Told, shopper: ShopperId): Promise<void> {
  for (const round of ['one', 'two', 'three']) {
    await grab(shop, told, shopper, round, false);
    for (const id of ['a', 'b', 'f']) {
      const key = `${id}-${round}` as never;
      await buy(shop, told, { shopper, key, lines: cartLines([id, 1]) });
    }
  }
  await buy(shop, told, { shopper, key: 'c' as never, lines: cartLines(['c', 9]) });
}

/** Runs the rush with settlement beside it, and rebuilds one cell in the middle. */
async function rush(shop: Shop, told: Told, seed: number): Promise<void> {
  let isOver = false;
  const settling = (async () => {
    for (let rounds = 0; !isOver; rounds++) {
      await shop.settleAll();
      if (rounds !== 2) continue;
      const address = shop.worker.directory.sale(shop.sale)!.cells[seed % CELLS]!;
      expect(await shop.worker.recoverOnce.recover(address.id, address)).toBe('opened');
    }
  })();
  const errands = async () => {
    const dice = (i: number) => new Dice(seed * 1_000 + i);
    await Promise.all(shoppers.map((one, i) => shopAround(shop, told, one, dice(i))));
    await Promise.all(latecomers.map((one) => clearOut(shop, told, one)));
  };
  await errands().finally(() => (isOver = true));
  await settling;
  await shop.settleAll();
}

function checkMoney({ orders }: Told): void {
  for (const { lines, applied, id } of orders.values()) {
    const activity = lines.reduce((sum, line) => sum + activityMinor(line), 0);
    const shares = applied.flatMap((one) => one.shares).reduce((sum, share) => sum + share, 0);
    expect(totalMinor({ lines }), id).toBe(activity - shares);
    expect(Math.min(...lines.map(({ netMinor }) => netMinor))).toBeGreaterThanOrEqual(0);
  }
}

async function checkStock(shop: Shop, told: Told): Promise<void> {
  const bought = unitsByOffer([...told.orders.values()].flatMap(({ lines }) => lines));
  for (const { id, cap } of stock) {
    const units = bought.get(id) ?? 0;
    expect(await heldUnits(shop.api.pool, shop.sale, id), id).toBe(units);
    if (SELLS_OUT.includes(id)) expect(units, `${id} sells out`).toBe(cap);
    else expect(units, id).toBeLessThanOrEqual(cap);
  }
  for (const one of everyone) {
    const own = unitsByOffer(told.ordersOf(one).flatMap(({ lines }) => lines));
    expect(own.get('c' as OfferId) ?? 0).toBeLessThanOrEqual(9);
    expect(own.get('f' as OfferId) ?? 0).toBeLessThanOrEqual(2);
  }
}

async function checkPots(shop: Shop, told: Told): Promise<void> {
  const claims = [...told.claims.values()].map(({ promotion: id, amount }) => ({
    ...{ promotion: id, amountMinor: amount, budget: amount > 0 ? 'envelope' : null },
  }));
  const taken = takenFromPots(told.orders.values(), claims);
  const stands = await potFigures(shop.api.pool, shop.sale);
  expect(stands).toHaveLength(5);
  for (const { pot, amount, spent } of stands) {
    expect(spent, pot).toBe(taken.get(pot) ?? 0);
    if (USED_UP.includes(pot)) expect(spent, `${pot} is given to the last`).toBe(amount);
    else expect(spent, pot).toBeLessThanOrEqual(amount);
  }
}

async function checkWallets(shop: Shop, told: Told): Promise<void> {
  for (const one of everyone) {
    const address = shop.worker.directory.sale(shop.sale)!.cells[homeCell(one, CELLS)]!;
    const reply = await callWallets(address, [one]);
    if (reply.word !== 'batch') throw new Error(reply.word);
    const [orders, claims] = [told.ordersOf(one), told.claimsOf(one)];
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    const coupons = claims.filter(({ amount }) => amount === 0).length;
    const used = orders.flatMap(couponsUsed).length;
    const filled = sum(claims.map(({ amount }) => amount));
    const points = withPoints.includes(one) ? POINTS : 0;
    expect(reply.outcomes[0], one).toMatchObject({
      points: points - sum(orders.map(({ pointsUsed }) => pointsUsed)),
      redPacketMinor: filled - sum(orders.map(redPacketUsed)),
      coupons: new Map(coupons === used ? [] : [['coupon', coupons - used]]),
    });
    expect(coupons, 'claims of one shopper').toBeLessThanOrEqual(2);
  }
}

test.each([1, 2, 3])(
  'nothing is given twice, and nothing that shoppers ask for is left (%i)',
  async (seed) => {
    const world = await createWorld();
    const shop = await Shop.create(world);
    try {
      await shop.open(stock, { cells: CELLS });
      await shop.setRules(rules, budgets);
      for (const one of withPoints) await shop.fill(one, { points: POINTS });
      const told = new Told();
      await rush(shop, told, seed);
      checkMoney(told);
      await checkStock(shop, told);
      await checkPots(shop, told);
      await checkWallets(shop, told);
      expect((await shop.audit()).brokenPromises).toEqual([]);
    } finally {
      await shop.close();
      await world.dispose();
    }
  },
);
