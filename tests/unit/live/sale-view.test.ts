import { expect, test } from 'vitest';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import type { CellSnapshot } from '../../../src/cell/cells/snapshot.ts';
import type { KnownSale } from '../../../src/cell/sale-directory.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import type { Viewer } from '../../../src/domain/people/viewer.ts';
import { rulesOf } from '../../../src/domain/pricing/rules-of-sale.ts';
import type { Sale } from '../../../src/domain/sale.ts';
import { saleHead } from '../../../src/domain/terms/sale-head.ts';
import { liveFigures } from '../../../src/service/terms/live-figures.ts';
import type { ReadSaleDeps } from '../../../src/service/terms/sale-view.ts';
import { saleViewById } from '../../../src/service/terms/sales-by-id.ts';
import { storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';

const FRIDAY = 'friday' as SaleId;
const OPERATOR: Viewer = { kind: 'operator' };
const CELLS = 4;

/** A sale of 100 offers of `store-1` in four cells, and how often a cell was looked up. */
function inMemory() {
  const warnAt = { units: 3 };
  const offers = Array.from({ length: 100 }, (_, i) => offer(`o${i + 100}`, { warnAt }));
  const lists = { stores: [], offers, budgets: [], promotions: [] };
  const terms = { ...saleTerms(), id: FRIDAY, state: 'open', rulesVersion: 1 } as const;
  const sale = { ...terms, ...lists } as unknown as Sale;
  const byId = new Map(offers.map((one) => [one.id, one]));
  const cells = Array.from({ length: CELLS }, () => ({}) as CellAddress);
  const rules = rulesOf(sale);
  const known: KnownSale = { sale, head: saleHead(sale), offers: byId, rules, cells };
  let looks = 0;
  const snapshot = (): CellSnapshot => {
    looks++;
    const unitsByOffer = new Map(offers.map(({ id }) => [id, 1]));
    return { unitsByOffer, placed: 0, settled: 0 } as unknown as CellSnapshot;
  };
  const deps = { directory: { sale: () => known }, watch: { snapshot }, time: { now: () => 0 } };
  return { deps: deps as unknown as ReadSaleDeps, known, looks: () => looks };
}

test('a view of a sale looks each cell up once, however many offers there are', () => {
  const { deps, known, looks } = inMemory();
  expect(saleViewById(deps, FRIDAY, OPERATOR)!.offers).toHaveLength(100);
  expect(looks()).toBe(CELLS);
  expect(liveFigures(deps, known, null).offers[0]).toMatchObject({ unitsLeft: CELLS });
  expect(looks()).toBe(2 * CELLS);
});

test('a view of one thing has no other', () => {
  const { deps } = inMemory();
  const { offers, promotions } = saleViewById(deps, FRIDAY, OPERATOR, { offer: 'o105' })!;
  expect(offers.map(({ id }) => id)).toEqual(['o105']);
  expect(promotions).toEqual([]);
  expect(saleViewById(deps, FRIDAY, OPERATOR, { promotion: 'none' })!.offers).toEqual([]);
});

test('only its store and operators see where the warning line of an offer is', () => {
  const { deps } = inMemory();
  const seenBy = (viewer: Viewer) => saleViewById(deps, FRIDAY, viewer)!.offers[0]!;
  const seller: Viewer = { kind: 'store', store: storeId('store-1') };
  for (const viewer of [OPERATOR, seller]) expect(seenBy(viewer).warnAt).toEqual({ units: 3 });
  const other: Viewer = { kind: 'store', store: storeId('store-2') };
  for (const viewer of [{ kind: 'public' } as const, other]) {
    expect(seenBy(viewer)).not.toHaveProperty('warnAt');
  }
});
