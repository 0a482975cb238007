import { expect, test } from 'vitest';
import { PUBLIC, maySee, seenBy } from '../../../src/domain/people/viewer.ts';
import type { Viewer } from '../../../src/domain/people/viewer.ts';
import { DEFAULT_BOUNDS } from '../../../src/domain/sale.ts';
import type { Sale } from '../../../src/domain/sale.ts';
import { newSaleId, storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';

const [one, two] = [storeId('s1'), storeId('s2')];
const OPERATOR: Viewer = { kind: 'operator' };
const merchantOf = (store: string): Viewer => ({ kind: 'store', store: storeId(store) });

const ofStore = (id: string, store: string) =>
  promotion(id, { stores: [storeId(store)], funder: 'store', budget: `b-${store}` });

/** A draft with two members, each with an offer, a budget and a promotion, and the platform's. */
const draft: Sale = {
  ...saleTerms(),
  id: newSaleId(),
  state: 'draft',
  rulesVersion: 1,
  stores: [one, two].map((store) => ({ store, ...DEFAULT_BOUNDS })),
  offers: [offer('a', { store: one }), offer('b', { store: two })],
  budgets: [budget('b-s1', { store: one }), budget('b-s2', { store: two }), budget('platforms')],
  promotions: [
    ofStore('p1', 's1'),
    ofStore('p2', 's2'),
    promotion('all', { budget: 'platforms', funder: 'platform' }),
  ],
};
const opened: Sale = { ...draft, state: 'open' };

/** The ids of what a viewer sees, and the budgets that the promotions show. */
function idsOf(sale: Sale, viewer: Viewer) {
  const seen = seenBy(sale, viewer, 0)!;
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).join(' ');
  return {
    stores: seen.stores.map(({ store }) => store).join(' '),
    offers: ids(seen.offers),
    budgets: ids(seen.budgets),
    promotions: ids(seen.promotions),
    draws: seen.promotions.map(({ budget: from }) => from),
  };
}

test('a draft is hidden from all but operators and its members', () => {
  for (const viewer of [PUBLIC, merchantOf('s3')]) {
    expect(seenBy(draft, viewer, 0)).toBeNull();
    expect(maySee(draft, viewer, 0)).toBe(false);
    expect(seenBy(opened, viewer, 0)).not.toBeNull();
  }
  for (const viewer of [OPERATOR, merchantOf('s1')]) expect(maySee(draft, viewer, 0)).toBe(true);
});

test('from `visibleFrom` on, everyone sees a draft', () => {
  const announced = { ...draft, visibleFromMs: 1_000 };
  expect(seenBy(announced, PUBLIC, 999)).toBeNull();
  expect(seenBy(announced, PUBLIC, 1_000)?.offers).toEqual(draft.offers);
});

test('of a hidden draft, a member sees only what is its own', () => {
  expect(idsOf(draft, merchantOf('s1'))).toEqual({
    ...{ stores: 's1', offers: 'a', budgets: 'b-s1', promotions: 'p1' },
    draws: ['b-s1'],
  });
});

test('nobody but operators sees budgets and members of others in a sale that all see', () => {
  const shared = { offers: 'a b', promotions: 'p1 p2 all' };
  const none = { stores: '', budgets: '', draws: [null, null, null] };
  expect(idsOf(opened, PUBLIC)).toEqual({ ...shared, ...none });
  expect(idsOf(opened, merchantOf('s3'))).toEqual({ ...shared, ...none });
  const own = { stores: 's2', budgets: 'b-s2', draws: [null, 'b-s2', null] };
  expect(idsOf(opened, merchantOf('s2'))).toEqual({ ...shared, ...own });
  expect(seenBy(opened, OPERATOR, 0)).toBe(opened);
});
