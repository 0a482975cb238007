import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homeCell } from '../../../src/domain/ids.ts';
import { DEFAULT_LAYERS, MAX_BUDGETS, MAX_HELD } from '../../../src/domain/promotion.ts';
import type { Budget, Promotion } from '../../../src/domain/promotion.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { balancesOf } from '../../../src/ledger/books/balances.ts';
import { putBalances } from '../../../src/ledger/terms/put-balances.ts';
import { grantCoupons } from '../../../src/ledger/terms/grant-coupons.ts';
import { directorySource } from '../../../src/ledger/terms/directory-source.ts';
import type { ChangeOutcome } from '../../../src/ledger/change-outcome.ts';
import { putBudget } from '../../../src/ledger/terms/put-budget.ts';
import { putPromotion } from '../../../src/ledger/terms/promotions/put-promotion.ts';
import { findSale } from '../../../src/ledger/sale-row.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { cellContents } from '../../../src/ledger/cells/snapshot.ts';
import { OPERATOR, actorOf, offerId, shopperId, storeId } from '../../../proof/builders/ids.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let sale: LedgerSale;

withStage(
  'test',
  (world) => LedgerSale.create(world, { cells: 3 }),
  (made, itsWorld) => {
    sale = made;
    world = itsWorld;
  },
);
afterEach(async () => {
  expect(await auditLedger(sale.pool, null)).toEqual([]);
});

/** How a change ended, without the version of the thing. */
async function ended(change: Promise<ChangeOutcome>) {
  const outcome = await change;
  return 'version' in outcome ? { kind: outcome.kind } : outcome;
}

const setBudget = (one: Budget, store: string | null = null) =>
  ended(putBudget(sale.pool, sale.id, one, actorOf(store)));
const setPromotion = (one: Promotion) => ended(putPromotion(sale.pool, sale.id, one, OPERATOR));
const version = async () => (await findSale(sale.pool, sale.id))!.rulesVersion;
const kindsTold = async (cell: number, after = 0) =>
  (await sale.told(cell, after)).map(({ kind }) => kind);

/** The instructions that a change sends to a cell. */
async function toldSince(change: () => Promise<unknown>, cell = 0) {
  const before = (await sale.told(cell)).length;
  await change();
  return sale.told(cell, before);
}

/** The amount of a pot that each cell was given in all, by cell. */
async function told(pot: string): Promise<number[]> {
  const amounts = [0, 1, 2].map(async (cell) =>
    (await sale.told(cell))
      .filter((body) => body.kind === 'pot' && body.pot === pot)
      .reduce((sum, body) => sum + (body.kind === 'pot' ? body.amount : 0), 0),
  );
  return Promise.all(amounts);
}

const grant = { promotion: 'c', shoppers: ['u1', 'u2'].map(shopperId), each: 2, key: 'k' };
const give = (more: Partial<typeof grant> = {}) =>
  grantCoupons(sale.pool, sale.id, { ...grant, ...more }, OPERATOR);
function balance(points?: number, redPacketMinor?: number) {
  const given = {
    ...(points === undefined ? {} : { points }),
    ...(redPacketMinor === undefined ? {} : { redPacketMinor }),
  };
  return ended(putBalances(sale.pool, sale.id, shopperId('u'), given, OPERATOR));
}

