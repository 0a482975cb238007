import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { ItemOutcome } from '../../../src/cell/selling/purchase.ts';
import { plainReceipt } from '../../../src/domain/order.ts';
import type { OrderLine } from '../../../src/domain/order.ts';
import { pack } from '../../../src/platform/codec.ts';
import { item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const openCell = (options?: CellOptions) => OpenCell.open(redis, options);

const words = (outcomes: readonly ItemOutcome[]): string[] =>
  outcomes.map((one) => (one.word === 'refused' ? one.refusal.code : one.word));

const count = (list: readonly string[], word: string) => list.filter((one) => one === word).length;

describe('the items of a batch see each other, in order', () => {
  test('one key 64 times in a batch makes one order', async () => {
    const cell = await openCell();
    const one = item({ key: 'k', quantity: 3 });
    const items = Array.from({ length: 64 }, () => item({ ...one, serial: item().serial }));
    const outcomes = await cell.buy(items);
    expect(words(outcomes)).toEqual(['placed', ...Array<string>(63).fill('replayed')]);
    const replays = outcomes.filter((outcome) => outcome.word === 'replayed');
    expect(new Set(replays.map(({ serial }) => serial))).toEqual(new Set([items[0]!.serial]));
    expect(await cell.unitsLeft('a')).toBe(97);
    expect((await cell.outbox()).map(({ orderCount }) => orderCount)).toEqual([1]);
  });

  test('a key counts as used once an earlier item has used it', async () => {
    const cell = await openCell();
    const items = [item({ key: 'k' }), item({ key: 'k', quantity: 2 }), item({ key: 'k' })];
    expect(words(await cell.buy(items))).toEqual(['placed', 'key_reused', 'replayed']);
  });

  test('a limit can be reached within a batch', async () => {
    const cell = await openCell({ offers: [onSale('a', { limit: 3 })] });
    const items = [2, 2, 1, 1].map((quantity) => item({ quantity }));
    const outcomes = await cell.buy([...items, item({ shopper: 'u2', quantity: 3 })]);
    expect(words(outcomes)).toEqual([
      'placed',
      'limit_reached',
      'placed',
      'limit_reached',
      'placed',
    ]);
    expect(outcomes[3]).toMatchObject({ refusal: { limit: 3, taken: 3 } });
    expect(await cell.unitsLeft('a')).toBe(94);
  });

  test('the last unit goes to the first item that asks for no more than that', async () => {
    const cell = await openCell({ offers: [onSale('a', { units: 3 })] });
    const items = [2, 2, 1, 1].map((quantity, i) => item({ shopper: `u${i}`, quantity }));
    const outcomes = await cell.buy(items);
    expect(words(outcomes)).toEqual(['placed', 'sold_out', 'placed', 'sold_out']);
    expect(outcomes[1]).toEqual({ word: 'sold_out', unitsLeft: 1 });
    expect(outcomes[3]).toEqual({ word: 'sold_out', unitsLeft: 0 });
    expect(await cell.unitsLeft('a')).toBe(0);
  });

  test('the backlog limit counts the orders of the batch', async () => {
    const cell = await openCell();
    const items = Array.from({ length: 5 }, (_, i) => item({ shopper: `u${i}` }));
    const first = await cell.buy(items.slice(0, 3), { backlogLimit: 4 });
    expect(words(first)).toEqual(['placed', 'placed', 'placed']);
    const again = await cell.buy(items.slice(2), { backlogLimit: 4 });
    expect(words(again)).toEqual(['replayed', 'placed', 'busy']);
    await cell.instruct([], { watermark: 1, settled: 3 });
    const later = await cell.buy(items.slice(4), { backlogLimit: 4 });
    expect(words(later)).toEqual(['placed']);
  });

  test('offers and shoppers may be mixed', async () => {
    const cell = await openCell({ offers: [onSale('a', { limit: 1 }), onSale('b', { price: 5 })] });
    const bought = ['a', 'b', 'b', 'a'].map((offer) => item({ offer }));
    const outcomes = await cell.buy([...bought, item({ shopper: 'u2' })]);
    expect(words(outcomes)).toEqual(['placed', 'placed', 'placed', 'limit_reached', 'placed']);
    expect(outcomes[1]).toMatchObject({ priceMinor: 5 });
    const orders = await cell.ordersOf('u1');
    expect(orders.map(({ key }) => key)).toEqual(bought.slice(0, 3).map(({ key }) => key));
    expect([await cell.unitsLeft('a'), await cell.unitsLeft('b')]).toEqual([98, 98]);
  });
});

/** Breaks one record of a cell. */
type Break = (cell: OpenCell) => Promise<unknown>;
const offerIs =
  (record: string | Buffer): Break =>
  ({ keys }) =>
    redis.hset(keys.offers, 'bad', record);
const shopperIs =
  (record: string | Buffer): Break =>
  ({ keys }) =>
    redis.hset(keys.shoppers, 'bad', record);
const stockIs =
  (units: string): Break =>
  ({ keys }) =>
    redis.hset(keys.stock, 'bad', units);

const flash = ['flash', 990, 0, 0, 0, 's', true, [], []];
const without = (place: number, value: unknown) =>
  offerIs(pack(flash.map((field, i) => (i === place ? value : field))));
const needsOffer = { offer: 'bad' };
const needsShopper = { shopper: 'bad' };
const order = ['k', 'f', item().serial, 'limited', 1, 990, 's', 1, 1, 1];

const records: [what: string, destroy: Break, needs: Partial<Item>][] = [
  ['an offer that is not msgpack', offerIs('\xc1'), needsOffer],
  ['an empty offer', offerIs(''), needsOffer],
  ['an offer of the wrong msgpack', offerIs(pack('flash')), needsOffer],
  ['an offer cut short', offerIs(pack(flash).subarray(0, -1)), needsOffer],
  ['an offer that lacks its store', offerIs(pack(flash.slice(0, 5))), needsOffer],
  ['an offer without a lane', without(0, null), needsOffer],
  ['an offer with a price in words', without(1, '990'), needsOffer],
  ['an offer with a price of nan', without(1, NaN), needsOffer],
  ['an offer with a negative price', without(1, -990), needsOffer],
  ['an offer with half a limit', without(2, 0.5), needsOffer],
  ['an offer whose opening is not a time', without(3, 'soon'), needsOffer],
  ['an offer whose end is not a time', without(4, false), needsOffer],
  ['an offer without what it excludes', without(8, null), needsOffer],
  ['an offer of six fields', offerIs(pack(flash.slice(0, 6))), needsOffer],
  ['stock in words', stockIs('many'), needsOffer],
  ['stock of half a unit', stockIs('1.5'), needsOffer],
  ['stock in hexadecimal', stockIs('0x10'), needsOffer],
  ['stock with an exponent', stockIs('1e3'), needsOffer],
  ['stock with a space', stockIs(' 7'), needsOffer],
  ['a shopper of random bytes', shopperIs('not a record'), needsShopper],
  ['an empty shopper', shopperIs(''), needsShopper],
  ['a shopper of the wrong msgpack', shopperIs(pack([1, 2])), needsShopper],
  [
    'a shopper cut short',
    shopperIs(pack(order).subarray(0, -1)),
    { ...needsShopper, offer: 'limited' },
  ],
];

describe('one bad item among 64 refuses only itself', () => {
  const openFull = () =>
    openCell({ offers: [onSale('a'), onSale('bad'), onSale('limited', { limit: 9 })] });
  const batchWith = (needs: Partial<Item>) =>
    Array.from({ length: 64 }, (_, i) => item({ shopper: `u${i}`, ...(i === 31 ? needs : {}) }));

  test.each(records)('%s', async (_, destroy, needs) => {
    const cell = await openFull();
    await destroy(cell);
    const alone = await cell.dump();
    expect(words(await cell.buy([item(needs)]))).toEqual(['unreadable']);
    expect(await cell.dump()).toEqual(alone);
    const outcomes = words(await cell.buy(batchWith(needs)));
    expect(outcomes[31]).toBe('unreadable');
    expect(count(outcomes, 'placed')).toBe(63);
    expect(await cell.unitsLeft('a')).toBe(37);
    expect((await cell.outbox())[0]!.entry!.orders).toHaveLength(63);
  });

  test.each([
    ['a quantity of nan', { quantity: NaN }, 'invalid'],
    ['an unknown offer', { offer: '__index' }, 'unknown_offer'],
    ['a total that was not expected', { expectedTotal: 1 }, 'price_changed'],
    ['more than is left', { quantity: 101 }, 'sold_out'],
  ])('%s', async (_, wrong, word) => {
    const cell = await openFull();
    const outcomes = words(await cell.buy(batchWith(wrong)));
    expect(outcomes[31]).toBe(word);
    expect(count(outcomes, 'placed')).toBe(63);
    expect(await cell.unitsLeft('a')).toBe(37);
  });
});

describe('a shopper has at most 64 orders', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
  const long = (letter: string) => letter.repeat(64);

  test.each([
    ['the shortest ids', letters, 'a'],
    ['the longest ids', letters.map(long), long('a')],
  ])('with %s, over several calls and within one', async (_, keys, offer) => {
    const store = offer.replaceAll('a', 's');
    const cell = await openCell({
      offers: [onSale(offer, { store, price: 0, units: 200 })],
      rulesVersion: 1,
    });
    const items = keys.map((key) => item({ key, offer, fingerprint: `1*${offer}=` }));
    const first = words(await cell.buy(items.slice(0, 62)));
    expect(count(first, 'placed')).toBe(62);
    const outcomes = await cell.buy([...items.slice(62), item({ offer }), items[0]!]);
    expect(words(outcomes)).toEqual(['placed', 'placed', 'limit_reached', 'replayed']);
    expect(outcomes[2]).toMatchObject({ refusal: { limit: 64, taken: 64, of: 'orders' } });
    expect(await cell.ordersOf('u1')).toHaveLength(64);
    const other = await cell.buy([item({ offer, shopper: 'u2' })]);
    expect(words(other)).toEqual(['placed']);
  });
});

