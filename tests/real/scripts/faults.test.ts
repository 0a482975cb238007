import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { purchase } from '../../../src/cell/selling/purchase.ts';
import { instruct } from '../../../src/cell/cells/inbox.ts';
import { pack } from '../../../src/platform/codec.ts';
import type { Value } from '../../../src/platform/redis.ts';
import { item } from '../../../proof/builders/carts.ts';
import type { Item } from '../../../proof/builders/carts.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import type { BatchSettings } from '../../../proof/builders/open-cell.ts';
import { columns } from '../../../proof/builders/script-arguments.ts';
import { expectAllOrNothing, runSabotaged } from '../../world/checks/sabotage.ts';
import type { Branch } from '../../world/checks/sabotage.ts';
import { withRedis } from '../../world/servers/redis.ts';

// Redis rolls nothing back: what a script wrote before an error stays written. So no error may
// come after a write. A script reads, checks and refuses first, and then it only writes. Redis
// cannot refuse these writes, because the script has read the type of every key and counter; the
// only write that Redis can refuse, XADD, comes first.

let redis: Redis;

withRedis('steady', (made) => (redis = made));

const offers = [onSale('a', { units: 50 }), onSale('b'), onSale('c', { lane: 'cart' })];
const known = item({ key: 'known', shopper: 'known' });
const openSale = (options: CellOptions = {}) =>
  OpenCell.open(redis, { offers, orders: [known], ...options });

const selling =
  (items: readonly Item[], { backlogLimit = 1_000 }: BatchSettings = {}): Branch['run'] =>
  (cell, failsAt) => {
    const args = { batch: columns(items), tag: 'tag', backlog_limit: backlogLimit };
    return runSabotaged(cell, purchase, args, failsAt);
  };

const outcomes = (...words: string[]) => ({
  word: 'batch',
  outcomes: words.map((word) =>
    ['placed', 'replayed', 'sold_out', 'unknown_offer', 'cart_lane', 'unreadable'].includes(word)
      ? { word }
      : { word: 'refused', refusal: { code: word } },
  ),
});

const sale = ['XADD', 'HSET', 'HSET', 'HSET'];
const wide = Array.from({ length: 64 }, (_, i) =>
  item({ shopper: `u${i % 40}`, offer: i % 2 ? 'a' : 'b' }),
);
const closed = { closesAtMs: Date.UTC(2025, 0, 2) };
const notYet = { opensAtMs: Date.UTC(2098, 0, 1) };
const paused = { state: 'paused' } as const;

const purchases: Branch[] = [
  {
    name: 'one order is placed',
    open: openSale,
    run: selling([item()]),
    answer: outcomes('placed'),
    writes: sale,
  },
  {
    name: 'a second order of a shopper is placed',
    open: openSale,
    run: selling([item({ shopper: 'known' })]),
    answer: outcomes('placed'),
    writes: sale,
  },
  {
    name: '64 orders of two offers are placed',
    open: openSale,
    run: selling(wide),
    answer: outcomes(...wide.map(() => 'placed')),
    writes: sale,
  },
  {
    name: 'some are placed, others refused or repeated',
    open: openSale,
    run: selling([item(), item({ quantity: 51 }), known, item({ offer: 'none' }), item()]),
    answer: outcomes('placed', 'sold_out', 'replayed', 'unknown_offer', 'placed'),
    writes: sale,
  },
  {
    name: 'one record is unreadable, and the next item is placed',
    open: async () => {
      const cell = await openSale();
      await redis.hset(cell.keys.shoppers, 'known', 'no record');
      return cell;
    },
    run: selling([known, item()]),
    answer: outcomes('unreadable', 'placed'),
    writes: sale,
  },
  {
    name: 'an order is repeated',
    open: openSale,
    run: selling([known]),
    answer: outcomes('replayed'),
    writes: [],
  },
  {
    name: 'all are refused for their contents',
    open: openSale,
    run: selling([
      item({ quantity: 0 }),
      item({ offer: 'c' }),
      item({ offer: 'none' }),
      item({ ...known, fingerprint: 'other' }),
      item({ quantity: 51 }),
      item({ expectedTotal: 1 }),
    ]),
    answer: outcomes(
      ...['invalid', 'cart_lane', 'unknown_offer', 'key_reused', 'sold_out', 'price_changed'],
    ),
    writes: [],
  },
  ...(
    [
      ['sale_over', closed],
      ['sale_not_open', notYet],
      ['sale_paused', paused],
    ] as const
  ).map(([word, options]): Branch => ({
    name: `all are refused: ${word}`,
    open: () => openSale(options),
    run: selling([item(), item()]),
    answer: outcomes(word, word),
    writes: [],
  })),
  {
    name: 'all are refused: busy',
    open: openSale,
    run: selling([item()], { backlogLimit: 0 }),
    answer: outcomes('busy'),
    writes: [],
  },
  {
    name: 'the batch is fenced',
    open: async () => {
      const cell = await openSale();
      await redis.set(cell.keys.fence, 2);
      return cell;
    },
    run: selling([item()]),
    answer: { word: 'fenced' },
    writes: [],
  },
];