describe('a budget', () => {
  test('is dealt over cells at the first opening and at a raise, and never cut', async () => {
    expect(await setBudget(budget('b', { amountMinor: 900 }))).toEqual({ kind: 'created' });
    expect(await setBudget(budget('b', { amountMinor: 100 }))).toEqual({ kind: 'changed' });
    await sale.open(3);
    expect(await told('budget:b')).toEqual([34, 33, 33]);
    expect(await setBudget(budget('b', { amountMinor: 101 }))).toEqual({ kind: 'changed' });
    expect(await told('budget:b')).toEqual([34, 34, 33]);
    expect(await setBudget(budget('b', { amountMinor: 101 }))).toEqual({ kind: 'unchanged' });
    expect(await setBudget(budget('b', { amountMinor: 100 }))).toMatchObject({ kind: 'conflict' });
    expect(await sale.one('select assigned from pots where sale = $1')).toBe(101);
  });

  test('raises the rules version when its policy changes, not when its amount does', async () => {
    await setBudget(budget('b'));
    await sale.open(3);
    await setBudget(budget('b', { amountMinor: 2_000 }));
    expect(await version()).toBe(1);
    const rules = await toldSince(() =>
      setBudget(budget('b', { amountMinor: 2_000, policy: 'whole' })),
    );
    expect(rules).toMatchObject([{ kind: 'rules', rules_version: 2 }]);
  });

  test('belongs to one store, which is fixed once the sale has opened', async () => {
    const own = budget('b', { store: storeId('s1') });
    expect(await setBudget(own, 's2')).toEqual({ kind: 'foreign' });
    expect(await setBudget(own, 's1')).toEqual({ kind: 'created' });
    expect(await setBudget(budget('b', { store: storeId('s2') }), 's2')).toEqual({
      kind: 'unknown',
    });
    expect(await setBudget(budget('x', { store: storeId('s9') }))).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/store' }],
    });
    await sale.open(3);
    expect(await setBudget(budget('b'))).toMatchObject({ kind: 'conflict' });
  });

  test('is refused beyond a bounded number', async () => {
    await sale.pool.query(
      `insert into budgets (sale, id, policy)
       select $1, 'b' || i, 'whole' from generate_series(1, $2::integer) i`,
      [sale.id, MAX_BUDGETS],
    );
    await sale.pool.query(`insert into pots select sale, 'budget:' || id, 1, 0 from budgets`);
    expect(await setBudget(budget('more'))).toMatchObject({ kind: 'conflict' });
    expect(await setBudget(budget('b1'))).toEqual({ kind: 'changed' });
  });
});

describe('a promotion', () => {
  const references: [string, Partial<Promotion>, string[]][] = [
    ['a layer', { layer: 'other' }, ['/layer']],
    ['a store', { stores: [storeId('s1'), storeId('s9')] }, ['/stores/1']],
    ['an offer', { offers: [offerId('z')] }, ['/offers/0']],
    ['a budget', { budget: 'b' }, ['/budget']],
    [
      'a gift',
      { effect: { kind: 'gift', from: 0, offer: offerId('z'), quantity: 1 } },
      ['/effect/offer'],
    ],
  ];

  test.each(references)('that names %s unknown to the sale is invalid', async (...row) => {
    const [, more, pointers] = row;
    const change = await setPromotion(promotion('p', more));
    expect(change).toMatchObject({ errors: pointers.map((pointer) => ({ pointer })) });
    expect(await sale.one('select count(*)::integer from promotions where sale = $1')).toBe(0);
  });

  test('that is a red packet draws from the platform’s money, not from a store’s', async () => {
    await setBudget(budget('b', { store: storeId('s1') }));
    const effect = { kind: 'packet', amount: 100, boost: null } as const;
    const claims = { quota: 1, limitPerShopper: 1 };
    const packet = promotion('p', { effect, claims, budget: 'b' });
    const change = await setPromotion(packet);
    expect(change).toMatchObject({ kind: 'invalid', errors: [{ pointer: '/budget' }] });
    await setBudget(budget('b'));
    expect(await setPromotion(packet)).toEqual({ kind: 'created' });
    const backAgain = await setBudget(budget('b', { store: storeId('s1') }));
    expect(backAgain).toMatchObject({ kind: 'conflict' });
    expect(await setBudget(budget('b', { amountMinor: 1 }))).toEqual({ kind: 'changed' });
  });

  test('with a budget of another sale is invalid', async () => {
    const other = await LedgerSale.create(world);
    await putBudget(sale.pool, other.id, budget('b'), OPERATOR);
    await other.close();
    expect(await setPromotion(promotion('p', { budget: 'b' }))).toMatchObject({
      errors: [{ pointer: '/budget' }],
    });
  });

  test('reaches every cell of an open sale once, under a new version', async () => {
    await sale.open(3);
    const told = await toldSince(() => setPromotion(promotion('p')), 2);
    expect(told).toMatchObject([{ kind: 'rules', rules_version: 2 }]);
    const [rules] = told;
    const layers = rules?.kind === 'rules' && rules.fields[0]![1];
    expect(layers).toMatchObject({ promotions: [{ id: 'p', kind: 'fixed', off: 100 }] });
    expect(await toldSince(() => setPromotion(promotion('p')))).toEqual([]);
    expect(await setPromotion(promotion('p'))).toEqual({ kind: 'unchanged' });
  });

  test('keeps what shoppers rely on once the sale has opened', async () => {
    const claims = { quota: 10, limitPerShopper: 2 };
    const coupon = promotion('p', { isCoupon: true, claims });
    await setPromotion(coupon);
    await sale.open(3);
    const cuts: Partial<Promotion>[] = [
      { layer: 'category' },
      { isCoupon: false, claims: null },
      { claims: null },
      { claims: { ...claims, quota: 9 } },
      { claims: { ...claims, limitPerShopper: 1 } },
    ];
    for (const cut of cuts) {
      expect(await setPromotion({ ...coupon, ...cut })).toMatchObject({ kind: 'conflict' });
    }
    const raised = { ...coupon, claims: { quota: 11, limitPerShopper: 3 } };
    expect(await setPromotion(raised)).toEqual({ kind: 'changed' });
    expect(await told('quota:p')).toEqual([4, 4, 3]);
    const before = await sale.told(1);
    expect(before.at(-1)).toMatchObject({ kind: 'rules' });
  });
});