const bought = (
  { offer, quantity }: Pick<Item, 'offer' | 'quantity'>,
  store: string,
  price: number,
) => plainReceipt([{ offer, store, quantity, priceMinor: price } as OrderLine]);

describe('an entry tells the ledger what the buyers were told', () => {
  test('each call that places an order writes an entry that names the last one', async () => {
    const cell = await openCell();
    await cell.buy([item(), item({ shopper: 'u2' })], { tag: 'first' });
    await cell.buy([item({ quantity: 0 })], { tag: 'none' });
    await cell.buy([item({ quantity: 0 }), item()], { tag: 'second' });
    const last = await cell.sell([item()], { tag: 'third' });
    expect(last.seq).toBe(3);
    const chain = (await cell.outbox()).map(({ seq, prev, tag, orderCount }) => [
      seq,
      prev,
      tag,
      orderCount,
    ]);
    expect(chain).toEqual([
      [1, '', 'first', 2],
      [2, 'first', 'second', 1],
      [3, 'second', 'third', 1],
    ]);
    expect(await cell.read()).toMatchObject({ seq: 3, tag: 'third', placed: 4, settled: 0 });
  });

  test('the entry has each placed order, in order, and none refused or replayed', async () => {
    const terms = { store: 's2', price: 5, limit: 2 };
    const cell = await openCell({ offers: [onSale('a'), onSale('b', terms)], epoch: 3 });
    const sound = [item(), item({ offer: 'b', quantity: 2 }), item({ shopper: 'u2', offer: 'b' })];
    const [one, two, three] = sound as [Item, Item, Item];
    const reply = await cell.sell([one, item({ offer: 'b', quantity: 3 }), two, one, three]);
    expect(words(reply.outcomes).join(' ')).toBe('placed limit_reached placed replayed placed');
    const { atMs, payByMs, rulesVersion } = reply;
    const [written] = await cell.outbox();
    expect(written!.entry).toMatchObject({ epoch: 3, seq: 1, atMs, payByMs, rulesVersion });
    const prices = [990, 5, 5];
    expect(written!.entry!.orders).toEqual(
      sound.map(({ serial, shopper, key, fingerprint, offer, quantity }, i) => ({
        ...{ serial, shopper, key, fingerprint },
        ...bought({ offer, quantity }, i ? 's2' : 'store-1', prices[i]!),
      })),
    );
  });

  test('the shopper’s record says the same', async () => {
    const cell = await openCell();
    const items = [item({ quantity: 2 }), item()];
    const { payByMs, rulesVersion } = await cell.sell(items);
    const sale = cell.id.sale;
    expect(await cell.ordersOf('u1')).toEqual(
      items.map(({ serial, key, fingerprint, offer, quantity }) => ({
        ...{ id: `${sale}_0_${serial}`, sale, key, fingerprint, payByMs, rulesVersion, seq: 1 },
        ...bought({ offer, quantity }, 'store-1', 990),
      })),
    );
  });
});