const bodies = {
  units: { kind: 'units', offer: 'a', units: 5 },
  offer: {
    ...{ kind: 'offer', offer: 'a', store: 's', lane: 'flash' },
    ...{ price: 1, limit: 0, opens_at: 0, closes_at: 0 },
    ...{ full_price: true, categories: [], excludes: [] },
  },
  sale: { kind: 'sale', opens_at: 0, closes_at: 1, pay_within: 2, rules_version: 3 },
  state: { kind: 'state', state: 'paused' },
  rules: {
    kind: 'rules',
    rules_version: 4,
    fields: [
      ['layers', {}],
      ['store:s', [{}]],
    ],
  },
  pot: { kind: 'pot', pot: 'budget:b', amount: 5 },
  coupons: { kind: 'coupons', promotion: 'c', each: 2, shoppers: ['known', 'u2'] },
  balance: { kind: 'balance', shopper: 'known', points: 5, red_packet: 6 },
  release: {
    ...{ kind: 'release', shopper: 'known', serial: known.serial, coupons: ['c'] },
    ...{ units: [['a', 1]], pots: [['budget:b', 7]], points: 8, red_packet: 9 },
  },
  moved: {
    ...{ kind: 'moved', mark: 1, at: 5, orders: [['known', known.serial]] },
    ...{ units: [['a', 1]], pots: [['budget:b', 7]] },
    wallets: [{ shopper: 'known', coupons: ['c'], points: 8, red_packet: 9 }],
  },
  withdraw: { kind: 'withdraw', units: [['a', 1]] },
};

const { moved } = bodies;
const nothingBack = { ...moved, units: [], pots: [], wallets: [] };
const withdrawAll = { kind: 'withdraw', units: [['a', 51]] };
const withdrawnShort = ['HINCRBY', 'HINCRBY', 'XADD', 'HSET'];

const numbered = (list: readonly unknown[]) => list.map((body, i) => [i + 1, body]);

const telling =
  (instructions: unknown, watermark: Value = 0): Branch['run'] =>
  async (cell, failsAt) => {
    const told = { watermark, watermark_tag: await cell.lastTag(), settled: watermark };
    const args = { instructions: pack(instructions), ...told, tag: 't' };
    return runSabotaged(cell, instruct, args, failsAt);
  };

const applied = (inbox: number) => ({ word: 'applied', inbox });
const openSold = async (options: CellOptions = {}) => {
  const cell = await openSale(options);
  await cell.buy([item({ shopper: 'known' })]);
  return cell;
};

const released = ['HINCRBY', 'HINCRBY', 'HSET', 'HSET'];
const withdrawn = ['HINCRBY', 'XADD', 'HSET'];
/** The write that makes processes with an empty shelf in memory look again. */
const restocked = 'HSET';
const instructions: Branch[] = [
  ...(
    [
      ['units', ['HINCRBY', restocked, 'HSET']],
      ['offer', ['HSET', restocked, 'HSET']],
      ['sale', ['HSET', restocked, 'HSET']],
      ['state', ['HSET', restocked, 'HSET']],
      ['rules', ['DEL', 'HSET', 'HSET', 'HSET', restocked, 'HSET']],
      ['pot', ['HINCRBY', restocked, 'HSET']],
      ['coupons', ['HSET', 'HSET', restocked, 'HSET']],
      ['balance', ['HSET', restocked, 'HSET']],
      ['release', [...released, restocked, 'HSET']],
      ['moved', [...released, restocked, 'HSET']],
      ['withdraw', [...withdrawn, 'HSET']],
    ] as const
  ).map(([kind, writes]): Branch => ({
    name: `${kind} is applied`,
    open: openSold,
    run: telling(numbered([bodies[kind]])),
    answer: applied(1),
    writes,
  })),
  {
    name: 'an order that gives nothing back is marked, and so is one without a record',
    open: openSold,
    run: telling(numbered([{ ...nothingBack, mark: 3, orders: [...moved.orders, ['none', 's']] }])),
    answer: applied(1),
    writes: ['HSET', 'HSET'],
  },
  {
    name: 'more is withdrawn than is left, twice',
    open: openSold,
    run: telling(numbered([withdrawAll, withdrawAll])),
    answer: applied(2),
    writes: [...withdrawnShort, ...withdrawnShort, 'HSET'],
  },
  {
    name: 'the last order of a shopper is released',
    open: openSale,
    run: telling(numbered([{ ...bodies.release, coupons: [], points: 0, red_packet: 0 }])),
    answer: applied(1),
    writes: ['HINCRBY', 'HINCRBY', 'HDEL', 'HDEL', restocked, 'HSET'],
  },
  {
    name: 'every kind is applied, one of them twice, with a watermark',
    open: openSold,
    run: telling(numbered([...Object.values(bodies), bodies.release]), 1),
    answer: applied(12),
    writes: [
      ...['HINCRBY', restocked, 'HSET', restocked, 'HSET', restocked, 'HSET', restocked],
      ...['DEL', 'HSET', 'HSET', 'HSET', restocked, 'HINCRBY', restocked],
      ...['HSET', 'HSET', restocked, 'HSET', restocked, ...released, restocked],
      ...[...released, restocked, ...withdrawn, ...released, restocked],
      ...['HSET', 'HSET', 'XTRIM'],
    ],
  },
  {
    name: 'a watermark alone',
    open: openSold,
    run: telling([], 1),
    answer: applied(0),
    writes: ['HSET', 'XTRIM'],
  },
  {
    name: 'a list is repeated',
    open: () => openSale({ inbox: 1 }),
    run: telling(numbered([bodies.units])),
    answer: applied(1),
    writes: [],
  },
  {
    name: 'a number is missing after sound ones',
    open: openSold,
    run: telling([...numbered([bodies.units, bodies.release]), [4, bodies.state]], 1),
    answer: { word: 'gap', inbox: 0 },
    writes: [],
  },
  {
    name: 'an instruction is malformed after sound ones',
    open: openSold,
    run: telling(numbered([...Object.values(bodies), { kind: 'units', offer: 'a' }]), 1),
    answer: { word: 'malformed', number: 12 },
    writes: [],
  },
  {
    name: 'the list is fenced',
    open: async () => {
      const cell = await openSale();
      await redis.set(cell.keys.fence, 2);
      return cell;
    },
    run: telling(numbered([bodies.units])),
    answer: { word: 'fenced' },
    writes: [],
  },
];

