import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import type { ClaimItem, ClaimOutcome } from '../../../src/cell/selling/claim.ts';
import type { BudgetPolicy, Claims, Promotion } from '../../../src/domain/promotion.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { pack } from '../../../src/platform/codec.ts';
import { claimOf } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { newSerial } from '../../../proof/builders/ids.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';
import { withRedis } from '../../world/servers/redis.ts';

let redis: Redis;

withRedis('hot', (made) => (redis = made));

const NEXT_YEAR = Math.floor(Date.now() / 1000) * 1000 + 365 * 24 * 3_600_000;
const LAST_YEAR = NEXT_YEAR - 2 * 365 * 24 * 3_600_000;

const claims: Claims = { quota: 100, limitPerShopper: 3 };
const coupon = promotion('coupon', { layer: 'store', isCoupon: true, claims });
const gold = promotion('gold', { layer: 'store', isCoupon: true, claims, members: ['gold'] });
const boost = { members: ['gold', 'black'], bps: 15_000, cap: 140 };
const packet = (fields: Partial<Extract<Promotion['effect'], { kind: 'packet' }>> = {}) =>
  promotion('packet', {
    layer: 'red_packet',
    effect: { kind: 'packet', amount: 100, boost: null, ...fields },
    budget: 'purse',
    claims,
  });

/** A coupon and a red packet to claim, and a coupon that is only granted. */
const rulesOf = (red = packet(), policy: BudgetPolicy = 'partial') => ({
  ...plainRules,
  promotions: [coupon, gold, promotion('granted', { layer: 'store', isCoupon: true }), red],
  policies: new Map([['purse', policy]]),
});
const potsOf = (pots: Readonly<Record<string, number>> = {}) =>
  new Map(
    Object.entries({
      'quota:coupon': 10,
      'quota:gold': 10,
      'quota:packet': 10,
      'budget:purse': 1_000,
      ...pots,
    }),
  );
const openCell = (options: CellOptions = {}) =>
  OpenCell.open(redis, { rules: rulesOf(), potsLeft: potsOf(), ...options });

const refused = (refusal: Refusal): ClaimOutcome => ({ word: 'refused', refusal });
const claimed = (amountMinor = 0): ClaimOutcome => ({ word: 'claimed', amountMinor });
const gone: ClaimOutcome = { word: 'sold_out' };
const words = (outcomes: readonly ClaimOutcome[]): string[] =>
  outcomes.map((one) => (one.word === 'refused' ? one.refusal.code : one.word));
const of = (count: number, fields: (i: number) => Parameters<typeof claimOf>[0]): ClaimItem[] =>
  Array.from({ length: count }, (_, i) => claimOf(fields(i)));

interface Case {
  readonly word: string;
  readonly why: string;
  readonly cell?: CellOptions;
  readonly before?: (cell: OpenCell) => Promise<unknown>;
  readonly claim?: Parameters<typeof claimOf>[0];
  readonly backlogLimit?: number;
  readonly answer: ClaimOutcome;
}

