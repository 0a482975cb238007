import { beforeAll, describe, expect, test } from 'vitest';
import { MAX_ACTIVITY_MINOR } from '../../../src/domain/sale.ts';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import type { Asked } from '../../world/stage/http-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { saleBody } from '../../../proof/builders/sale-files.ts';

let shop: HttpShop;

const coupon = {
  layer: 'store_coupon',
  coupon: true,
  effect: { kind: 'fixed', off: 100 },
  funder: 'platform',
};
const claims = { quota: 1 };
const tenOff = { layer: 'cross_store', effect: { kind: 'fixed', off: 10 }, funder: 'platform' };
const packet = {
  ...{ layer: 'red_packet', funder: 'platform', claims, budget: 'money' },
  effect: { kind: 'packet', amount: 500 },
};

/** Another sale, with a budget and a coupon `elsewhere` that u1 holds. */
async function setOtherSale(): Promise<void> {
  const headers = { authorization: operator, 'idempotency-key': 'elsewhere' };
  const steps: [method: string, path: string, body: object][] = [
    ['PUT', '', saleBody({ name: 'Another' })],
    ['PUT', '/budgets/elsewhere', { amount: 500, policy: 'whole' }],
    ['PUT', '/promotions/elsewhere', coupon],
    ['POST', '/promotions/elsewhere/coupons', { shoppers: ['u1'] }],
    ['POST', '/open', {}],
  ];
  for (const [method, path, body] of steps) {
    const asked = { method, path: `/v1/sales/another${path}`, headers, body };
    expect((await shop.send(asked)).status).toBe(200);
  }
}

withStage(
  'file',
  (world) =>
    HttpShop.open(world, [
      offer('mug', { lane: 'cart', priceMinor: 9_900, listPriceMinor: 9_900, limitPerShopper: 5 }),
      offer('few', { lane: 'cart', cap: 2 }),
      offer('flash'),
      offer('dear', { lane: 'cart', priceMinor: 30_000_000, listPriceMinor: 30_000_000 }),
      offer('penny', { lane: 'cart', priceMinor: 1, listPriceMinor: 1 }),
    ]),
  (made) => (shop = made),
);
/** u1 holds the coupon `held`, 70 points and a red packet; used `spent`; u2 holds `of-another`. */
beforeAll(async () => {
  await shop.set('PUT', '/budgets/money', { amount: 500, policy: 'whole' });
  for (const id of ['held', 'spent', 'of-another']) {
    await shop.set('PUT', `/promotions/${id}`, coupon);
  }
  await shop.set('PUT', '/promotions/grab', { ...coupon, claims });
  await shop.set('PUT', '/promotions/ten-off', tenOff);
  await shop.set('PUT', '/promotions/packet', packet);
  const grant = (promotion: string, to: string) =>
    shop.set('POST', `/promotions/${promotion}/coupons`, { shoppers: [to] }, `${promotion}-${to}`);
  await grant('held', 'u1');
  await grant('spent', 'u1');
  await grant('of-another', 'u2');
  await shop.set('PUT', '/shoppers/u1/balances', { points: 100, redPacket: 50 });
  const headers = { 'idempotency-key': 'spends' };
  const spent = await shop.send({ headers, body: cart({ coupons: ['spent'], points: 30 }) });
  expect(spent.status).toBe(201);
  await setOtherSale();
});

/** A cart of one mug at 99.00, from which ten-off takes 0.10. */
const cart = (tender: object = {}, lines: object[] = [{ offer: 'mug', quantity: 1 }]) => ({
  lines,
  ...tender,
});
const TOTAL = 9_890;

/** A field of the body, what is wrong with it, and the problem with fields of its own. */
type Row = [what: string, body: object, status: number, code: string, fields: object];

const at = (pointer: string) => ({ errors: [{ pointer }] });
const dear = (quantity: number) => ({ offer: 'dear', quantity });
const penny = { offer: 'penny', quantity: 1 };

