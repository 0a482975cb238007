import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { cartLines, cartOf, item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import { ownedOrder } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { newCellId } from '../../../proof/builders/ids.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import type { LoneReply } from '../../../proof/builders/open-cell.ts';
import { expiredOrder, markedOrder } from '../../world/checks/order-marks.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const HOUR_MS = 3_600_000;

const openCell = (options?: CellOptions) => OpenCell.open(redis, options);
const redisNowMs = async () => Math.floor(Number((await redis.time())[0]) * 1_000);
const heldBack = (limit: number) => ({
  word: 'refused',
  refusal: { code: 'limit_reached', limit, taken: limit, of: 'holds' },
});
const mustWait = { word: 'refused', refusal: { code: 'rate_limited' } };

/** Places the same order in a lane. */
type Lane = (cell: OpenCell, one: Pick<Item, 'key' | 'shopper'>) => Promise<object>;
const lanes: [lane: string, buy: Lane][] = [
  ['the flash lane', async (cell, one) => (await cell.buy([item(one)]))[0]!],
  ['a cart', (cell, one) => cell.checkOut(one as never)],
];

describe.each(lanes)('in %s', (_, buy) => {
  const order = (key: string, shopper = 'u1') => ({ key, shopper });

  test('each shopper may have as many unpaid orders as the sale allows', async () => {
    const cell = await openCell({ holdLimit: 2 });
    expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
    expect(await buy(cell, order('k2'))).toMatchObject({ word: 'placed' });
    const before = await cell.dump();
    expect(await buy(cell, order('k3'))).toMatchObject(heldBack(2));
    expect(await cell.dump()).toEqual(before);
    expect(await buy(cell, order('k1', 'u2'))).toMatchObject({ word: 'placed' });
  });

  test.each(['expired', 'cancelled', 'paid'] as const)(
    'an order that is %s is not a hold',
    async (mark) => {
      const one = item();
      const carts = [markedOrder(one, mark, 1), ownedOrder(newCellId(), item())];
      const cell = await openCell({ holdLimit: 2, carts });
      expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
      expect(await buy(cell, order('k2'))).toMatchObject(heldBack(2));
    },
  );

  test('a limit of 64 refuses nobody before the limit of 64 orders does', async () => {
    const cell = await openCell({
      holdLimit: 64,
      orders: Array.from({ length: 63 }, () => item()),
    });
    expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
    const refusal = { code: 'limit_reached', limit: 64, taken: 64, of: 'orders' };
    expect(await buy(cell, order('k2'))).toEqual(expect.objectContaining({ refusal }));
  });

  test('a shopper who lets too many orders expire waits until the span is over', async () => {
    const nowMs = await redisNowMs();
    const carts = [60_000, 20_000].map((ago) => expiredOrder('u1', nowMs - ago));
    const cell = await openCell({ cooldownAfter: 2, cooldownMs: 50_000, carts });
    const { refusal } = (await buy(cell, order('k1'))) as LoneReply & { refusal: never };
    expect(refusal).toMatchObject({ code: 'rate_limited' });
    const { retryAfterS } = refusal as { retryAfterS: number };
    expect(retryAfterS).toBeLessThanOrEqual(30);
    expect(retryAfterS).toBeGreaterThan(20);
    expect(await buy(cell, order('k1', 'u2'))).toMatchObject({ word: 'placed' });
  });

  test.each([
    ['the span is over', { cooldownAfter: 2, cooldownMs: 10_000 }],
    ['too few have expired', { cooldownAfter: 3, cooldownMs: HOUR_MS }],
  ])('nobody waits when %s', async (__, terms) => {
    const nowMs = await redisNowMs();
    const carts = [60_000, 20_000].map((ago) => expiredOrder('u1', nowMs - ago));
    const cell = await openCell({ ...terms, carts });
    expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
  });

  test.each(['cancelled', 'paid'] as const)(
    'nobody waits for an order that is %s',
    async (mark) => {
      const carts = [markedOrder(item(), mark, await redisNowMs())];
      const cell = await openCell({ cooldownAfter: 1, cooldownMs: HOUR_MS, carts });
      expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
    },
  );

  test('a key replays its order even for a shopper who may place no more', async () => {
    const cell = await openCell({ holdLimit: 1, cooldownAfter: 1, cooldownMs: HOUR_MS });
    await buy(cell, order('k1'));
    const again = await buy(cell, order('k1'));
    expect(again).toMatchObject({ word: 'replayed' });
    const { id } = (await cell.ordersOf('u1'))[0]!;
    const orders = [['u1', id.slice(-22)]];
    const at = await redisNowMs();
    const body = { kind: 'moved', mark: 1, at, orders, units: [], pots: [], wallets: [] };
    await cell.instruct([[1, body]]);
    expect(await buy(cell, order('k2'))).toMatchObject(mustWait);
    expect(await buy(cell, order('k1'))).toEqual(again);
  });

  test('later terms hold for the next order, and terms without a hold limit set none', async () => {
    const cell = await openCell({ orders: [item()] });
    const dates = { opens_at: 0, closes_at: Date.UTC(2099, 0, 1), pay_within: 1, rules_version: 9 };
    await cell.instruct([[1, { kind: 'sale', ...dates }]]);
    expect(await buy(cell, order('k1'))).toMatchObject({ word: 'placed' });
    const holds = { hold_limit: 2, cooldown_after: 64, cooldown: 0 };
    await cell.instruct([[2, { kind: 'sale', ...dates, ...holds }]]);
    expect(await buy(cell, order('k2'))).toMatchObject(heldBack(2));
  });
});

describe('within one batch', () => {
  test('a shopper’s holds count in order, and replays come first', async () => {
    const cell = await openCell({ holdLimit: 2 });
    const first = item({ key: 'k1' });
    const batch = [first, item(), item(), first, item({ shopper: 'u2' })];
    const outcomes = await cell.buy(batch);
    const words = outcomes.map(({ word }) => word);
    expect(words).toEqual(['placed', 'placed', 'refused', 'replayed', 'placed']);
    expect(outcomes[2]).toMatchObject(heldBack(2));
  });

  test('carts count in order, too, along with orders of the flash lane', async () => {
    const cell = await openCell({ holdLimit: 3, offers: [onSale('a'), onSale('c')] });
    await cell.buy([item()]);
    const lines = cartLines(['a', 1], ['c', 1]);
    const first = cartOf({ lines });
    const reply = await cell.checkOutAll([first, cartOf({ lines }), cartOf({ lines }), first]);
    if (reply.word !== 'batch') throw new Error(reply.epoch);
    const words = reply.outcomes.map(({ word }) => word);
    expect(words).toEqual(['placed', 'placed', 'refused', 'replayed']);
    expect(reply.outcomes[2]).toMatchObject(heldBack(3));
    expect(await cell.buy([item()])).toMatchObject([heldBack(3)]);
  });
});