const refusals: Case[] = [
  {
    word: 'key_reused',
    why: 'the key belongs to a claim of another promotion',
    before: (cell) => cell.claim([claimOf({ key: 'k', promotion: 'packet' })]),
    claim: { key: 'k' },
    answer: refused({ code: 'key_reused' }),
  },
  ...['none', 'granted', '', '__index'].map((id): Case => ({
    word: 'not_found',
    why: `"${id}" cannot be claimed`,
    claim: { promotion: id },
    answer: refused({ code: 'not_found' }),
  })),
  {
    word: 'busy',
    why: 'the ledger is too far behind',
    before: (cell) => cell.claim([claimOf()]),
    backlogLimit: 1,
    answer: refused({ code: 'busy', retryAfterS: 1 }),
  },
  {
    word: 'sale_over',
    why: 'the sale is closed',
    cell: { state: 'closed' },
    answer: refused({ code: 'sale_over' }),
  },
  {
    word: 'sale_over',
    why: 'the sale’s end is past',
    cell: { closesAtMs: LAST_YEAR },
    answer: refused({ code: 'sale_over' }),
  },
  {
    word: 'sale_paused',
    why: 'the sale is paused',
    cell: { state: 'paused' },
    answer: refused({ code: 'sale_paused' }),
  },
  {
    word: 'sale_not_open',
    why: 'the sale’s opening is to come',
    cell: { opensAtMs: NEXT_YEAR },
    answer: refused({ code: 'sale_not_open', opensAt: new Date(NEXT_YEAR).toISOString() }),
  },
  {
    word: 'limit_reached',
    why: 'the shopper has reached the limit',
    before: (cell) => cell.claim(of(3, () => ({}))),
    answer: refused({ code: 'limit_reached', limit: 3, taken: 3 }),
  },
  {
    word: 'sold_out',
    why: 'the quota is used up',
    cell: { potsLeft: potsOf({ 'quota:coupon': 0 }) },
    answer: gone,
  },
  {
    word: 'sold_out',
    why: 'the cell has no quota for it',
    cell: { potsLeft: new Map() },
    answer: gone,
  },
  {
    word: 'coupon_unavailable',
    why: 'it is for another member tier',
    claim: { promotion: 'gold', member: 'silver' },
    answer: refused({ code: 'coupon_unavailable', promotion: 'gold' }),
  },
  {
    word: 'coupon_unavailable',
    why: 'it is for a member tier, and the shopper has no tier',
    claim: { promotion: 'gold' },
    answer: refused({ code: 'coupon_unavailable', promotion: 'gold' }),
  },
  {
    word: 'sold_out',
    why: 'the quota is negative',
    cell: { potsLeft: potsOf({ 'quota:coupon': -1 }) },
    answer: gone,
  },
  {
    word: 'sold_out',
    why: 'the budget of the red packet is empty',
    cell: { potsLeft: potsOf({ 'budget:purse': 0 }) },
    claim: { promotion: 'packet' },
    answer: gone,
  },
];