/** Carts that are wrong for both an order and a quote. */
const wrongCarts: Row[] = [
  ...['of-another', 'spent', 'grab', 'ten-off', 'elsewhere', 'nowhere'].map((id): Row => {
    const body = cart({ coupons: ['held', id] });
    return [`the coupon ${id}`, body, 409, 'coupon_unavailable', { promotion: id }];
  }),
  ['a coupon twice', cart({ coupons: ['held', 'held'] }), 400, 'invalid', at('/coupons/1')],
  [
    'a coupon that is not an id',
    cart({ coupons: ['held', '券'] }),
    400,
    'invalid',
    at('/coupons/1'),
  ],
  ['21 coupons', cart({ coupons: ids(21) }), 400, 'invalid', at('/coupons')],
  ['coupons that are not a list', cart({ coupons: 'held' }), 400, 'invalid', at('/coupons')],
  [
    'points beyond the balance',
    cart({ points: 71 }),
    ...[409, 'balance_short', { balance: 'points', available: 70 }],
  ] as Row,
  [
    'a red packet beyond the balance',
    cart({ redPacket: 51 }),
    ...[409, 'balance_short', { balance: 'redPacket', available: 50 }],
  ] as Row,
  ['negative points', cart({ points: -1 }), 400, 'invalid', at('/points')],
  ['half a point', cart({ points: 0.5 }), 400, 'invalid', at('/points')],
  ['a red packet of an unknown word', cart({ redPacket: 'all' }), 400, 'invalid', at('/redPacket')],
  ['one minor unit too much', cart({}, [dear(3), penny]), 400, 'invalid', at('/lines')],
  ['an unknown offer', cart({}, [penny, { ...penny, offer: 'x' }]), 404, 'unknown_offer', {}],
  [
    'an offer that is not an id',
    cart({}, [{ ...penny, offer: '杯' }]),
    400,
    'invalid',
    at('/lines/0/offer'),
  ],
  ['no quantity', cart({}, [penny, { offer: 'mug' }]), 400, 'invalid', at('/lines/1/quantity')],
];

const few = (quantity: number) => ({ offer: 'few', quantity });
const mug = (quantity: number) => ({ offer: 'mug', quantity });

/** Carts that are wrong for an order alone. */
const wrongOrders: Row[] = [
  [
    'an expected total one cent too high',
    cart({ expectedTotal: TOTAL + 1 }),
    ...[409, 'price_changed', { total: TOTAL, quote: { total: TOTAL } }],
  ] as Row,
  [
    'an expected total one cent too low',
    cart({ expectedTotal: TOTAL - 1 }),
    ...[409, 'price_changed', { total: TOTAL }],
  ] as Row,
  [
    'more units than are left, over two lines',
    cart({}, [few(1), mug(1), few(2)]),
    ...[409, 'sold_out', { offer: 'few', unitsLeft: 2 }],
  ] as Row,
  [
    'more units than the limit, over two lines and an earlier order',
    cart({}, [mug(2), penny, mug(3)]),
    ...[409, 'limit_reached', { limit: 5, taken: 1 }],
  ] as Row,
  [
    'an unheld coupon and a wrong total',
    cart({ coupons: ['grab'], expectedTotal: 1 }),
    409,
    'coupon_unavailable',
    {},
  ],
];

const refuses = async (asked: Asked, status: number, code: string, fields: object) => {
  expect(await shop.refuses(asked, status, code)).toMatchObject(fields);
};

describe('an order is refused with', () => {
  test.each([...wrongCarts, ...wrongOrders])('%s', (_what, body, status, code, fields) =>
    refuses({ body }, status, code, fields),
  );
});

describe('a quote is refused with', () => {
  test.each(wrongCarts)('%s', (_what, body, status, code, fields) =>
    refuses({ path: `${shop.path}/quotes`, body }, status, code, fields),
  );

  test('a best deal that names coupons', () =>
    refuses(
      { path: `${shop.path}/quotes`, body: cart({ best: true, coupons: ['held'] }) },
      ...[400, 'invalid', at('/coupons')],
    ));
});

test('a cart of exactly the largest amount is taken', async () => {
  const body = cart({ expectedTotal: MAX_ACTIVITY_MINOR - 10 }, [dear(1), dear(2)]);
  const headers = { 'idempotency-key': 'the-most', authorization: shopper('u3') };
  expect((await shop.send({ headers, body })).status).toBe(201);
});