const branches = [
  ...purchases.map((branch) => ({ script: 'purchase', ...branch })),
  ...instructions.map((branch) => ({ script: 'instruct', ...branch })),
];

describe('a script whose call to Redis fails does all or nothing', () => {
  test.each(branches)('$script: $name', async (branch) => {
    await expectAllOrNothing(redis, branch);
  });
});

/** Instructions of every kind, which together read and write every key. */
const everyKind = numbered(Object.values(bodies));
type Key = keyof OpenCell['keys'];
const tries: [script: string, call: (cell: OpenCell) => Promise<unknown>, more: Key[]][] = [
  ['purchase', (cell) => cell.buy([item(), item({ offer: 'b', shopper: 'u2' })]), []],
  [
    'instruct',
    (cell) => cell.instruct(everyKind, { watermark: 1, settled: 1 }),
    ['shelves', 'rules', 'pots', 'wallets'],
  ],
];

describe.each(tries)('%s finds what Redis would refuse before it writes', (_, call, more) => {
  test.each(['fence', 'meta', 'stock', 'offers', 'shoppers', 'outbox', ...more] as const)(
    'the key %s is of another type',
    async (key) => {
      const cell = await openSold();
      await redis.multi().del(cell.keys[key]).rpush(cell.keys[key], 'a list').exec();
      const before = await cell.dump();
      await expect(call(cell)).rejects.toThrow(/^WRONGTYPE/);
      expect(await cell.dump()).toEqual(before);
    },
  );

  const times = ['opens_at', 'closes_at', 'pay_within'];
  test.each([
    ...times,
    'rules_version',
    'inbox',
    'shelves_from',
    'seq',
    'placed',
    'settled',
    'watermark',
  ])('the field %s of meta is not a number, or missing', async (field) => {
    const cell = await openSold();
    for (const spoil of ['hset', 'hdel'] as const) {
      await redis[spoil](cell.keys.meta, field, 'no number');
      const before = await cell.dump();
      await expect(call(cell)).rejects.toThrow(field);
      expect(await cell.dump()).toEqual(before);
    }
  });
});

describe('a script finds a broken counter before it writes', () => {
  test.each(['many', '1.5', '0x10', '1e3', ' 7', '007', '-0', '', '9'.repeat(20)])(
    'stock or a budget of "%s", at a raise and at a release',
    async (counter) => {
      const cell = await openSold();
      await redis.hset(cell.keys.stock, 'b', counter);
      await redis.hset(cell.keys.pots, 'budget:b', counter);
      const before = await cell.dump();
      const inStock = { ...bodies.release, units: [['b', 1]], pots: [] };
      for (const body of [{ ...bodies.units, offer: 'b' }, inStock, bodies.release, bodies.pot]) {
        const list = numbered([bodies.units, body]);
        await expect(cell.instruct(list, { watermark: 1 })).rejects.toThrow('no integer');
      }
      expect(await cell.buy([item({ offer: 'b' })])).toEqual([{ word: 'unreadable' }]);
      expect(await cell.dump()).toEqual(before);
    },
  );

  test('an entry whose number is already in use', async () => {
    const cell = await openSold();
    await redis.hset(cell.keys.meta, 'seq', 0);
    const before = await cell.dump();
    await expect(cell.buy([item()])).rejects.toThrow('equal or smaller');
    const told = cell.instruct(numbered([bodies.units, bodies.withdraw]));
    await expect(told).rejects.toThrow('equal or smaller');
    expect(await cell.dump()).toEqual(before);
  });
});
