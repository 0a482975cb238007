import type { Applied } from '../order.ts';
import type { Cart, Priced, Rules } from './cart.ts';
import { discountOf, sharesOf } from './effects.ts';
import { basisOf, isOpenTo } from './eligible-lines.ts';
import type { Candidate, Scope } from './eligible-lines.ts';
import { dueGifts } from './gifts.ts';
import type { StoreId } from '../ids.ts';
import { activityMinor } from '../order.ts';
import { budgetPot, POINTS, RED_PACKET } from '../promotion.ts';
import type { Layer } from '../promotion.ts';

/** What a promotion gave in one scope where it had eligible lines. Minor units. */
export interface Look {
  readonly promotion: Candidate;
  /** The store, when the layer looks at each store alone; else null. */
  readonly store: StoreId | null;
  /** T: the sum of its eligible lines' basis amounts, above 0. */
  readonly basisMinor: number;
  /** What the rule takes off, before the budget. */
  readonly ruleMinor: number;
  /** What the layer compares: after the budget, before forfeits. */
  readonly offeredMinor: number;
  /** What the budget held at that moment; without a budget, infinity. */
  readonly leftMinor: number;
  hasWon: boolean;
  /** The sum of its shares; below `offeredMinor` when lines owed less. */
  givenMinor: number;
}

/** Looks in the order in which they were made, for explanations. */
export type Trace = Look[];

/** A cart on its way through the layers. Amounts are by line, in minor units. */
interface Till {
  readonly rules: Rules;
  readonly cart: Cart;
  readonly activity: readonly number[];
  /** Activity minus the shares so far. */
  readonly owed: number[];
  readonly potsLeft: ReadonlyMap<string, number>;
  /** What this cart took from each budget. */
  readonly spent: Map<string, number>;
  readonly applied: Applied[];
  readonly trace: Trace | undefined;
}

/** The best of a scope so far. */
interface Best {
  readonly candidate: Candidate;
  readonly basisMinor: number;
  readonly discountMinor: number;
  readonly look: Look | undefined;
}

const tender = (id: string, effect: Candidate['effect']): Candidate => ({
  id,
  layer: id,
  stores: null,
  offers: null,
  categories: null,
  members: null,
  isFullPriceOnly: false,
  isCoupon: false,
  effect,
  budget: null,
  funder: 'platform',
});

function insertById(candidates: Candidate[], one: Candidate): void {
  const place = candidates.findIndex(({ id }) => id > one.id);
  candidates.splice(place === -1 ? candidates.length : place, 0, one);
}

/** The promotions that are open to the shopper, and the order's tenders; in id order. */
function candidatesOf({ promotions, pointsRate }: Rules, cart: Cart): Candidate[] {
  const candidates: Candidate[] = [];
  for (const promotion of promotions) {
    const { kind } = promotion.effect;
    if (kind === 'gift' || kind === 'packet') continue;
    if (isOpenTo(promotion, cart)) candidates.push(promotion);
  }
  const { redPacketMinor, points } = cart;
  if (redPacketMinor > 0) {
    const effect = { kind: 'fixed', off: redPacketMinor, from: 0 } as const;
    insertById(candidates, tender(RED_PACKET, effect));
  }
  if (points > 0) {
    insertById(candidates, tender(POINTS, { kind: 'points', points, rate: pointsRate }));
  }
  return candidates;
}

/** The stores of a cart, in the order in which they first appear. */
function storesOf({ lines }: Cart): StoreId[] {
  const stores: StoreId[] = [];
  for (const { store } of lines) if (!stores.includes(store)) stores.push(store);
  return stores;
}

/** What a budget still holds. An unknown budget holds nothing. */
const leftOf = ({ potsLeft, spent }: Till, budget: string): number =>
  Math.max(0, (potsLeft.get(budgetPot(budget)) ?? 0) - (spent.get(budget) ?? 0));

/** The part of a discount that the promotion's budget pays. */
function affordable(till: Till, { budget }: Candidate, ruleMinor: number): number {
  if (budget === null || ruleMinor === 0) return ruleMinor;
  const leftMinor = leftOf(till, budget);
  if (leftMinor >= ruleMinor) return ruleMinor;
  return till.rules.policies.get(budget) === 'whole' ? 0 : leftMinor;
}

function isUsed({ applied }: Till, coupon: string): boolean {
  for (const { promotion } of applied) if (promotion === coupon) return true;
  return false;
}

/** Whether a promotion may apply in a scope; its lines are checked later. */
function isLookedAt(till: Till, { id, isCoupon, stores }: Candidate, { store }: Scope): boolean {
  if (store !== null && stores !== null && !stores.includes(store)) return false;
  return !isCoupon || !isUsed(till, id);
}

