import { describe, expect, test } from 'vitest';
import type { Budget, Promotion } from '../../../src/domain/promotion.ts';
import type { SaleTerms } from '../../../src/domain/sale.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { App } from '../../../src/http/deps.ts';
import { promotionView } from '../../../src/service/terms/promotion-view.ts';
import { bearer, saleView } from './http-deps.ts';
import { saleBody } from '../../../proof/builders/sale-files.ts';
import { start } from './start-app.ts';

const changed = { kind: 'changed', pendingCells: [] } as const;

const send = (
  app: App,
  [method, path]: readonly [method: 'PUT' | 'POST', path: string],
  payload: unknown,
  { role = 'operator', ...headers }: { role?: Role } & Record<string, string> = {},
) =>
  app.inject({
    method,
    url: `/v1/sales/friday${path}`,
    headers: { ...bearer(role), 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(payload),
  });

type Row = [what: string, change: object, pointer: string];

/** Expects a body to be refused for one fault, at this pointer. */
async function refuses(to: readonly ['PUT' | 'POST', string], payload: object, pointer: string) {
  const key = { 'idempotency-key': 'k1' };
  const answer = (await send(await start(), to, payload, key)).json();
  expect(answer).toMatchObject({ status: 400, code: 'invalid' });
  expect(answer.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([pointer]);
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `${i}`.padStart(64, 'x'));

describe('a sale', () => {
  const terms = saleBody();
  const layer = { name: 'store', basis: 'activity', pick: 'one_per_store' };

  test('has the usual layers unless it names its own', async () => {
    const set: SaleTerms[] = [];
    const app = await start({ setSale: async (_id, sale) => (set.push(sale), changed) });
    await send(app, ['PUT', ''], terms);
    await send(app, ['PUT', ''], { ...terms, layers: [layer], pointsRate: 10 });
    expect(set[0]!.layers.map(({ name }) => name)).toEqual(
      'store store_coupon category cross_store member red_packet points'.split(' '),
    );
    expect(set[0]).toMatchObject({ pointsRate: 1 });
    expect(set[1]).toMatchObject({ layers: [layer], pointsRate: 10 });
  });

  const wrong: Row[] = [
    ['no layers', { layers: [] }, '/layers'],
    ['17 layers', { layers: ids(17).map((name) => ({ ...layer, name })) }, '/layers'],
    ['a layer beyond ASCII', { layers: [{ ...layer, name: '满减' }] }, '/layers/0/name'],
    ['an unknown basis', { layers: [{ ...layer, basis: 'list' }] }, '/layers/0/basis'],
    ['an unknown pick', { layers: [layer, { ...layer, pick: 'two' }] }, '/layers/1/pick'],
    ['a layer with an unknown field', { layers: [{ ...layer, cap: 1 }] }, '/layers/0/cap'],
    ['points without value', { pointsRate: 0 }, '/pointsRate'],
  ];
  test.each(wrong)('with %s is refused', (_what, change, pointer) =>
    refuses(['PUT', ''], { ...terms, ...change }, pointer),
  );
});

describe('a budget', () => {
  const body = { amount: 500_000, policy: 'partial' };
  const to = ['PUT', '/budgets/spring'] as const;

  test('belongs to the merchant’s store, to the platform or to the store named', async () => {
    const set: [Budget, string | null][] = [];
    const app = await start({
      setBudget: async (_sale, budget, { store }) => {
        set.push([budget, store]);
        return { kind: 'created', pendingCells: set.length === 3 ? [1] : [] };
      },
      saleViewById: (id) => saleView(id, { budgets: set.slice(-1).map(([budget]) => budget) }),
    });
    const own = await send(app, to, body, { role: 'merchant' });
    expect(own.json()).toEqual({ id: 'spring', store: 'store-1', ...body });
    expect((await send(app, to, body)).json()).toEqual({ id: 'spring', store: null, ...body });
    const late = await send(app, to, { ...body, store: 'store-2' });
    expect(late.statusCode).toBe(202);
    expect(late.json()).toMatchObject({ store: 'store-2', pendingCells: [1] });
    const budget = { id: 'spring', amountMinor: 500_000, policy: 'partial' };
    expect(set).toEqual([
      [{ ...budget, store: 'store-1' }, 'store-1'],
      [{ ...budget, store: null }, null],
      [{ ...budget, store: 'store-2' }, null],
    ]);
  });

  const wrong: Row[] = [
    ['a negative amount', { amount: -1 }, '/amount'],
    ['half a cent', { amount: 0.5 }, '/amount'],
    ['more than 10 billion', { amount: 1_000_000_000_001 }, '/amount'],
    ['an unknown policy', { policy: 'all' }, '/policy'],
    ['a store beyond ASCII', { store: '店' }, '/store'],
    ['an unknown field', { spent: 0 }, '/spent'],
  ];
  test.each(wrong)('of %s is refused', (_what, change, pointer) =>
    refuses(to, { ...body, ...change }, pointer),
  );
});

const body = { layer: 'cross_store', effect: { kind: 'fixed', off: 500 }, funder: 'platform' };
const to = ['PUT', '/promotions/p1'] as const;

const boost = { members: ['gold'], bps: 15_000, cap: 888 };

/** Sets a promotion: what the service receives and what the answer shows. */
async function putPromotion(payload: object, role: Role = 'operator') {
  const set: Promotion[] = [];
  const app = await start({
    setPromotion: async (_sale, promotion) => (set.push(promotion), changed),
    saleViewById: (id) => saleView(id, { promotions: set.map(promotionView) }),
  });
  const answer = await send(app, to, payload, { role });
  expect(answer.statusCode, answer.payload).toBe(200);
  const shown = (await app.inject('/v1/sales/friday')).json().promotions;
  expect(shown).toEqual([answer.json()]);
  return { promotion: set[0]!, answer: answer.json() };
}

const wrongPromotions: Row[] = [
  ['no layer', { layer: undefined }, '/layer'],
  ['an empty list', { stores: [] }, '/stores'],
  ['101 offers', { offers: ids(101) }, '/offers'],
  ['a category twice', { categories: ['a', 'a'] }, '/categories/1'],
  ['a tier beyond ASCII', { members: ['金'] }, '/members/0'],
  ['a coupon flag in words', { coupon: 'yes' }, '/coupon'],
  ['an unknown funder', { funder: 'merchant' }, '/funder'],
  ['a budget beyond ASCII', { budget: '预算' }, '/budget'],
  ['claims without a quota', { claims: {} }, '/claims/quota'],
  [
    '65 claims per shopper',
    { claims: { quota: 1, limitPerShopper: 65 } },
    '/claims/limitPerShopper',
  ],
  ['no claim per shopper', { claims: { quota: 1, limitPerShopper: 0 } }, '/claims/limitPerShopper'],
  ['an id of its own', { id: 'p2' }, '/id'],
  ['no effect', { effect: undefined }, '/effect'],
  ['an effect in words', { effect: 'half price' }, '/effect'],
];

describe('a promotion', () => {
  test('with only its required fields applies to all lines of all shoppers', async () => {
    const { promotion, answer } = await putPromotion(body);
    expect(promotion).toEqual({
      id: 'p1',
      layer: 'cross_store',
      stores: null,
      offers: null,
      categories: null,
      members: null,
      isFullPriceOnly: false,
      isCoupon: false,
      effect: { kind: 'fixed', off: 500, from: 0 },
      budget: null,
      funder: 'platform',
      claims: null,
    });
    expect(answer).toEqual({
      id: 'p1',
      ...body,
      effect: { kind: 'fixed', off: 500, from: 0 },
      fullPriceOnly: false,
      coupon: false,
    });
  });

  test('with every field at its bound is answered as it was sent', async () => {
    const full = {
      layer: 'store_coupon',
      stores: ids(100),
      offers: ids(100),
      categories: ids(100),
      members: ids(100),
      fullPriceOnly: true,
      coupon: true,
      effect: { kind: 'tiers', tiers: [{ from: 9_900, off: 1_000 }] },
      budget: 'spring',
      funder: 'store',
      claims: { quota: 1_000_000, limitPerShopper: 64 },
    };
    const { promotion, answer } = await putPromotion(full);
    expect(answer).toEqual({ id: 'p1', ...full });
    expect(promotion).toMatchObject({ members: full.members, isCoupon: true, claims: full.claims });
  });

  test('set by a merchant is for the merchant’s store unless it names another', async () => {
    expect((await putPromotion(body, 'merchant')).promotion.stores).toEqual(['store-1']);
    const other = { ...body, stores: ['store-2'] };
    expect((await putPromotion(other, 'merchant')).promotion.stores).toEqual(['store-2']);
  });

  const effects: [effect: object, known: object][] = [
    [{ kind: 'tiers', tiers: [{ from: 1, off: 1 }] }, {}],
    [{ kind: 'every', every: 30_000, off: 5_000 }, { times: null }],
    [{ kind: 'every', every: 1, off: 1, times: 3 }, {}],
    [
      { kind: 'percent', bps: 10_000 },
      { cap: null, from: 0 },
    ],
    [{ kind: 'percent', bps: 1, cap: 5, from: 100 }, {}],
    [{ kind: 'fixed', off: 1, from: 100 }, {}],
    [{ kind: 'freeUnits', every: 3, free: 1 }, {}],
    [{ kind: 'gift', from: 0, offer: 'spoon', quantity: 1 }, {}],
    [{ kind: 'packet', amount: 188 }, { boost: null }],
    [{ kind: 'packet', amount: 188, boost }, {}],
  ];
  test.each(effects)('may have the effect %j', async (effect, known) => {
    const { promotion, answer } = await putPromotion({ ...body, effect });
    expect(promotion.effect).toEqual({ ...effect, ...known });
    const given = Object.entries({ ...effect, ...known }).filter(([, value]) => value !== null);
    expect(answer.effect).toEqual(Object.fromEntries(given));
  });

  test.each(wrongPromotions)('with %s is refused', (_what, change, pointer) =>
    refuses(to, { ...body, ...change }, pointer),
  );
});

const tier = { from: 1, off: 1 };
const packet = { kind: 'packet', amount: 1 };
const wrongEffects: Row[] = [
  ['without a kind', { off: 1 }, '/effect/kind'],
  ['of an unknown kind', { kind: 'half' }, '/effect/kind'],
  ['of a kind that is not text', { kind: 1 }, '/effect/kind'],
  ['of 10001 basis points', { kind: 'percent', bps: 10_001 }, '/effect/bps'],
  ['of no basis points', { kind: 'percent', bps: 0 }, '/effect/bps'],
  ['with a cap of 0', { kind: 'percent', bps: 1, cap: 0 }, '/effect/cap'],
  ['for every 0', { kind: 'every', every: 0, off: 1 }, '/effect/every'],
  ['with 0 off', { kind: 'every', every: 1, off: 0 }, '/effect/off'],
  ['applied 0 times', { kind: 'every', every: 1, off: 1, times: 0 }, '/effect/times'],
  ['without tiers', { kind: 'tiers', tiers: [] }, '/effect/tiers'],
  ['of 21 tiers', { kind: 'tiers', tiers: Array(21).fill(tier) }, '/effect/tiers'],
  [
    'of a tier that gives nothing',
    { kind: 'tiers', tiers: [{ ...tier, off: 0 }] },
    '/effect/tiers/0/off',
  ],
  ['of half a cent', { kind: 'fixed', off: 1.5 }, '/effect/off'],
  ['of more than 90,000,000', { kind: 'fixed', off: 90_000_001 }, '/effect/off'],
  ['with a field of another kind', { kind: 'fixed', off: 1, bps: 1 }, '/effect/bps'],
  ['with every unit free', { kind: 'freeUnits', every: 1, free: 1 }, '/effect/every'],
  ['of a gift beyond ASCII', { kind: 'gift', from: 0, offer: '勺', quantity: 1 }, '/effect/offer'],
  [
    'of a thousand gifts',
    { kind: 'gift', from: 0, offer: 'a', quantity: 1_000 },
    '/effect/quantity',
  ],
  ['of an empty packet', { kind: 'packet', amount: 0 }, '/effect/amount'],
  ['of a boost that cuts', { ...packet, boost: { ...boost, bps: 9_999 } }, '/effect/boost/bps'],
  [
    'of a boost for no tier',
    { ...packet, boost: { ...boost, members: [] } },
    '/effect/boost/members',
  ],
];

describe('an effect', () => {
  test.each(wrongEffects)(
    '%s is refused with one fault, at the wrong field',
    (_what, effect, pointer) => refuses(to, { ...body, effect }, pointer),
  );

  test('of an unknown kind is refused with the list of known kinds', async () => {
    const answer = await send(await start(), to, { ...body, effect: { kind: 'half' } });
    const kinds = 'tiers, every, percent, fixed, freeUnits, gift, packet';
    expect(answer.json().errors[0].detail).toBe(`must be one of ${kinds}`);
  });
});

describe('coupons', () => {
  const grant = ['POST', '/promotions/p1/coupons'] as const;
  const key = { 'idempotency-key': '"g1"' };

  test('are granted to shoppers of any name, by operators and merchants', async () => {
    const granted: unknown[] = [];
    const app = await start({
      grantCoupons: async (sale, given, { store }) => {
        granted.push([sale, given, store]);
        return { kind: 'changed', pendingCells: granted.length > 1 ? [0, 2] : [] };
      },
    });
    const shoppers = ['~'.repeat(128), 'a b', '"\\"'];
    const one = await send(app, grant, { shoppers }, key);
    expect([one.statusCode, one.json()]).toEqual([200, { promotion: 'p1', shoppers: 3, each: 1 }]);
    const many = Array.from({ length: 500 }, (_, i) => `${i}`.padStart(128, '"'));
    const asMerchant = { role: 'merchant' as const, ...key };
    const two = await send(app, grant, { shoppers: many, each: 2 }, asMerchant);
    expect(two.statusCode).toBe(202);
    expect(two.json()).toEqual({ promotion: 'p1', shoppers: 500, each: 2, pendingCells: [0, 2] });
    expect(granted).toEqual([
      ['friday', { promotion: 'p1', shoppers, each: 1, key: 'g1' }, null],
      ['friday', { promotion: 'p1', shoppers: many, each: 2, key: 'g1' }, 'store-1'],
    ]);
  });

  test('need a key', async () => {
    const answer = await send(await start(), grant, { shoppers: ['u1'] });
    expect(answer.json()).toMatchObject({ code: 'key_missing' });
  });

  const shoppers = ['u1'];
  const wrong: Row[] = [
    ['nobody', { shoppers: [] }, '/shoppers'],
    ['501 shoppers', { shoppers: ids(501) }, '/shoppers'],
    ['the same shopper twice', { shoppers: ['a', 'b', 'a'] }, '/shoppers/2'],
    ['a name beyond ASCII', { shoppers: ['甲'] }, '/shoppers/0'],
    ['a name of 129 characters', { shoppers: ['x'.repeat(129)] }, '/shoppers/0'],
    ['a shopper who gets 0', { shoppers, each: 0 }, '/each'],
    ['a shopper who gets 65', { shoppers, each: 65 }, '/each'],
    ['a shopper with an unknown field', { shoppers, note: 'hi' }, '/note'],
  ];
  test.each(wrong)('for %s are refused', (_what, payload, pointer) =>
    refuses(grant, payload, pointer),
  );

  test('in too large a body are refused', async () => {
    const shoppers = Array.from({ length: 2_000 }, () => 'x'.repeat(128));
    const answer = await send(await start(), grant, { shoppers }, key);
    expect(answer.json()).toMatchObject({ status: 413, code: 'too_large' });
  });
});

describe('balances', () => {
  const view = { points: 5, pointsUsed: 1, redPacket: 188, redPacketUsed: 0 };
  const balances = (shopper: string) =>
    ['PUT', `/shoppers/${encodeURIComponent(shopper)}/balances`] as const;

  test.each(['u1', '~'.repeat(128), 'a/b', '100 %'])('of the shopper %j are set', async (who) => {
    const given: unknown[] = [];
    const app = await start({
      setBalances: async (sale, shopper, balances) => {
        given.push([sale, shopper, balances]);
        const pendingCells = given.length > 1 ? [0] : [];
        return { kind: 'changed', view: { shopper, ...view }, pendingCells };
      },
    });
    const answer = await send(app, balances(who), { points: 5, redPacket: 188 });
    expect([answer.statusCode, answer.json()]).toEqual([200, { shopper: who, ...view }]);
    const late = await send(app, balances(who), { points: 0 });
    expect([late.statusCode, late.json().pendingCells]).toEqual([202, [0]]);
    expect(given).toEqual([
      ['friday', who, { points: 5, redPacketMinor: 188 }],
      ['friday', who, { points: 0 }],
    ]);
  });

  const wrong: Row[] = [
    ['nothing', {}, ''],
    ['negative points', { points: -1 }, '/points'],
    ['half a point', { points: 0.5 }, '/points'],
    ['more than 90,000,000 points', { points: 90_000_001 }, '/points'],
    ['a red packet of `max`', { redPacket: 'max' }, '/redPacket'],
    ['the points already used', { points: 1, pointsUsed: 1 }, '/pointsUsed'],
  ];
  test.each(wrong)('of %s are refused', (_what, payload, pointer) =>
    refuses(balances('u1'), payload, pointer),
  );

  test('of a name that no token can carry are refused', async () => {
    await refuses(balances('甲'), { points: 1 }, '/params/shopper');
    const endless = await send(await start(), balances('x'.repeat(129)), { points: 1 });
    expect(endless.statusCode).toBe(404);
  });
});

test('a merchant reads the report of their own store, an operator that of all stores', async () => {
  const row = { store: 'store-1', promotion: 'p1', layer: 'store', funder: 'store' } as const;
  const report = {
    sale: 'friday',
    asOf: '2025-01-01T00:00:00.000Z',
    total: 7,
    byFunder: { platform: 0, store: 7 },
    rows: [{ ...row, discount: 7, orders: 2 }],
  };
  const stores: (string | null)[] = [];
  const app = await start({ report: async (_sale, store) => (stores.push(store), report) });
  for (const role of ['merchant', 'operator'] as const) {
    const answer = await app.inject({ url: '/v1/sales/friday/report', headers: bearer(role) });
    expect(answer.json()).toEqual(report);
  }
  expect(stores).toEqual(['store-1', null]);
});
