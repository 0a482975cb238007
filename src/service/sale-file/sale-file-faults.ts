import {
  budgetFaults,
  layersFaults,
  promotionFaults,
} from '../../domain/pricing/promotion-faults.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { offerFaults, saleFaults, storesFaults } from '../../domain/sale.ts';
import type { Fault } from '../../domain/sale.ts';
import type { SaleContents } from './sale-contents.ts';

const inside = (pointer: string, faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));

/**
 * Finds items that a list has twice: one of the two would silently win.
 * @param name the pointer to the field that names an item, or '' for the item itself
 */
function duplicateFaults(list: string, name: string, named: readonly string[]): Fault[] {
  const first = new Map<string, number>();
  return named.flatMap((one, at) => {
    const before = first.get(one);
    if (before === undefined) first.set(one, at);
    if (before === undefined) return [];
    const pointer = `/${list}/${at}${name}`;
    return [{ pointer, detail: `is the same as /${list}/${before}${name}` }];
  });
}

/** The faults of each item of a list, and ids that appear twice. */
function listFaults<Item extends { readonly id: string }>(
  list: string,
  items: readonly Item[],
  faults: (item: Item) => Fault[],
): Fault[] {
  const ids = items.map(({ id }) => id);
  return [
    ...items.flatMap((item, at) => inside(`/${list}/${at}`, faults(item))),
    ...duplicateFaults(list, '/id', ids),
  ];
}

interface Known {
  readonly stores: ReadonlySet<string>;
  readonly offers: ReadonlySet<string>;
  readonly budgets: ReadonlySet<string>;
}

const unknown = (names: ReadonlySet<string>, name: string | null, pointer: string, kind: string) =>
  name === null || names.has(name) ? [] : [{ pointer, detail: `is not ${kind} in this file` }];

/** Everything that a promotion names must be in the same file. */
function promotionReferenceFaults(known: Known, promotion: Promotion): Fault[] {
  const { stores, offers, budget, effect } = promotion;
  const gift = effect.kind === 'gift' ? effect.offer : null;
  return [
    ...(stores ?? []).flatMap((id, i) => unknown(known.stores, id, `/stores/${i}`, 'a store')),
    ...(offers ?? []).flatMap((id, i) => unknown(known.offers, id, `/offers/${i}`, 'an offer')),
    ...unknown(known.offers, gift, '/effect/offer', 'an offer'),
    ...unknown(known.budgets, budget, '/budget', 'a budget'),
  ];
}

function grantFaults({ coupons, promotions }: SaleContents): Fault[] {
  const byId = new Map(promotions.map((promotion) => [promotion.id, promotion]));
  const faults = coupons.flatMap(({ promotion: id }, at) => {
    const promotion = byId.get(id);
    if (promotion?.isCoupon) return [];
    const detail = promotion ? 'is a promotion without coupons' : 'is not a promotion in this file';
    return [{ pointer: `/coupons/${at}/promotion`, detail }];
  });
  const grants = coupons.map((grant) => JSON.stringify(grant));
  return [...faults, ...duplicateFaults('coupons', '', grants)];
}

function balancesFaults({ balances }: SaleContents): Fault[] {
  const faults = balances.flatMap(({ points, redPacketMinor }, at) => {
    if (points !== undefined || redPacketMinor !== undefined) return [];
    return [{ pointer: `/balances/${at}`, detail: 'must have points or redPacket' }];
  });
  const shoppers = balances.map(({ shopper }) => shopper);
  return [...faults, ...duplicateFaults('balances', '/shopper', shoppers)];
}

function knownIn({ stores, offers, budgets }: SaleContents): Known {
  return {
    stores: new Set([...(stores ?? []), ...offers].map(({ store }) => store)),
    offers: new Set(offers.map(({ id }) => id)),
    budgets: new Set(budgets.map(({ id }) => id)),
  };
}

/** Two faults at one pointer say the same in other words. */
function oneByPointer(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer));
}

/** Checks everything that a schema cannot express. */
export function saleFileFaults(contents: SaleContents): Fault[] {
  const { terms, offers, budgets, promotions } = contents;
  const known = knownIn(contents);
  return oneByPointer([
    ...inside('/sale', [
      ...saleFaults(terms),
      ...layersFaults(terms.layers),
      ...storesFaults(contents.stores ?? []),
    ]),
    ...listFaults('offers', offers, (offer) => offerFaults(offer, terms)),
    ...listFaults('budgets', budgets, (budget) => [
      ...unknown(known.stores, budget.store, '/store', 'store'),
      ...budgetFaults(budget),
    ]),
    ...listFaults('promotions', promotions, (promotion) => [
      ...promotionReferenceFaults(known, promotion),
      ...promotionFaults(promotion, terms.layers),
    ]),
    ...grantFaults(contents),
    ...balancesFaults(contents),
  ]);
}
