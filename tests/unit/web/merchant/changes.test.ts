import { describe, expect, test } from 'vitest';
import type { Change } from '../../../../client/index.ts';
import { changedFields, touches } from '../../../../web/merchant/changes/changed-fields.ts';
import { readEffect } from '../../../../web/merchant/changes/effect-guard.ts';
import { mergeChanges } from '../../../../web/merchant/changes/read-changes.ts';
import type { OfferOfSale } from '../../../../web/merchant/desk/whole-sale.ts';
import { offersOf, storesOf, titleOf } from '../../../../web/merchant/desk/whole-sale.ts';
import {
  changesPath,
  hookPath,
  orderPath,
  promotionPath,
  viewPath,
} from '../../../../web/merchant/desk/paths.ts';
import { readChosen, readSaleFile } from '../../../../web/merchant/file/read-file.ts';
import { typedHook, isWhole, readHook } from '../../../../web/merchant/hooks/typed-hook.ts';

const change = (more: Partial<Change> = {}): Change => ({
  number: 1,
  at: '2026-11-11T12:00:00.000Z',
  sub: 'mia',
  role: 'merchant',
  store: 'store-1',
  what: 'patch',
  subject: 'offer:charger',
  before: { price: 100, cap: 5, warnAt: null },
  after: { price: 90, cap: 5 },
  reason: null,
  route: 'PATCH /v1/sales/:sale/offers/:offer',
  requestId: 'r1',
  hash: '',
  ...more,
});

const offer = (id: string, store: string): OfferOfSale => ({
  id,
  store,
  title: id.toUpperCase(),
  price: 100,
  listPrice: 100,
  limitPerShopper: null,
  lane: 'cart',
  categories: [],
  excludes: [],
  opensAt: null,
  closesAt: null,
  access: [],
  paused: false,
  image: null,
  stock: 'in_stock',
});

describe('a change shows only what it made different', () => {
  test('a field that stays, or that was nothing, is left out', () => {
    expect(changedFields(change())).toEqual([{ name: 'price', before: 100, after: 90 }]);
  });

  test('a new thing has all its fields, and a deleted one had them', () => {
    const made = changedFields(change({ before: null }));
    expect(made.map(({ name }) => name)).toEqual(['price', 'cap']);
    const gone = changedFields(change({ after: null }));
    expect(gone.map(({ name }) => name)).toEqual(['price', 'cap']);
  });

  test('who changed a price is told from who made the offer', () => {
    expect(touches(change(), 'price')).toBe(true);
    expect(touches(change(), 'cap')).toBe(false);
    expect(touches(change({ before: null }), 'price')).toBe(false);
    expect(touches(change({ before: null }), '')).toBe(true);
  });
});

test('changes that came twice are shown once', () => {
  const known = [change(), change({ number: 2 })];
  const fresh = [change({ number: 2 }), change({ number: 3 })];
  expect(mergeChanges(known, fresh).map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(mergeChanges([], fresh)).toHaveLength(2);
});

test('only an effect that has all its numbers is put into a sentence', () => {
  for (const effect of [
    { kind: 'every', every: 300, off: 50 },
    { kind: 'tiers', tiers: [{ from: 1, off: 1 }] },
    { kind: 'gift', from: 1, quantity: 1, offer: 'a' },
  ]) {
    expect(readEffect(effect)).toEqual(effect);
  }
  expect(readEffect({ kind: 'gift', from: 1, quantity: 1 })).toBeNull();
  expect(readEffect({ kind: 'every', every: 300 })).toBeNull();
  expect(readEffect({ kind: 'toString' })).toBeNull();
  expect(readEffect(null)).toBeNull();
});

test('what an effect does not have, the ledger keeps as null', () => {
  const kept = { kind: 'percent', bps: 1_000, cap: null, from: 0 };
  expect(readEffect(kept)).toEqual({ kind: 'percent', bps: 1_000, from: 0 });
});

test('paths carry any id', () => {
  expect(viewPath('eleven', 'today')).toBe('/merchant/s/eleven');
  expect(viewPath('eleven', 'hooks')).toBe('/merchant/s/eleven/hooks');
  expect(orderPath('eleven', 'a/b')).toBe('/merchant/s/eleven/orders/a%2Fb');
  expect(promotionPath('eleven', 'new')).toBe('/merchant/s/eleven/promotions/of/new');
  expect(hookPath('eleven', 'new')).toBe('/merchant/s/eleven/hooks/of/new');
  expect(changesPath('eleven', 'offer:a')).toBe('/merchant/s/eleven/changes?subject=offer%3Aa');
});

test('the offers of a store are told from all others', () => {
  const sale = { offers: [offer('a', 's1'), offer('b', 's2'), offer('c', 's1')] };
  expect(offersOf(sale, 's1').map(({ id }) => id)).toEqual(['a', 'c']);
  expect(offersOf(sale, null)).toHaveLength(3);
  expect(storesOf(sale)).toEqual(['s1', 's2']);
  expect(titleOf(sale, 'b')).toBe('B');
  expect(titleOf(sale, 'gone')).toBe('gone');
});

describe('a sale file', () => {
  const text = JSON.stringify({ sale: { id: 'eleven' }, offers: [] });

  test('is read when it is about this sale', () => {
    expect(readSaleFile(text, 'eleven')).toMatchObject({ kind: 'read' });
  });

  test.each([
    ['{', { kind: 'notJson' }],
    ['null', { kind: 'notFile' }],
    ['{"sale":{"id":"eleven"}}', { kind: 'notFile' }],
    ['{"sale":{"id":"other"},"offers":[]}', { kind: 'otherSale', id: 'other' }],
  ])('that cannot be used says why: %s', (bad, fault) => {
    expect(readSaleFile(bad, 'eleven')).toEqual(fault);
  });

  test('that is too large is not read', async () => {
    const chosen = { size: 8 * 1024 * 1024 + 1, text: () => Promise.reject(new Error('read')) };
    expect(await readChosen(chosen, 'eleven')).toEqual({ kind: 'tooLarge' });
  });
});

test('an endpoint needs an id, an address and an event', () => {
  const hook = { id: 'erp', url: 'https://shop.example/hook', kinds: ['order.paid'] };
  const typed = typedHook({ ...hook, store: null, enabled: true, owner: null });
  expect(isWhole(typed)).toBe(true);
  expect(isWhole({ ...typed, id: 'no spaces' })).toBe(false);
  expect(isWhole({ ...typed, url: ' ' })).toBe(false);
  expect(isWhole({ ...typed, kinds: [] })).toBe(false);
  expect(readHook(JSON.parse(JSON.stringify(typed)))).toEqual(typed);
  expect(readHook({ ...typed, kinds: ['order.eaten'] })).toBeNull();
});
