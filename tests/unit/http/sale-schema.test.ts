import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LAYERS } from '../../../src/domain/promotion.ts';
import { isTimestamp } from '../../../src/domain/timestamps.ts';
import { SaleFile, readSaleFile } from '../../../src/http/sale-file/read-sale-file.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

const sale = {
  id: 'friday',
  ...saleBody({
    name: 'Friday drop',
    opensAt: '2026-11-11T00:00:00+08:00',
    closesAt: '2026-11-12T00:00:00.000Z',
  }),
};
const mug = { id: 'mug', ...offerBody({ cap: 100, lane: 'flash' }) };

/** The faults of a file with these contents, each as `pointer: detail`. */
function faultsOf(contents: unknown): string[] {
  const text = typeof contents === 'string' ? contents : JSON.stringify(contents);
  const read = readSaleFile(text, 'sale.json');
  if (read.kind === 'sale') return [];
  expect(read.faults.every(({ path }) => path === 'sale.json')).toBe(true);
  return read.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

/** Names of schemas are for the API reference. */
const withoutNames = (key: string, value: unknown) => (key === 'x-name' ? undefined : value);

test('files are checked with the published schema', () => {
  const published = JSON.parse(readFileSync('docs/sale.schema.json', 'utf8'));
  expect(published).toEqual({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Doorbuster sale',
    ...JSON.parse(JSON.stringify(SaleFile, withoutNames)),
  });
});

const files = readdirSync('examples').filter((name) => name.endsWith('.json'));

test.each(files)('the example %s is a sale', (name) => {
  expect(faultsOf(readFileSync(`examples/${name}`, 'utf8'))).toEqual([]);
});

const termsByDefault = {
  name: 'Friday drop',
  currency: 'CNY',
  opensAtMs: Date.UTC(2026, 10, 10, 16),
  closesAtMs: Date.UTC(2026, 10, 12),
  payWithinS: 900,
  cells: 1,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  holdsPerShopper: 20,
  cooldownAfter: 3,
  cooldownS: 600,
  hasClawback: false,
  access: [],
  visibleFromMs: null,
};

test('a file becomes a sale and its offers, and defaults fill what it leaves out', () => {
  expect(readSaleFile(JSON.stringify({ sale, offers: [mug] }), 'sale.json')).toEqual({
    kind: 'sale',
    id: 'friday',
    terms: termsByDefault,
    stores: null,
    offers: [
      {
        id: 'mug',
        store: 'store-1',
        title: 'A mug',
        priceMinor: 990,
        listPriceMinor: 990,
        cap: 100,
        limitPerShopper: null,
        lane: 'flash',
        categories: [],
        excludes: [],
        opensAtMs: null,
        closesAtMs: null,
        access: [],
        isPaused: null,
        warnAt: null,
        image: null,
      },
    ],
    budgets: [],
    promotions: [],
    coupons: [],
    balances: [],
  });
});

const coupon = {
  id: 'ten-off',
  layer: 'store_coupon',
  stores: ['store-1'],
  coupon: true,
  effect: { kind: 'fixed', off: 1_000, from: 9_900 },
  budget: 'spring',
  funder: 'store',
};
const gift = {
  id: 'spoon',
  layer: 'store',
  effect: { kind: 'gift', from: 1, offer: 'mug', quantity: 1 },
  funder: 'platform',
};
const spring = { id: 'spring', amount: 1_000_000, policy: 'whole', store: 'store-1' };
/** A file with every kind of row. */
const full = {
  sale: { ...sale, pointsRate: 10 },
  offers: [mug],
  budgets: [spring],
  promotions: [coupon, gift],
  coupons: [{ promotion: 'ten-off', shoppers: ['u2', 'u1'] }],
  balances: [
    { shopper: 'u1', points: 5 },
    { shopper: 'u2', redPacket: 188 },
  ],
};

test('a file may open offers early, pause them and set their warning lines', () => {
  const own = { access: [goldEarly], paused: true, warnAt: { percent: 5 } };
  const contents = { sale: { ...sale, access: [goldEarly] }, offers: [{ ...mug, ...own }] };
  const access = [{ members: ['gold'], fromMs: Date.UTC(2026, 10, 10) }];
  expect(readSaleFile(JSON.stringify(contents), 'sale.json')).toMatchObject({
    terms: { access },
    offers: [{ access, isPaused: true, warnAt: { percent: 5 } }],
  });
});

test('a file may also hold budgets, promotions, coupons and balances', () => {
  expect(readSaleFile(JSON.stringify(full), 'sale.json')).toMatchObject({
    kind: 'sale',
    terms: { pointsRate: 10 },
    budgets: [{ id: 'spring', store: 'store-1', amountMinor: 1_000_000, policy: 'whole' }],
    promotions: [
      { id: 'ten-off', isCoupon: true, effect: { kind: 'fixed', off: 1_000, from: 9_900 } },
      { id: 'spoon', stores: null, effect: { kind: 'gift', offer: 'mug' }, claims: null },
    ],
    coupons: [{ promotion: 'ten-off', shoppers: ['u1', 'u2'], each: 1 }],
    balances: [
      { shopper: 'u1', points: 5 },
      { shopper: 'u2', redPacketMinor: 188 },
    ],
  });
});

test('a file may list members of the sale; the stores of its offers are members too', () => {
  const listed = [{ store: 'store-2', offersMax: 5 }];
  const announced = { ...sale, stores: listed, visibleFrom: '2026-11-01T00:00:00Z' };
  const budgets = [{ ...spring, store: 'store-2' }];
  const read = readSaleFile(JSON.stringify({ sale: announced, offers: [mug], budgets }), 'a.json');
  expect(read).toMatchObject({
    kind: 'sale',
    terms: { visibleFromMs: Date.UTC(2026, 10, 1) },
    stores: [
      { store: 'store-2', offersMax: 5, promotionsMax: 100 },
      { store: 'store-1', offersMax: 1_000, promotionsMax: 100 },
    ],
  });
  const twice = { sale: { ...sale, stores: [...listed, ...listed] }, offers: [mug] };
  expect(faultsOf(twice)).toEqual(['/sale/stores/1/store: is listed twice']);
});

const layer = { name: 'store', basis: 'activity', pick: 'one' };
const layers = (...list: object[]) => ({ sale: { ...sale, layers: list }, promotions: [gift] });
const effect = (fields: object) => ({ promotions: [{ ...gift, effect: fields }] });
const tiers = [
  { from: 100, off: 10 },
  { from: 100, off: 20 },
];
const alone = { ...coupon, budget: undefined };

const wrongRules: [what: string, change: object, pointer: string][] = [
  ['the same budget twice', { budgets: [spring, spring] }, '/budgets/1/id'],
  ['a budget of an unknown store', { budgets: [{ ...spring, store: 'x' }] }, '/budgets/0/store'],
  ['a negative budget', { budgets: [{ ...spring, amount: -1 }] }, '/budgets/0/amount'],
  ['the same promotion twice', { promotions: [coupon, coupon] }, '/promotions/1/id'],
  [
    'a promotion in an unknown layer',
    { promotions: [{ ...alone, layer: 'x' }] },
    '/promotions/0/layer',
  ],
  [
    'a promotion with an unknown budget',
    { promotions: [{ ...coupon, budget: 'x' }] },
    '/promotions/0/budget',
  ],
  [
    'a promotion for an unknown store',
    { promotions: [{ ...gift, stores: ['x'] }] },
    '/promotions/0/stores/0',
  ],
  [
    'a promotion for an unknown offer',
    { promotions: [{ ...gift, offers: ['mug', 'x'] }] },
    '/promotions/0/offers/1',
  ],
  [
    'a gift that is not an offer of the sale',
    effect({ kind: 'gift', from: 1, offer: 'x', quantity: 1 }),
    '/promotions/0/effect/offer',
  ],
  ['10001 basis points', effect({ kind: 'percent', bps: 10_001 }), '/promotions/0/effect/bps'],
  ['tiers that overlap', effect({ kind: 'tiers', tiers }), '/promotions/0/effect/tiers/1/from'],
  ['the same layer twice', layers(layer, layer), '/sale/layers/1/name'],
  [
    'points that pay first',
    layers(layer, { ...layer, name: 'points', basis: 'remaining' }),
    '/sale/layers/1/pick',
  ],
  [
    'a promotion named like a tender',
    { promotions: [{ ...gift, id: 'points' }] },
    '/promotions/0/id',
  ],
  [
    'coupons of an unknown promotion',
    { coupons: [{ promotion: 'x', shoppers: ['u1'] }] },
    '/coupons/0/promotion',
  ],
  [
    'coupons of a promotion that needs none',
    { coupons: [{ promotion: 'spoon', shoppers: ['u1'] }] },
    '/coupons/0/promotion',
  ],
  [
    'the same grant twice, its shoppers in another order',
    { coupons: [...full.coupons, { promotion: 'ten-off', shoppers: ['u1', 'u2'], each: 1 }] },
    '/coupons/1',
  ],
  [
    'the balances of one shopper twice',
    { balances: Array(2).fill(full.balances[0]) },
    '/balances/1/shopper',
  ],
  ['balances that set nothing', { balances: [{ shopper: 'u1' }] }, '/balances/0'],
  ['a shopper beyond ASCII', { balances: [{ shopper: '甲', points: 1 }] }, '/balances/0/shopper'],
];

const goldEarly = { members: ['gold'], from: '2026-11-10T00:00:00Z' };

const wrongFiles: [what: string, contents: unknown, pointer: string][] = [
  ['a duplicate offer', { sale, offers: [mug, { ...mug, cap: 1 }] }, '/offers/1/id'],
  [
    'a close before the opening',
    { sale: { ...sale, closesAt: sale.opensAt }, offers: [] },
    '/sale/closesAt',
  ],
  [
    'early access to a sale that is open already',
    { sale: { ...sale, access: [{ members: ['gold'], from: sale.opensAt }] }, offers: [] },
    '/sale/access/0/from',
  ],
  [
    'early access to an offer whose sale is open already',
    { sale, offers: [{ ...mug, access: [{ members: ['gold'], from: sale.opensAt }] }] },
    '/offers/0/access/0/from',
  ],
  [
    'nine rows of early access',
    { sale: { ...sale, access: Array(9).fill(goldEarly) }, offers: [] },
    '/sale/access',
  ],
  [
    'two warning lines',
    { sale, offers: [{ ...mug, warnAt: { units: 1, percent: 1 } }] },
    '/offers/0/warnAt',
  ],
  ['a negative cap', { sale, offers: [{ ...mug, cap: -1 }] }, '/offers/0/cap'],
  ['a cap in words', { sale, offers: [{ ...mug, cap: '5' }] }, '/offers/0/cap'],
  ['half a cent', { sale, offers: [{ ...mug, price: 0.5 }] }, '/offers/0/price'],
  [
    'a list price below the price',
    { sale, offers: [{ ...mug, listPrice: 1 }] },
    '/offers/0/listPrice',
  ],
  ['an offer without a store', { sale, offers: [{ ...mug, store: undefined }] }, '/offers/0/store'],
  ['an unknown field', { sale, offers: [{ ...mug, 'a/b': 1 }] }, '/offers/0/a~1b'],
  ['a sale id with a colon', { sale: { ...sale, id: 'a:b' }, offers: [] }, '/sale/id'],
  ['an offer id with a space', { sale, offers: [{ ...mug, id: 'a b' }] }, '/offers/0/id'],
  [
    'a sale of 1960',
    { sale: { ...sale, opensAt: '1960-01-01T00:00:00Z' }, offers: [] },
    '/sale/opensAt',
  ],
  [
    'an offer of the year 9999',
    { sale, offers: [{ ...mug, closesAt: '9999-01-01T00:00:00Z' }] },
    '/offers/0/closesAt',
  ],
  ['257 cells', { sale: { ...sale, cells: 257 }, offers: [] }, '/sale/cells'],
  ['no offers', { sale }, '/offers'],
  ['a file that is a list', [], ''],
];

describe('a wrong file is refused whole, with a pointer and a reason', () => {
  test.each(wrongFiles)('%s', (_what, contents, pointer) => {
    expect(faultsOf(contents).map((fault) => fault.split(':')[0])).toEqual([pointer]);
  });

  test.each(wrongRules)('%s', (_what, change, pointer) => {
    const file = { ...full, coupons: [], ...change };
    expect(faultsOf(file).map((fault) => fault.split(':')[0])).toEqual([pointer]);
  });

  test.each([
    ['{\n  "sale": {,\n', 'line 2, column 12'],
    ['{"sale":', 'line 1, column 9'],
    ['', 'line 1, column 1'],
    ['{\n}\n x', 'line 3, column 2'],
  ])('line and column of text that is not JSON: %j', (text, place) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(`: is not JSON at ${place}: `)]);
  });

  const long = 'a'.repeat(30);
  test.each([
    [`{"id": "${long}",\n "tags": ["audio",]\n}`, 'line 2, column 19'],
    [`{"id": "${long}",\n "tags": [\n1,,\n2,\n3]}`, 'line 3, column 3'],
    [`{"id": "${long}",\n "tags": [1,]`, 'line 2, column 13'],
    [`{"id":, "${long}"}`, 'line 1, column 7'],
    [`{"id": "${long}"\n "tags": []}`, 'line 2, column 2'],
  ])('line and column when the parser quotes only a part of the text: %j', (text, place) => {
    const [fault] = faultsOf(text);
    expect(fault).toContain(`: is not JSON at ${place}: `);
    expect(fault).not.toMatch(/\n|position/);
  });

  test.each(['{"id":,,}', `[["${long}",, "${long}"],\n ["${long}",, "${long}"]]`])(
    'no line when the parser’s message fits more than one place: %j',
    (text) => {
      expect(faultsOf(text)).toEqual([
        expect.stringMatching(/: is not JSON: Unexpected token ','/),
      ]);
    },
  );

  test('an id that names nothing in the file is refused in plain words', () => {
    const [promotion] = full.promotions;
    const wrong = { ...promotion, stores: ['none'], offers: ['none'], budget: 'none' };
    expect(faultsOf({ ...full, coupons: [], promotions: [wrong] })).toEqual([
      '/promotions/0/stores/0: is not a store in this file',
      '/promotions/0/offers/0: is not an offer in this file',
      '/promotions/0/budget: is not a budget in this file',
    ]);
  });

  test('all faults at once', () => {
    const wrong = { sale: { ...sale, currency: 'yuan' }, offers: [{ ...mug, cap: -1, price: -1 }] };
    expect(faultsOf(wrong)).toHaveLength(3);
  });
});

test.each([
  '2026-11-11T00:00:00Z',
  '2026-11-11t00:00:00.5z',
  '2024-02-29T23:59:59.123-07:30',
  '2000-01-01T00:00:00Z',
  '2999-12-31T23:59:59.999Z',
])('%s is a time', (text) => {
  expect(isTimestamp(text)).toBe(true);
});

test.each([
  '2026-11-11',
  '2026-11-11T00:00:00',
  '2026-11-11 00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-11T24:00:01Z',
  '2026-11-11T23:59:60Z',
  '2026-11-11T00:00:00.1234Z',
  '2026-11-11T00:00:00+99:00',
  '1999-12-31T23:59:59.999Z',
  '2000-01-01T00:00:00+00:01',
  '1960-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '3000-01-01T00:00:00Z',
  '2999-12-31T23:59:00-00:01',
  '9999-01-01T00:00:00Z',
  'tomorrow',
])('%s is not a time', (text) => {
  expect(isTimestamp(text)).toBe(false);
});
