import type { Rules } from './cart.ts';
import { POINTS, RED_PACKET } from '../promotion.ts';
import type { Effect, Promotion } from '../promotion.ts';
import type { Sale } from '../sale.ts';

type RulesOf = Pick<Sale, 'layers' | 'pointsRate' | 'promotions' | 'budgets' | 'rulesVersion'>;

/** Ids are compared by code unit everywhere. */
const byId = (one: { id: string }, other: { id: string }): number => (one.id < other.id ? -1 : 1);

/** A sale's rules, ready for pricing. */
export function rulesOf({ layers, pointsRate, promotions, budgets, rulesVersion }: RulesOf): Rules {
  return {
    version: rulesVersion,
    layers,
    pointsRate,
    promotions: promotions.toSorted(byId),
    policies: new Map(budgets.map(({ id, policy }) => [id, policy])),
  };
}

/** The ranks of ids, including tenders. Lua compares ranks, because it must not compare strings. */
function ranksOf({ promotions }: Rules): Map<string, number> {
  const ids = [...promotions.map(({ id }) => id), RED_PACKET, POINTS];
  return new Map(ids.toSorted((a, b) => (a < b ? -1 : 1)).map((id, rank) => [id, rank + 1]));
}

/** A list as a set, in which Lua finds a value at once; absent: any value. */
const listed = (name: string, list: readonly string[] | null): object =>
  list === null ? {} : { [name]: Object.fromEntries(list.map((value) => [value, true])) };

/** The most stores that get a field for the promotion. With more, every cart looks at it. */
const FILED_STORES_MAX = 8;

function effectFields(effect: Effect): object {
  switch (effect.kind) {
    case 'tiers':
      return { tiers: effect.tiers.flatMap(({ from, off }) => [from, off]) };
    case 'every':
      return { every: effect.every, off: effect.off, times: effect.times ?? 0 };
    case 'percent':
      return { bps: effect.bps, cap: effect.cap ?? 0, from: effect.from };
    case 'fixed':
      return { off: effect.off, from: effect.from };
    case 'freeUnits':
      return { every: effect.every, free: effect.free };
    case 'gift':
      return { from: effect.from, offer: effect.offer, quantity: effect.quantity };
    case 'packet':
      return { amount: effect.amount };
  }
}

/** A promotion as `price_cart.lua` and `effects.lua` read it. An absent field means none. */
function packedPromotion(rules: Rules, promotion: Promotion, rank: number): object {
  const { id, layer, stores, offers, categories, members, effect, budget, funder } = promotion;
  return {
    id,
    rank,
    layer: rules.layers.findIndex(({ name }) => name === layer) + 1,
    kind: effect.kind,
    ...effectFields(effect),
    ...listed('stores', stores),
    ...(stores !== null && stores.length > 1 ? { many: true } : {}),
    ...listed('offers', offers),
    ...listed('categories', categories),
    ...listed('members', members),
    ...(promotion.isFullPriceOnly ? { full_price: true } : {}),
    ...(promotion.isCoupon ? { coupon: true } : {}),
    ...(budget === null ? {} : { budget, whole: rules.policies.get(budget) === 'whole' }),
    funder,
  };
}

/** The part of a promotion that lua/claim.lua reads. */
function packedClaims({ policies }: Rules, { members, effect, budget, claims }: Promotion) {
  const packet = effect.kind === 'packet' ? effect : null;
  const boost = packet?.boost;
  return {
    limit: claims!.limitPerShopper,
    ...listed('members', members),
    ...(packet ? { amount: packet.amount } : {}),
    ...(boost ? { ...listed('boosted', boost.members), bps: boost.bps, cap: boost.cap } : {}),
    ...(budget !== null && packet ? { budget, whole: policies.get(budget) === 'whole' } : {}),
  };
}

/**
 * Packs rules as fields of a cell's `rules` hash, so that a cart unpacks only what may apply to it:
 * `layers` (layers, tenders' ranks, the points rate, promotions of any store or of many),
 * `store:<id>`, `coupon:<promotion>`, `claim:<promotion>`. A promotion of a few stores is in the
 * field of each.
 */
export function rulesFields(rules: Rules): [field: string, value: unknown][] {
  const ranks = ranksOf(rules);
  const anywhere: object[] = [];
  const byStore = new Map<string, object[]>();
  const fields: [string, unknown][] = [];
  for (const promotion of rules.promotions) {
    if (promotion.claims) fields.push([`claim:${promotion.id}`, packedClaims(rules, promotion)]);
    if (promotion.effect.kind === 'packet') continue;
    const packed = packedPromotion(rules, promotion, ranks.get(promotion.id)!);
    const { stores } = promotion;
    if (promotion.isCoupon) fields.push([`coupon:${promotion.id}`, packed]);
    else if (stores === null || stores.length > FILED_STORES_MAX) anywhere.push(packed);
    else for (const store of stores) byStore.set(store, [...(byStore.get(store) ?? []), packed]);
  }
  const layers = {
    names: rules.layers.map(({ name }) => name),
    bases: rules.layers.map(({ basis }) => basis),
    picks: rules.layers.map(({ pick }) => pick),
    points_rate: rules.pointsRate,
    ranks: { [RED_PACKET]: ranks.get(RED_PACKET), [POINTS]: ranks.get(POINTS) },
    promotions: anywhere,
  };
  const stores = [...byStore].map(([store, list]): [string, unknown] => [`store:${store}`, list]);
  return [['layers', layers], ...stores, ...fields];
}