describe('layers', () => {
  const without = (name: string) => DEFAULT_LAYERS.filter((layer) => layer.name !== name);

  test('reach every cell before the terms do, and a layer in use stays', async () => {
    await setPromotion(promotion('p'));
    await sale.open(3);
    const told = await toldSince(() => sale.set({ cells: 3, layers: without('member') }));
    expect(told).toMatchObject([
      { kind: 'rules', rules_version: 2 },
      { kind: 'sale', rules_version: 2 },
    ]);
    const change = await sale.set({ cells: 3, layers: without('cross_store') });
    expect(change).toMatchObject({ kind: 'conflict' });
    const rate = await toldSince(() =>
      sale.set({ cells: 3, layers: without('member'), pointsRate: 5 }),
    );
    expect(rate).toMatchObject([{ kind: 'rules', rules_version: 3 }, { kind: 'sale' }]);
  });

  test('of a sale that the previous release created are the default layers', async () => {
    await sale.pool.query(
      `insert into sales (id, name, currency, opens_at, closes_at, pay_within_s, cells)
       values ('old', 'Old', 'CNY', now(), now() + interval '1 day', 900, 1)`,
    );
    const old = await findSale(sale.pool, 'old' as typeof sale.id);
    expect(old).toMatchObject({ layers: DEFAULT_LAYERS, pointsRate: 1 });
  });

  test('that do not change send no rules', async () => {
    await sale.open(3);
    const told = await toldSince(() => sale.set({ cells: 3, name: 'Another' }));
    expect(told).toMatchObject([{ kind: 'sale' }]);
  });
});

describe('a grant', () => {
  beforeEach(() => setPromotion(promotion('c', { isCoupon: true })));

  test('is made once per key, and another body under that key is refused', async () => {
    expect(await give()).toEqual({ kind: 'changed' });
    expect(await give()).toEqual({ kind: 'unchanged' });
    expect(await give({ each: 1 })).toEqual({ kind: 'reused' });
    expect(await give({ key: 'k2', each: 1 })).toEqual({ kind: 'changed' });
    expect(await sale.one(`select granted from coupons where sale = $1 and shopper = 'u1'`)).toBe(
      3,
    );
  });

  test('is for a coupon of the sale', async () => {
    await setPromotion(promotion('p'));
    expect(await give({ promotion: 'p' })).toMatchObject({ kind: 'conflict' });
    expect(await give({ promotion: 'other' })).toEqual({ kind: 'unknown' });
  });

  test('that takes one shopper beyond the bound is refused for all', async () => {
    await give({ shoppers: [shopperId('u1')], each: MAX_HELD - 1 });
    expect(await give({ key: 'k2', each: 2 })).toMatchObject({ kind: 'conflict' });
    expect(await sale.one('select count(*)::integer from coupons where sale = $1')).toBe(1);
    expect(await give({ key: 'k2', each: 1 })).toEqual({ kind: 'changed' });
  });

  test('reaches home cells in batches of a hundred, before and after the opening', async () => {
    const shoppers = Array.from({ length: 500 }, (_, i) => shopperId(`u${i}`));
    await give({ shoppers, each: 3 });
    await sale.open(3);
    await give({ shoppers: shoppers.slice(0, 9), key: 'k2', each: 1 });
    const got = new Map<string, number>();
    for (const cell of [0, 1, 2]) {
      for (const body of await sale.told(cell)) {
        if (body.kind !== 'coupons') continue;
        expect(body.shoppers.length).toBeLessThanOrEqual(100);
        for (const shopper of body.shoppers) {
          expect(homeCell(shopperId(shopper), 3)).toBe(cell);
          got.set(shopper, (got.get(shopper) ?? 0) + body.each);
        }
      }
    }
    expect(shoppers.map((shopper) => got.get(shopper))).toEqual(
      shoppers.map((_, i) => (i < 9 ? 4 : 3)),
    );
    const held = await Promise.all([0, 1, 2].map((i) => cellContents(sale.pool, sale.cell(i))));
    expect(held.flatMap(({ wallets }) => wallets)).toHaveLength(500);
  });
});