/** The largest discount of a scope, the smaller id on a tie; null: no promotion gives anything. */
function bestOf(till: Till, scope: Scope, candidates: readonly Candidate[]): Best | null {
  let best: Best | null = null;
  for (const candidate of candidates) {
    if (!isLookedAt(till, candidate, scope)) continue;
    const basisMinor = basisOf(candidate, scope);
    if (basisMinor === 0) continue;
    const ruleMinor = discountOf(candidate, scope, basisMinor);
    const discountMinor = affordable(till, candidate, ruleMinor);
    let look: Look | undefined;
    if (till.trace) {
      const { store } = scope;
      const leftMinor = candidate.budget === null ? Infinity : leftOf(till, candidate.budget);
      look = {
        promotion: candidate,
        store,
        basisMinor,
        ruleMinor,
        offeredMinor: discountMinor,
        leftMinor,
        hasWon: false,
        givenMinor: 0,
      };
      till.trace.push(look);
    }
    if (discountMinor > (best?.discountMinor ?? 0)) {
      best = { candidate, basisMinor, discountMinor, look };
    }
  }
  return best;
}

/** Takes a discount off the lines. When every cent of it is forfeited, it does not apply. */
function give(till: Till, scope: Scope, { candidate, basisMinor, discountMinor, look }: Best) {
  const { owed, spent } = till;
  const shares = sharesOf(candidate, scope, discountMinor, owed);
  let givenMinor = 0;
  for (let i = 0; i < shares.length; i++) givenMinor += shares[i]!;
  if (look) {
    look.hasWon = true;
    look.givenMinor = givenMinor;
  }
  if (givenMinor === 0) return;
  for (let i = 0; i < shares.length; i++) owed[i]! -= shares[i]!;
  const { id, layer, funder, budget, isCoupon } = candidate;
  if (budget !== null) spent.set(budget, (spent.get(budget) ?? 0) + givenMinor);
  till.applied.push({
    promotion: id,
    layer,
    basisMinor,
    discountMinor: givenMinor,
    forfeitedMinor: discountMinor - givenMinor,
    funder,
    budget,
    isCoupon,
    shares,
  });
}

function applyBest(
  till: Till,
  { basis }: Layer,
  candidates: readonly Candidate[],
  store: StoreId | null,
): void {
  // Stores share no line, so each store still owes what it owed when the layer began.
  const amounts = basis === 'activity' ? till.activity : till.owed;
  const scope = { lines: till.cart.lines, amounts, store };
  const best = bestOf(till, scope, candidates);
  if (best) give(till, scope, best);
}

function applyLayer(till: Till, layer: Layer, candidates: readonly Candidate[]): void {
  switch (layer.pick) {
    case 'one_per_store':
      for (const store of storesOf(till.cart)) applyBest(till, layer, candidates, store);
      return;
    case 'one':
      return applyBest(till, layer, candidates, null);
    case 'all':
      for (const candidate of candidates) applyBest(till, layer, [candidate], null);
  }
}

function pointsUsed({ applied, rules }: Till): number {
  const points = applied.find(({ promotion }) => promotion === POINTS);
  return points ? points.discountMinor / rules.pointsRate : 0;
}

/**
 * Prices a cart by a sale's rules (docs/pricing.md). In the checkout,
 * lua/lib/pricing/price_cart.lua gives the same price, to the cent.
 * @param potsLeft minor units left in each budget, by `budgetPot`; a budget not there holds 0
 * @param trace when given, collects every look at a promotion
 */
export function priceCart(
  rules: Rules,
  cart: Cart,
  potsLeft: ReadonlyMap<string, number>,
  trace?: Trace,
): Priced {
  const activity = cart.lines.map(activityMinor);
  const owed = [...activity];
  const till: Till = {
    rules,
    cart,
    activity,
    owed,
    potsLeft,
    spent: new Map(),
    applied: [],
    trace,
  };
  const candidates = candidatesOf(rules, cart);
  for (const layer of rules.layers) {
    const ofLayer = candidates.filter((candidate) => candidate.layer === layer.name);
    if (ofLayer.length > 0) applyLayer(till, layer, ofLayer);
  }
  let totalMinor = 0;
  for (const owedMinor of owed) totalMinor += owedMinor;
  return {
    totalMinor,
    nets: owed,
    applied: till.applied,
    gifts: dueGifts(rules, cart, activity),
    pointsUsed: pointsUsed(till),
  };
}