const promotions: [what: string, body: object, pointer: string][] = [
  [
    'tiers that overlap',
    { effect: { kind: 'tiers', tiers: [tier(100, 10), tier(100, 20)] } },
    '/effect/tiers/1/from',
  ],
  [
    'tiers that fall',
    { effect: { kind: 'tiers', tiers: [tier(100, 10), tier(200, 10)] } },
    '/effect/tiers/1/off',
  ],
  ['more than 100 % off', { effect: { kind: 'percent', bps: 10_001 } }, '/effect/bps'],
  ['an every of 0', { effect: { kind: 'every', every: 0, off: 1 } }, '/effect/every'],
  ['an unknown effect', { effect: { kind: 'magic' } }, '/effect/kind'],
  ['an unknown store', { stores: ['store-1', 'store-9'] }, '/stores/1'],
  ['a store that is not an id', { stores: ['店'] }, '/stores/0'],
  ['an unknown offer', { offers: ['mug', 'x'] }, '/offers/1'],
  [
    'an unknown gift',
    { effect: { kind: 'gift', from: 1, offer: 'x', quantity: 1 } },
    '/effect/offer',
  ],
  ['an unknown layer', { layer: 'moon' }, '/layer'],
  ['a budget of another sale', { budget: 'elsewhere' }, '/budget'],
  ['a red packet without a budget', { ...packet, budget: undefined }, '/budget'],
  ['a quota for nothing to claim', { claims }, '/claims'],
  [
    'free units in a layer of basis `remaining`',
    { layer: 'member', effect: freeUnits(3, 1) },
    '/layer',
  ],
  ['more free units than bought', { effect: freeUnits(3, 3) }, '/effect/free'],
  ['an amount beyond the bound', { effect: { kind: 'fixed', off: 90_000_001 } }, '/effect/off'],
  ['an empty list', { categories: [] }, '/categories'],
  ['an unknown field', { priority: 1 }, '/priority'],
];

describe('a promotion is refused with', () => {
  const put = (
    path: string,
    body: object,
    headers: object = { authorization: operator },
  ): Asked => ({
    ...{ method: 'PUT', path: `${shop.path}${path}`, body },
    headers: headers as Record<string, string>,
  });

  test.each(promotions)('%s', async (_what, body, pointer) => {
    const asked = put('/promotions/new', { ...tenOff, ...body });
    await shop.refuses(asked, 400, 'invalid', pointer);
  });

  test('ids that are not ids or name a tender', async () => {
    const id = encodeURIComponent('满减');
    await shop.refuses(put(`/promotions/${id}`, tenOff), 400, 'invalid', '/params/promotion');
    const budget = { amount: 1, policy: 'whole' };
    await shop.refuses(put(`/budgets/${id}`, budget), 400, 'invalid', '/params/budget');
    await shop.refuses(put('/promotions/points', tenOff), 400, 'invalid', '/id');
    const balances = put(`/shoppers/${id}/balances`, { points: 1 });
    await shop.refuses(balances, 400, 'invalid', '/params/shopper');
  });

  test('a store, a funder or a budget that is not the merchant’s', async () => {
    const asMerchant = { authorization: merchant };
    const foreign = { ...tenOff, stores: ['store-2'], funder: 'store' };
    await shop.refuses(put('/promotions/new', foreign, asMerchant), 403, 'forbidden');
    await shop.refuses(put('/promotions/ten-off', tenOff, asMerchant), 403, 'forbidden');
    const drawing = { ...tenOff, stores: ['store-1'], funder: 'store', budget: 'money' };
    await shop.refuses(put('/promotions/new', drawing, asMerchant), 400, 'invalid', '/budget');
    const asShopper = { authorization: shopper('u1') };
    await shop.refuses(put('/promotions/new', tenOff, asShopper), 403, 'forbidden');
    const budget = { amount: 500, policy: 'whole' };
    await shop.refuses(put('/budgets/money', budget, asMerchant), 404, 'not_found');
  });

  test('a smaller budget or quota than before', async () => {
    const budget = { amount: 499, policy: 'whole' };
    await shop.refuses(put('/budgets/money', budget), 409, 'conflict');
    const less = { ...coupon, claims: { quota: 0 } };
    await shop.refuses(put('/promotions/grab', less), 409, 'conflict');
  });

  test('balances below what was used, or without a value', async () => {
    await shop.refuses(put('/shoppers/u1/balances', { points: 29 }), 409, 'conflict');
    await shop.refuses(put('/shoppers/u1/balances', {}), 400, 'invalid', '');
    await shop.refuses(put('/shoppers/u1/balances', { points: -1 }), 400, 'invalid', '/points');
  });
});