describe('balances', () => {
  const cell = homeCell(shopperId('u'), 3);

  test('are set to the total granted, and the cell is told the difference', async () => {
    expect(await balance(100, 500)).toEqual({ kind: 'changed' });
    expect(await balance(100, 500)).toEqual({ kind: 'unchanged' });
    expect(await balance(90)).toEqual({ kind: 'changed' });
    await sale.open(3);
    expect(await sale.told(cell)).toContainEqual({
      ...{ kind: 'balance', shopper: 'u', points: 90, red_packet: 500 },
    });
    expect(await toldSince(() => balance(95), cell)).toEqual([
      { kind: 'balance', shopper: 'u', points: 5, red_packet: 0 },
    ]);
    expect(await balancesOf(sale.pool, sale.id, shopperId('u'))).toEqual({
      ...{ points: 95, pointsUsed: 0, redPacket: 500, redPacketUsed: 0 },
    });
  });

  test('are never cut once the sale has opened', async () => {
    await sale.open(3);
    await balance(10, 10);
    expect(await balance(9)).toMatchObject({ kind: 'conflict' });
    expect(await balance(11, 9)).toMatchObject({ kind: 'conflict' });
  });
});

test('a cell is first told terms, rules, units, pots, grants, and last to open', async () => {
  await setBudget(budget('b'));
  await setPromotion(promotion('c', { isCoupon: true, claims: { quota: 5, limitPerShopper: 1 } }));
  const home = homeCell(shopperId('u'), 3);
  await give({ shoppers: [shopperId('u')] });
  await balance(1);
  await sale.open(3);
  expect(await kindsTold(home)).toEqual([
    ...['sale', 'rules', 'offer', 'units', 'offer', 'units', 'offer', 'units', 'pot', 'pot'],
    ...['coupons', 'balance', 'state'],
  ]);
});

test('a snapshot holds rules, pots and wallets, and processes load the same rules', async () => {
  await setBudget(budget('b', { policy: 'whole', amountMinor: 10 }));
  const coupon = promotion('c', { isCoupon: true, budget: 'b' });
  await setPromotion(coupon);
  await setPromotion(promotion('a'));
  const home = homeCell(shopperId('u'), 3);
  await give({ shoppers: [shopperId('u')], each: 2 });
  await balance(7, 8);
  await sale.open(3);
  const { rules, potsLeft, wallets, inbox } = await cellContents(sale.pool, sale.cell(home));
  expect(rules).toMatchObject({ version: 1, layers: DEFAULT_LAYERS, pointsRate: 1 });
  expect(rules.promotions.map(({ id }) => id)).toEqual(['a', 'c']);
  expect(rules.promotions[1]).toEqual(coupon);
  expect(rules.policies).toEqual(new Map([['b', 'whole']]));
  expect(potsLeft).toEqual(new Map([['budget:b', home === 0 ? 4 : 3]]));
  expect(wallets).toEqual([
    { shopper: 'u', points: 7, redPacketMinor: 8, coupons: [['c', 2]], claims: [] },
  ]);
  expect(inbox).toBe((await sale.told(home)).length);
  const source = directorySource(sale.pool);
  expect((await source.load())[0]!.sale).toMatchObject({
    layers: DEFAULT_LAYERS,
    promotions: rules.promotions,
    budgets: [{ id: 'b', store: null, amountMinor: 10, policy: 'whole' }],
  });
});

test('a change of rules makes processes reload the sale, a new balance does not', async () => {
  const { revision } = directorySource(sale.pool);
  const before = await revision();
  await setBudget(budget('b'));
  const afterBudget = await revision();
  await setPromotion(promotion('p'));
  const afterPromotion = await revision();
  await balance(1);
  expect(afterBudget).toBeGreaterThan(before);
  expect(afterPromotion).toBeGreaterThan(afterBudget);
  expect(await revision()).toBe(afterPromotion);
});

test('nothing changes in a closed sale', async () => {
  await setPromotion(promotion('c', { isCoupon: true }));
  await sale.open(3);
  await moveSale(sale.pool, sale.id, 'close', OPERATOR);
  const changes = [
    setBudget(budget('b')),
    setPromotion(promotion('p')),
    give({ shoppers: [shopperId('u')] }),
    balance(1),
  ];
  for (const change of changes) expect(await change).toMatchObject({ kind: 'conflict' });
});
