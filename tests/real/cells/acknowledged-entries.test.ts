import type { Redis } from 'ioredis';
import { beforeEach, describe, expect, test } from 'vitest';
import { AcknowledgedEntries } from '../../../src/cell/cells/acknowledged-entries.ts';
import type { AcknowledgedEntry } from '../../../src/domain/cells/acknowledged-entry.ts';
import { rememberBatches } from '../../../src/cell/cells/remember-batches.ts';
import { CARTS_MAX, callCheckout } from '../../../src/cell/selling/checkout.ts';
import { callClaim } from '../../../src/cell/selling/claim.ts';
import { callPurchase } from '../../../src/cell/selling/purchase.ts';
import type { PurchaseItem } from '../../../src/cell/selling/purchase.ts';
import { SellingActivity } from '../../../src/cell/selling/selling-activity.ts';
import { ScriptBatches } from '../../../src/cell/selling/script-batches.ts';
import type { Entry } from '../../../src/domain/outbox-entry.ts';
import { readEntry } from '../../../src/domain/outbox-entry.ts';
import { unpack } from '../../../src/platform/codec.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { cartLines, cartOf, claimOf, purchaseOf } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { newSerial } from '../../../proof/builders/ids.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { withRedis } from '../../world/servers/redis.ts';

const SHOPPERS = Array.from({ length: 12 }, (_, i) => `u${i}`);
const ROUNDS = 40;

const rules = {
  ...plainRules,
  promotions: [
    promotion('auto', { layer: 'store', budget: 'purse' }),
    promotion('coupon', {
      ...{ layer: 'cross_store', isCoupon: true, claims: { quota: 200, limitPerShopper: 9 } },
      effect: { kind: 'fixed', off: 150, from: 900 },
    }),
    promotion('packet', {
      ...{ layer: 'red_packet', budget: 'envelope', claims: { quota: 90, limitPerShopper: 9 } },
      effect: { kind: 'packet', amount: 37, boost: { members: ['vip'], bps: 12_500, cap: 45 } },
    }),
    promotion('gift', {
      layer: 'category',
      effect: { kind: 'gift', from: 900, offer: 'g' as never, quantity: 1 },
    }),
  ],
} as const;
const potsLeft = new Map([
  ['budget:purse', 40_000],
  ['budget:envelope', 3_000],
  ['quota:coupon', 20],
  ['quota:packet', 90],
]);

let redis: Redis;
let cell: OpenCell;
let acknowledged: AcknowledgedEntries;

withRedis('hot', (made) => (redis = made));

beforeEach(async () => {
  acknowledged = new AcknowledgedEntries();
  cell = await OpenCell.open(redis, {
    offers: [
      onSale('a', { units: 250, limit: 40 }),
      onSale('b', { price: 4_294_967_296 / 64, store: 'store-2', units: 90 }),
      onSale('c', { lane: 'cart', price: 1_000, units: 200 }),
      onSale('d', { lane: 'cart', price: 2_501, store: 'store-2', units: 120 }),
      onSale('g', { lane: 'cart', units: 30 }),
    ],
    ...{ rules, potsLeft },
    wallets: SHOPPERS.map((one) =>
      walletOf(one, { points: 900, redPacketMinor: 700, coupons: [['coupon', 3]] }),
    ),
  });
});

/** The three kinds of batches, as an api process makes them. */
function batches() {
  const memory = rememberBatches(acknowledged, new SellingActivity());
  const shared = { backlogLimit: 100_000, time: systemTime };
  return {
    purchases: new ScriptBatches({ ...shared, call: callPurchase, memory: memory.purchases }),
    checkouts: new ScriptBatches({
      ...{ ...shared, call: callCheckout, max: CARTS_MAX },
      memory: memory.checkouts,
    }),
    claims: new ScriptBatches({ ...shared, call: callClaim, memory: memory.claims }),
  };
}

/** Sends one batch. @returns the words of its outcomes */
async function send<Item>(
  into: {
    ask(cell: OpenCell['address'], item: Item): Promise<{ word: string; outcome?: unknown }>;
  },
  items: readonly Item[],
): Promise<string[]> {
  const answers = await Promise.all(items.map((one) => into.ask(cell.address, one)));
  return answers.map(
    ({ word, outcome }) => (outcome as { word: string } | undefined)?.word ?? word,
  );
}

function entryOf({ body, ...head }: AcknowledgedEntry): Entry {
  return readEntry(head, unpack(body));
}

/** Expects the remembered entries to be those of the outbox. */
async function expectSameAsOutbox(): Promise<void> {
  const items = await cell.outbox();
  const { entries, heads } = acknowledged.close(cell.id, cell.epoch + 1);
  const all = [...entries];
  expect(all.map(entryOf)).toEqual(items.map(({ entry }) => entry));
  expect(all.map(({ orders }) => orders)).toEqual(items.map(({ orderCount }) => orderCount));
  let sum = 0;
  expect(all.map(({ placed }) => placed)).toEqual(items.map((one) => (sum += one.orderCount)));
  const placed = Number(await redis.hget(cell.keys.meta, 'placed'));
  const head = { epoch: cell.epoch, seq: items.length, placed, settledSeq: 0 };
  expect(heads).toEqual([head]);
  expect(acknowledged.totals()).toMatchObject({ entries: items.length, orders: placed });
}