describe('a refusal names its reason and writes nothing', () => {
  test.each(refusals)('$word: $why', async (one) => {
    const cell = await openCell(one.cell);
    await one.before?.(cell);
    const before = await cell.dump();
    const reply = await cell.claimReply([claimOf(one.claim)], one.backlogLimit);
    const nothing = { seq: null, prev: '', placed: 0, budgets: [] };
    const figures = { atMs: expect.any(Number), rulesVersion: 7 };
    expect(reply).toEqual({ word: 'batch', ...figures, ...nothing, outcomes: [one.answer] });
    expect(await cell.dump()).toEqual(before);
  });

  test('every outcome in the script’s header is among these', () => {
    const source = readFileSync(new URL('../../../lua/claim.lua', import.meta.url), 'utf8');
    const header = source.slice(source.indexOf('outcome: the'), source.indexOf(']]'));
    const named = [...header.matchAll(/'(\w+)'/g)].map(([, word]) => word!);
    const shown = ['replayed', 'unreadable', ...refusals.map(({ word }) => word)];
    expect(named.filter((word) => !shown.includes(word))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });
});

describe('a claim', () => {
  test('takes from quota and budget, fills the wallet and tells the ledger', async () => {
    const cell = await openCell({ wallets: [walletOf('u1', { points: 5, redPacketMinor: 7 })] });
    const items = [claimOf(), claimOf({ promotion: 'packet' })];
    const reply = await cell.claimReply(items);
    expect(reply).toMatchObject({ seq: 1, outcomes: [claimed(), claimed(100)] });
    expect(await cell.read()).toMatchObject({
      ...{ seq: 1, placed: 2 },
      pots: potsOf({ 'quota:coupon': 9, 'quota:packet': 9, 'budget:purse': 900 }),
    });
    const { points, redPacketMinor, coupons } = await cell.wallet('u1');
    expect([points, redPacketMinor, [...coupons]]).toEqual([5, 107, [['coupon', 1]]]);
    const [written] = await cell.outbox();
    expect(written).toMatchObject({ seq: 1, orderCount: 2, tag: items[0]!.serial });
    expect(written!.entry).toMatchObject({ rulesVersion: 7, orders: [] });
    expect(written!.entry!.claims).toEqual(
      items.map(({ serial, shopper, key, promotion: id }, i) => ({
        ...{ serial, shopper, key, promotion: id },
        ...(i ? { amountMinor: 100, budget: 'purse' } : { amountMinor: 0, budget: null }),
      })),
    );
  });

  test('can be used by the next order', async () => {
    const cell = await openCell();
    await cell.claim([claimOf(), claimOf({ promotion: 'packet' })]);
    const order = { coupons: ['coupon'], redPacket: 100 };
    expect(
      await cell.checkOut({ ...order, lines: [{ offer: 'a' as never, quantity: 1 }] }),
    ).toMatchObject({
      word: 'placed',
    });
  });

  test('is first come, first served until the quota is used up', async () => {
    const cell = await openCell();
    const outcomes = await cell.claim(of(64, (i) => ({ shopper: `u${i}` })));
    expect(outcomes).toEqual([...Array(10).fill(claimed()), ...Array(54).fill(gone)]);
    expect((await cell.outbox())[0]!.entry!.claims).toHaveLength(10);
  });

  test('is limited per shopper and promotion, even within one call', async () => {
    const cell = await openCell();
    const four = of(4, () => ({}));
    const others = [claimOf({ promotion: 'packet' }), claimOf({ shopper: 'u2' })];
    expect(words(await cell.claim([...four, ...others]))).toEqual([
      ...['claimed', 'claimed', 'claimed', 'limit_reached', 'claimed', 'claimed'],
    ]);
  });

  test('is refused to a shopper who has 64 claims', async () => {
    const many = [...Array(64).keys()].map((i) => ({
      ...{ key: `k${i}` as never, serial: newSerial(), promotion: 'gone', amountMinor: 0 },
    }));
    const cell = await openCell({ wallets: [walletOf('u1', { claims: many })] });
    expect(await cell.claim([claimOf()])).toEqual([
      refused({ code: 'limit_reached', limit: 64, taken: 64 }),
    ]);
  });

  test('counts towards the backlog with orders', async () => {
    const cell = await openCell();
    const reply = await cell.claimReply(
      of(3, (i) => ({ shopper: `u${i}` })),
      2,
    );
    if (reply.word !== 'batch') throw new Error(reply.word);
    expect(words(reply.outcomes)).toEqual(['claimed', 'claimed', 'busy']);
    expect(await cell.checkOut({}, 2)).toMatchObject({ refusal: { code: 'busy' } });
    await cell.instruct([], { watermark: 1, settled: 2 });
    expect(await cell.checkOut({}, 2)).toMatchObject({ word: 'placed' });
  });
});

describe('the same key gives the same answer', () => {
  test.each(['coupon', 'packet'])('64 times in a call makes one claim of a %s', async (id) => {
    const cell = await openCell();
    const items = of(64, () => ({ key: 'k', promotion: id }));
    const outcomes = await cell.claim(items);
    expect(words(outcomes)).toEqual(['claimed', ...Array<string>(63).fill('replayed')]);
    expect(new Set(outcomes.map((one) => 'amountMinor' in one && one.amountMinor)).size).toBe(1);
    expect(outcomes[63]).toMatchObject({ serial: items[0]!.serial });
    expect(await cell.read()).toMatchObject({ placed: 1 });
  });

  test('later, whatever has changed, and in a rebuilt cell', async () => {
    const cell = await openCell({ potsLeft: potsOf({ 'quota:packet': 1 }) });
    const first = claimOf({ key: 'k', promotion: 'packet' });
    await cell.claim([first]);
    await cell.instruct([[1, { kind: 'state', state: 'closed' }]]);
    const replayed = { word: 'replayed', serial: first.serial, amountMinor: 100, seq: 1 };
    const before = await cell.dump();
    const again = claimOf({ key: 'k', promotion: 'packet' });
    expect(await cell.claimReply([again], 0)).toMatchObject({ seq: null, outcomes: [replayed] });
    expect(await cell.dump()).toEqual(before);
    const { serial, key } = first;
    const made = { serial, key, promotion: 'packet', amountMinor: 100 };
    const wallets = [walletOf('u1', { redPacketMinor: 100, claims: [made] })];
    const rebuilt = await openCell({ id: cell.id, epoch: 2, wallets, rules: plainRules });
    // The ledger has the claims of a rebuilt cell, so they have no entry there.
    expect(await rebuilt.claim([again])).toEqual([{ ...replayed, seq: null }]);
  });
});

describe('a red packet', () => {
  const openPacket = (left: number, policy: BudgetPolicy, fields: Parameters<typeof packet>[0]) =>
    openCell({
      rules: rulesOf(packet(fields), policy),
      potsLeft: potsOf({ 'budget:purse': left }),
    });
  const grab = (cell: OpenCell, members: readonly (string | undefined)[]) =>
    cell.claim(
      members.map((member, i) =>
        claimOf({ shopper: `u${i}`, promotion: 'packet', ...(member ? { member } : {}) }),
      ),
    );

  test.each([
    ['partial', 250, [100, 100, 50, null], 0],
    ['partial', 1, [1, null], 0],
    ['whole', 250, [100, 100, null], 50],
    ['whole', 100, [100, null], 0],
  ] as const)('from a %s budget of %i holds %j and leaves %i', async (policy, left, gets, rest) => {
    const cell = await openPacket(left, policy, {});
    const outcomes = await grab(
      cell,
      [...gets].map(() => undefined),
    );
    expect(outcomes).toEqual(gets.map((amount) => (amount === null ? gone : claimed(amount))));
    const given = gets.filter((amount) => amount !== null).length;
    const pots = potsOf({ 'budget:purse': rest, 'quota:packet': 10 - given });
    expect(await cell.read()).toMatchObject({ pots });
  });

  test('holds more for members, up to a cap, from the same budget', async () => {
    const cell = await openPacket(1_000, 'partial', { boost });
    const outcomes = await grab(cell, [undefined, 'silver', 'gold', 'black']);
    expect(outcomes).toEqual([claimed(100), claimed(100), claimed(140), claimed(140)]);
    const below = await openPacket(145, 'whole', { amount: 33, boost: { ...boost, cap: 99 } });
    expect(await grab(below, ['gold', undefined])).toEqual([claimed(49), claimed(33)]);
  });

  test('from a whole budget may be too large for a member but not for others', async () => {
    const cell = await openPacket(120, 'whole', { boost });
    expect(await grab(cell, ['gold', undefined])).toEqual([gone, claimed(100)]);
  });
});

const claimsIs = (record: string | Buffer) => (cell: OpenCell) =>
  redis.hset(cell.keys.rules, 'claim:coupon', record);
const walletIs = (record: string | Buffer) => (cell: OpenCell) =>
  redis.hset(cell.keys.wallets, 'bad', record);
const needsTerms = { promotion: 'coupon' };
const needsWallet = { shopper: 'bad' };
const records: [what: string, destroy: (cell: OpenCell) => Promise<unknown>, needs: object][] = [
  ['terms that are not msgpack', claimsIs('\xc1'), needsTerms],
  ['terms of the wrong msgpack', claimsIs(pack('claims')), needsTerms],
  ['terms without a limit', claimsIs(pack({})), needsTerms],
  ['terms with a limit in words', claimsIs(pack({ limit: 'many' })), needsTerms],
  ['a packet without a budget', claimsIs(pack({ limit: 1, amount: 5 })), needsTerms],
  ['a quota in words', ({ keys }) => redis.hset(keys.pots, 'quota:coupon', 'many'), needsTerms],
  ['a wallet that is not msgpack', walletIs('\xc1'), needsWallet],
  ['a wallet of the wrong msgpack', walletIs(pack([1, 2])), needsWallet],
  ['a wallet with points in words', walletIs(pack(['1', 2, [], []])), needsWallet],
  ['a wallet with half a coupon', walletIs(pack([1, 2, ['c', 0.5], []])), needsWallet],
  ['a wallet with a claim cut short', walletIs(pack([1, 2, [], ['k', 's']])), needsWallet],
];

describe('one bad claim among 64 refuses only itself', () => {
  test.each(records)('%s', async (_, destroy, needs) => {
    const cell = await openCell({ potsLeft: potsOf({ 'quota:packet': 100 }) });
    await destroy(cell);
    const before = await cell.dump();
    expect(words(await cell.claim([claimOf(needs)]))).toEqual(['unreadable']);
    expect(await cell.dump()).toEqual(before);
    const good = (i: number) => ({ shopper: `u${i}`, promotion: 'packet' });
    const outcomes = words(await cell.claim(of(64, (i) => (i === 31 ? needs : good(i)))));
    expect(outcomes[31]).toBe('unreadable');
    expect(outcomes.filter((word) => word === 'claimed')).toHaveLength(10);
    expect((await cell.outbox())[0]!.entry!.claims).toHaveLength(10);
  });
});