describe('a grant is refused', () => {
  const grant = (promotion: string, body: object, headers: object = {}): Asked => ({
    ...{ path: `${shop.path}/promotions/${promotion}/coupons`, body },
    headers: { authorization: operator, ...headers },
  });
  const wrong: [string, object, string][] = [
    ['to nobody', { shoppers: [] }, '/shoppers'],
    ['to one shopper twice', { shoppers: ['u1', 'u1'] }, '/shoppers/1'],
    ['to a name that is not a shopper’s', { shoppers: ['u1', '张三'] }, '/shoppers/1'],
    ['of 0 coupons each', { shoppers: ['u1'], each: 0 }, '/each'],
    ['of 65 coupons each', { shoppers: ['u1'], each: 65 }, '/each'],
  ];
  test.each(wrong)('%s', async (_what, body, pointer) => {
    await shop.refuses(grant('held', body), 400, 'invalid', pointer);
  });

  test('for a promotion without coupons, for an unknown one, without a key', async () => {
    const body = { shoppers: ['u1'] };
    await shop.refuses(grant('ten-off', body), 409, 'conflict');
    await shop.refuses(grant('nowhere', body), 404, 'not_found');
    await shop.refuses(grant('held', body, { 'idempotency-key': null }), 400, 'key_missing');
  });
});

describe('a claim is refused', () => {
  const claim = (promotion: string, headers: object = {}, body: unknown = {}): Asked => ({
    ...{ path: `${shop.path}/promotions/${promotion}/claims`, body },
    headers: headers as Record<string, string>,
  });

  test('for a promotion without claims, with a body, without a key', async () => {
    await shop.refuses(claim('nowhere'), 404, 'not_found');
    await shop.refuses(claim('held'), 404, 'not_found');
    const id = encodeURIComponent('红包');
    await shop.refuses(claim(id), 400, 'invalid', '/params/promotion');
    await shop.refuses(claim('grab', {}, { quantity: 2 }), 400, 'invalid', '/quantity');
    await shop.refuses(claim('grab', { 'idempotency-key': null }), 400, 'key_missing');
    await shop.refuses(claim('grab', { authorization: operator }), 403, 'forbidden');
  });

  test('for another member tier, with a detail that fits a claim', async () => {
    await shop.set('PUT', '/promotions/gold', { ...coupon, claims, members: ['gold'] });
    await refuses(claim('gold'), 409, 'coupon_unavailable', {
      promotion: 'gold',
      detail: 'You hold no unused coupon of gold, or it is for other members.',
    });
    const authorization = bearer({ sub: 'u1', role: 'shopper', member: 'gold' });
    const headers = { authorization, 'idempotency-key': 'gold' };
    expect((await shop.send(claim('gold', headers))).status).toBe(201);
  });

  test('beyond the limit, then when the quota is used up', async () => {
    const key = (name: string) => ({ 'idempotency-key': name });
    expect((await shop.send(claim('grab', key('first')))).status).toBe(201);
    await refuses(claim('grab', key('second')), 409, 'limit_reached', { limit: 1, taken: 1 });
    const other = { ...key('other'), authorization: shopper('u2') };
    await refuses(claim('grab', other), 409, 'sold_out', { promotion: 'grab', unitsLeft: 0 });
    await shop.refuses(claim('packet', key('first')), 422, 'key_reused');
  });
});

test('all of this broke no promise', async () => {
  expect((await shop.shop.audit()).brokenPromises).toEqual([]);
});

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `id-${i}`);
}

function tier(from: number, off: number) {
  return { from, off };
}

function freeUnits(every: number, free: number) {
  return { kind: 'freeUnits', every, free };
}