describe('an entry that was acknowledged is remembered as the outbox has it', () => {
  test('for purchases, of which some are refused and some repeated', async () => {
    const dice = new Dice(1);
    const { purchases } = batches();
    const said = new Set<string>();
    const sent: PurchaseItem[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const items = Array.from({ length: 1 + dice.below(dice.oneIn(2) ? 4 : 64) }, () => {
        const offer = dice.pick(['a', 'a', 'b', 'b', 'none', 'c']);
        const isRepeated = dice.oneIn(4) && sent.length > 0;
        const one = isRepeated
          ? { ...dice.pick(sent), serial: newSerial() }
          : purchaseOf({ shopper: dice.pick(SHOPPERS), offer, quantity: 1 + dice.below(3) });
        sent.push(one);
        return one;
      });
      for (const word of await send(purchases, items)) said.add(word);
    }
    expect([...said].sort()).toEqual(
      expect.arrayContaining(['placed', 'refused', 'replayed', 'sold_out']),
    );
    await expectSameAsOutbox();
  });

  test('for carts with promotions, gifts, coupons, red packets and points', async () => {
    const dice = new Dice(2);
    const { checkouts } = batches();
    const said = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const carts = Array.from({ length: 1 + dice.below(dice.oneIn(2) ? 3 : CARTS_MAX) }, () =>
        cartOf({
          shopper: dice.pick(SHOPPERS) as never,
          lines: cartLines(
            ...dice
              .some(['a', 'b', 'c', 'c', 'd', 'none'], 1 + dice.below(4))
              .map((offer) => [offer, 1 + dice.below(3)] as const),
          ),
          coupons: dice.oneIn(3) ? ['coupon'] : [],
          redPacket: dice.pick([0, 1, 'max']),
          points: dice.pick([0, 0, 7]),
          expectedTotalMinor: dice.oneIn(9) ? 1 : null,
        }),
      );
      for (const word of await send(checkouts, carts)) said.add(word);
    }
    expect([...said].sort()).toEqual(
      expect.arrayContaining(['placed', 'price_changed', 'refused', 'sold_out']),
    );
    const orders = (await cell.outbox()).flatMap(({ entry }) => entry!.orders);
    expect(orders.some(({ lines }) => lines.some(({ isGift }) => isGift))).toBe(true);
    expect(orders.some(({ pointsUsed }) => pointsUsed > 0)).toBe(true);
    await expectSameAsOutbox();
  });

  test('for claims of coupons and red packets', async () => {
    const dice = new Dice(3);
    const { claims } = batches();
    const said = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const items = Array.from({ length: 1 + dice.below(dice.oneIn(2) ? 3 : 12) }, () =>
        claimOf({
          shopper: dice.pick(SHOPPERS),
          promotion: dice.pick(['coupon', 'packet', 'none']),
          member: dice.pick(['vip', 'plain']),
        }),
      );
      for (const word of await send(claims, items)) said.add(word);
    }
    expect([...said].sort()).toEqual(expect.arrayContaining(['claimed', 'refused', 'sold_out']));
    const given = (await cell.outbox()).flatMap((one) => one.entry!.claims);
    expect(new Set(given.map(({ budget }) => budget))).toEqual(new Set([null, 'envelope']));
    await expectSameAsOutbox();
  });

  test('for all three together, as far as they are not settled', async () => {
    const { purchases, checkouts, claims } = batches();
    await send(purchases, [purchaseOf()]);
    await send(claims, [claimOf({ promotion: 'packet' })]);
    await send(checkouts, [cartOf()]);
    acknowledged.noteSettled(cell.id, cell.epoch, 1);
    const { entries } = acknowledged.close(cell.id, cell.epoch + 1);
    const left = (await cell.outbox()).slice(1);
    expect([...entries].map(entryOf)).toEqual(left.map(({ entry }) => entry));
  });
});

describe('a reply that arrives after its epoch was closed here', () => {
  test('acknowledges no order, cart or claim', async () => {
    const { purchases, checkouts, claims } = batches();
    const asked = Promise.all([
      send(purchases, [purchaseOf(), purchaseOf({ offer: 'none' })]),
      send(checkouts, [cartOf()]),
      send(claims, [claimOf()]),
    ]);
    // The calls are sent in the next turn of the event loop.
    setImmediate(() => acknowledged.close(cell.id, cell.epoch + 1));
    expect(await asked).toEqual([['fenced', 'fenced'], ['fenced'], ['fenced']]);
    expect(await cell.outbox()).toHaveLength(3);
    expect(acknowledged.totals()).toEqual({ entries: 0, orders: 0, bytes: 0 });
  });
});
