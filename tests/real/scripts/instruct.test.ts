import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { Instruction } from '../../../src/domain/inbox-instruction.ts';
import { SEAL } from '../../../src/cell/keys.ts';
import { packOffer } from '../../../src/cell/cells/load-contents.ts';
import { pack, unpack } from '../../../src/platform/codec.ts';
import { item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const openCell = (options?: CellOptions) => OpenCell.open(redis, options);

const MAX = 999_999_999_999_999;
const units = { kind: 'units', offer: 'a', units: 5 } satisfies Instruction;
const terms = {
  kind: 'offer',
  offer: 'a',
  store: 's9',
  lane: 'flash',
  price: 500,
  limit: 3,
  opens_at: 0,
  closes_at: 0,
  full_price: true,
  categories: [],
  excludes: [],
} satisfies Instruction;
const sale: Instruction = {
  kind: 'sale',
  opens_at: Date.UTC(2025, 0, 1),
  closes_at: Date.UTC(2098, 0, 1),
  pay_within: 60_000,
  rules_version: 9,
};
const release: Instruction = {
  kind: 'release',
  shopper: 'u1',
  serial: item().serial,
  units: [['a', 2]],
  pots: [],
  coupons: [],
  points: 0,
  red_packet: 0,
};
const pot: Instruction = { kind: 'pot', pot: 'budget:b', amount: 5 };
const coupons: Instruction = { kind: 'coupons', promotion: 'c', each: 1, shoppers: ['u1'] };
const balance: Instruction = { kind: 'balance', shopper: 'u1', points: 5, red_packet: 5 };
const rules: Instruction = {
  kind: 'rules',
  rules_version: 8,
  fields: [['layers', { names: [] }]],
};

/** Buys a unit that came to an empty shelf, as soon as it is for sale. */
const buyReturned = (cell: OpenCell, one: Item) =>
  until(
    async () => {
      const [answer] = await cell.buy([one]);
      return answer!.word === 'returning' ? null : answer!;
    },
    { describe: 'the unit is for sale' },
  );

/** Instructions as the script takes them, numbered from 1 by default. */
const numbered = (bodies: readonly unknown[], first = 1) =>
  bodies.map((body, i) => [first + i, body]);

describe('each kind has its effect', () => {
  test('units are added, even to an offer that had none', async () => {
    const cell = await openCell();
    const fresh: Instruction = { ...units, offer: 'fresh' };
    const given = numbered([units, fresh, { ...units, units: 0 }, { ...fresh, units: MAX }]);
    expect(await cell.instruct(given)).toEqual({ word: 'applied', inbox: 4, watermark: 0 });
    expect(await cell.unitsLeft('a')).toBe(105);
    expect(await cell.unitsLeft('fresh')).toBe(MAX + 5);
  });

  test('the terms of an offer hold for the next order', async () => {
    const cell = await openCell();
    const fresh = { ...terms, offer: 'fresh', price: 7 };
    await cell.instruct(numbered([terms, fresh, { ...units, offer: 'fresh' }]));
    const items = [item({ quantity: 3 }), item()];
    expect(await cell.buy(items)).toEqual([
      { word: 'placed', priceMinor: 500, store: 's9', place: 1 },
      { word: 'refused', refusal: { code: 'limit_reached', limit: 3, taken: 3 } },
    ]);
    const answer = await buyReturned(cell, item({ offer: 'fresh' }));
    expect(answer).toEqual({ word: 'placed', priceMinor: 7, store: 's9', place: 1 });
  });

  test('the terms of the sale hold for the next order', async () => {
    const cell = await openCell({ closesAtMs: Date.UTC(2025, 0, 2) });
    expect(await cell.buy([item()])).toMatchObject([{ refusal: { code: 'sale_over' } }]);
    await cell.instruct(numbered([sale]));
    const { atMs, payByMs, rulesVersion, outcomes } = await cell.sell([item()]);
    expect(outcomes).toMatchObject([{ word: 'placed' }]);
    expect(payByMs - atMs).toBe(60_000);
    expect(rulesVersion).toBe(9);
  });

  test('an offer is paused, resumed and opened to members, and so is the sale', async () => {
    const future = Date.UTC(2098, 0, 1);
    const gold = item({ member: 'gold' });
    const tell = async (number: number, body: object) => {
      expect(await cell.instruct([[number, body]])).toMatchObject({ word: 'applied' });
      return (await cell.buy([{ ...gold, ...item({ member: 'gold' }) }]))[0]!;
    };
    const cell = await openCell();
    const rows = '[[0,["gold"]]]';
    const refused = (code: string) => ({ word: 'refused', refusal: { code } });
    const now = { ...terms, limit: 0, paused: true, access: '' };
    expect(await tell(1, now)).toMatchObject(refused('sale_paused'));
    const later = { ...now, paused: false, opens_at: future };
    expect(await tell(2, later)).toMatchObject(refused('sale_not_open'));
    expect(await tell(3, { ...later, access: rows })).toMatchObject({ word: 'placed' });
    const closed = { ...sale, opens_at: future, access: '' };
    expect(await tell(4, { ...now, paused: false })).toMatchObject({ word: 'placed' });
    expect(await tell(5, closed)).toMatchObject(refused('sale_not_open'));
    expect(await tell(6, { ...closed, access: rows })).toMatchObject({ word: 'placed' });
  });

  test('the previous release resumes no offer and ends no early access', async () => {
    const future = Date.UTC(2098, 0, 1);
    const rows = '[[0,["gold"]]]';
    const offers = [onSale('a', { paused: true }), onSale('b', { access: rows, limit: 9 })];
    const cell = await openCell({ offers, opensAtMs: future, access: rows });
    const fresh = { ...terms, offer: 'fresh', limit: 0 };
    const given = [
      terms,
      { ...terms, offer: 'b', opens_at: future },
      { ...terms, offer: 'c', paused: true, access: '' },
      { ...terms, offer: 'c' },
      fresh,
      { ...sale, opens_at: future },
    ];
    await cell.instruct(numbered([...given, { ...units, offer: 'fresh' }]));
    const asked = ['a', 'c', 'b'].map((offer) => item({ offer, member: 'gold' }));
    expect(await cell.buy(asked)).toMatchObject([
      { refusal: { code: 'sale_paused', offer: 'a' } },
      { refusal: { code: 'sale_paused', offer: 'c' } },
      { word: 'placed', priceMinor: 500 },
    ]);
    const answer = await buyReturned(cell, item({ offer: 'fresh', member: 'gold' }));
    expect(answer).toMatchObject({ word: 'placed' });
  });

  test('terms are packed as a recovery packs them', async () => {
    const cell = await openCell();
    for (const [i, more] of [{}, { paused: true }, { access: '[[1,["gold"]]]' }].entries()) {
      const body = { ...terms, paused: false, access: '', ...more } as const;
      await cell.instruct([[i + 1, body]]);
      const packed = await redis.hgetBuffer(cell.keys.offers, 'a');
      expect(unpack(packed!)).toEqual(unpack(packOffer(body)));
    }
  });

  test.each(['open', 'paused', 'closed'] as const)('a cell is %s when told so', async (state) => {
    const cell = await openCell({ state: state === 'open' ? 'paused' : 'open' });
    await cell.instruct(numbered([{ kind: 'state', state }]));
    expect(await cell.read()).toMatchObject({ state, inbox: 1 });
  });

  test('a released order returns its units, its limit and its key, and nothing else', async () => {
    const orders = ['one', 'two', 'three'].map((key) => item({ key, quantity: 2 }));
    const cell = await openCell({ offers: [onSale('a', { limit: 6 })], orders });
    const releases = orders.map(({ serial }) => ({ ...release, serial }));
    expect(await cell.buy([item()])).toMatchObject([{ refusal: { code: 'limit_reached' } }]);
    await cell.instruct(numbered(releases.slice(0, 1)));
    expect(await cell.unitsLeft('a')).toBe(102);
    expect((await cell.ordersOf('u1')).map(({ key }) => key)).toEqual(['two', 'three']);
    const again = [item({ key: 'one', quantity: 2 }), item()];
    expect(await cell.buy(again)).toMatchObject([
      { word: 'placed' },
      { refusal: { code: 'limit_reached' } },
    ]);
  });

  test('a shopper whose every order is released leaves no record', async () => {
    const orders = ['one', 'two'].map((key) => item({ key, quantity: 2 }));
    const cell = await openCell({ orders });
    const both = orders.map(({ serial }) => ({ ...release, serial }));
    await cell.instruct(numbered([...both, { ...release, shopper: 'nobody' }]));
    expect(await cell.lookup('u1')).toEqual({ word: 'none' });
    expect(await redis.hkeys(cell.keys.shoppers)).toEqual([SEAL]);
    expect(await cell.unitsLeft('a')).toBe(106);
  });
});

describe('each number is applied once, in order', () => {
  test('even when lists repeat or overlap', async () => {
    const cell = await openCell({ inbox: 40 });
    const lists = [numbered([units], 41), numbered([units, units], 41), numbered([units], 42)];
    const replies = [];
    for (const list of lists) replies.push(await cell.instruct(list));
    expect(replies).toEqual(
      [41, 42, 42].map((inbox) => ({ word: 'applied', inbox, watermark: 0 })),
    );
    expect(await cell.unitsLeft('a')).toBe(110);
    const before = await cell.dump();
    expect(await cell.instruct(numbered([units, units], 41))).toEqual(replies[2]);
    expect(await cell.instruct([])).toEqual(replies[2]);
    expect(await cell.dump()).toEqual(before);
  });

  test.each([
    ['before the first', [[42, units]]],
    ['within the list', [...numbered([units, units], 41), [44, units]]],
  ])('a list with a number missing %s writes nothing', async (_, list) => {
    const cell = await openCell({ inbox: 40 });
    const before = await cell.dump();
    expect(await cell.instruct(list)).toEqual({ word: 'gap', inbox: 40, watermark: 0 });
    expect(await cell.dump()).toEqual(before);
  });
});

/** The body without each of these fields, and with each of the values in it. */
const each = (body: Instruction, fields: readonly string[], values: readonly unknown[]) =>
  fields.flatMap((field) => [
    Object.fromEntries(Object.entries(body).filter(([name]) => name !== field)),
    ...values.map((value) => ({ ...body, [field]: value })),
  ]);

const noCount = [null, -1, 1.5, NaN, Infinity, 1e15, '5', true, [5]];
const noText = [null, 5, true, ['a']];
const noTexts = [null, 5, 'u1', [5], ['u1', 5], [['u1']]];
const noPairs = [null, 5, 'a', [5], ['a', 5], [[5, 5]], [['a']]];
const malformed: unknown[] = [
  {},
  ...each(units, ['kind'], [null, 'give', '__index', 7]),
  ...each(units, ['units'], noCount),
  ...each(units, ['offer'], noText),
  ...each(terms, ['price', 'limit', 'opens_at', 'closes_at'], noCount),
  ...each(terms, ['offer', 'store', 'lane'], noText),
  ...each(sale, ['opens_at', 'closes_at', 'pay_within', 'rules_version'], noCount),
  ...each({ kind: 'state', state: 'open' }, ['state'], [null, 'draft', '', 1]),
  ...each(terms, ['full_price'], [null, 1, 'true']),
  ...each(terms, ['categories', 'excludes'], noTexts),
  ...each(release, ['points', 'red_packet'], noCount),
  ...each(release, ['shopper', 'serial'], noText),
  ...each(release, ['units', 'pots'], [...noPairs, ...noCount.map((count) => [['a', count]])]),
  ...each(release, ['coupons'], noTexts),
  ...['unreadable', 'no wallet'].map((shopper) => ({ ...release, shopper })),
  ...each(pot, ['amount'], noCount),
  ...each(pot, ['pot'], noText),
  ...each(coupons, ['each'], noCount),
  ...each(coupons, ['promotion'], noText),
  ...each(coupons, ['shoppers'], [...noTexts, ['u1', 'no wallet']]),
  ...each(balance, ['points', 'red_packet'], noCount),
  ...each(balance, ['shopper'], [...noText, 'no wallet']),
  ...each(rules, ['rules_version'], noCount),
  ...each(rules, ['fields'], [...noPairs, [['layers', 5]], [[5, {}]], [['store:s', {}]], []]),
];

describe('a malformed instruction is named and nothing of its list is written', () => {
  test(`${malformed.length} bodies, alone and between sound ones`, async () => {
    const cell = await openCell({ orders: [item()] });
    await redis.hset(cell.keys.shoppers, 'unreadable', 'not a record');
    await redis.hset(cell.keys.wallets, 'no wallet', pack([1, 2, ['c'], []]));
    const before = await cell.dump();
    for (const body of malformed) {
      const what = `${JSON.stringify(body)} was taken`;
      expect(await cell.instruct([[1, body]]), what).toEqual({ word: 'malformed', number: 1 });
      const list = numbered([units, release, coupons, rules, body, units]);
      expect(await cell.instruct(list), what).toEqual({ word: 'malformed', number: 5 });
      expect(await cell.dump(), what).toEqual(before);
    }
  });

  test.each([
    ['an argument that is not a list', 7],
    ['a list without pairs', [units]],
    ['a pair without a body', [[1]]],
    ['a body that is not a map', [[1, 'units']]],
    ['a number in words', [['one', units]]],
  ])('%s', async (_, list) => {
    const cell = await openCell();
    const before = await cell.dump();
    const outcome = await cell.instruct(list).catch((error: Error) => error);
    expect(outcome instanceof Error || outcome.word === 'malformed').toBe(true);
    expect(await cell.dump()).toEqual(before);
  });

  test.each(['', 'x', '-1', '1.5', '1e3', '0x10', 'nan', '9'.repeat(16)])(
    'a watermark or a count of settled orders of "%s"',
    async (figure) => {
      const cell = await openCell();
      const before = await cell.dump();
      for (const figures of [{ watermark: figure }, { watermark: 1, settled: figure }]) {
        const told = cell.instruct(numbered([units]), figures);
        await expect(told).rejects.toThrow('not an integer argument');
      }
      expect(await cell.dump()).toEqual(before);
    },
  );
});

describe('the watermark', () => {
  const left = async (cell: OpenCell) => (await cell.outbox()).map(({ seq }) => seq);

  test('only rises, and trims the outbox exactly up to itself', async () => {
    const cell = await openCell();
    for (let i = 0; i < 3; i++) await cell.buy([item(), item()]);
    await cell.instruct([], { watermark: 2, settled: 4 });
    expect(await left(cell)).toEqual([3]);
    expect(await cell.read()).toMatchObject({ watermark: 2, settled: 4, placed: 6 });
    const before = await cell.dump();
    for (const watermark of [0, 1, 2]) await cell.instruct([], { watermark, settled: 9 });
    expect(await cell.dump()).toEqual(before);
    await cell.instruct([], { watermark: 3, settled: 6 });
    expect(await left(cell)).toEqual([]);
  });

  test('keeps the chain: the next entry names the last one trimmed', async () => {
    const cell = await openCell();
    await cell.buy([item()], { tag: 'trimmed' });
    await cell.instruct([], { watermark: 1, settled: 1 });
    await cell.buy([item()], { tag: 'next' });
    expect(await cell.outbox()).toMatchObject([{ seq: 2, prev: 'trimmed', tag: 'next' }]);
  });

  test('also trims within a long outbox', async () => {
    const cell = await openCell({ offers: [onSale('a', { units: 300 })] });
    const buyers = Array.from({ length: 250 }, (_, i) => item({ shopper: `u${i}` }));
    await Promise.all(buyers.map((one) => cell.buy([one])));
    await cell.instruct([], { watermark: 157, settled: 157 });
    const seqs = await left(cell);
    expect([seqs[0], seqs.length]).toEqual([158, 93]);
  });

  test('beyond the cell’s last entry fences the cell, which has lost its tail', async () => {
    const cell = await openCell();
    await cell.buy([item()]);
    const before = await cell.dump();
    const told = await cell.instruct(numbered([units]), { watermark: 2, settled: 2 });
    expect(told).toEqual({ word: 'fenced', epoch: '' });
    expect(await cell.dump()).toEqual(before);
  });

  test('of a number that was issued again, under another tag, fences the cell', async () => {
    const cell = await openCell();
    await cell.buy([item()], { tag: 'again' });
    const before = await cell.dump();
    const lost = { watermark: 1, settled: 1, watermarkTag: 'lost' };
    expect(await cell.instruct(numbered([units]), lost)).toEqual({ word: 'fenced', epoch: '' });
    expect(await cell.dump()).toEqual(before);
    await cell.buy([item()], { tag: 'next' });
    const known = { watermark: 1, settled: 1, watermarkTag: 'again' };
    expect(await cell.instruct([], known)).toMatchObject({ word: 'applied', watermark: 1 });
  });

  test('of the cell is answered, when the caller knows less', async () => {
    const cell = await openCell();
    await cell.buy([item()]);
    await cell.instruct([], { watermark: 1, settled: 1 });
    expect(await cell.instruct([])).toEqual({ word: 'applied', inbox: 0, watermark: 1 });
    const gap = await cell.instruct(numbered([units], 2));
    expect(gap).toEqual({ word: 'gap', inbox: 0, watermark: 1 });
  });

  test('comes with instructions, even with a list that brings nothing new', async () => {
    const cell = await openCell();
    await cell.buy([item()]);
    const both = await cell.instruct(numbered([units]), { watermark: 1, settled: 1 });
    expect(both).toEqual({ word: 'applied', inbox: 1, watermark: 1 });
    await cell.buy([item()]);
    await cell.instruct(numbered([units]), { watermark: 2, settled: 2 });
    expect(await cell.read()).toMatchObject({ inbox: 1, watermark: 2, settled: 2 });
    expect(await cell.unitsLeft('a')).toBe(103);
  });
});
