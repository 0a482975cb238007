import type { Cart, Priced, Rules } from './cart.ts';
import { discountOf } from './effects.ts';
import { basisOf, isEligible, isForMember } from './eligible-lines.ts';
import type { StoreId } from '../ids.ts';
import { activityMinor } from '../order.ts';
import { budgetPot } from '../promotion.ts';
import type { Pick, Promotion } from '../promotion.ts';
import { priceCart } from './price-cart.ts';

/** The most coupons whose combinations are all tried: 4096 of them. */
export const MAX_SEARCHED = 12;
/** The most combinations × promotions × lines. They take about 0.1 s of CPU at most. */
const MAX_WORK = 4_000_000;

export interface BestDeal {
  /** In id order. Each of them applied. */
  readonly coupons: readonly string[];
  readonly priced: Priced;
  /** False when there were too many coupons to try every combination for this cart. */
  readonly exhaustive: boolean;
}

/** A held coupon that may matter to the cart. */
interface Useful {
  readonly promotion: Promotion;
  readonly pick: Pick;
  /** The stores where it has eligible lines. */
  readonly stores: readonly StoreId[];
  /** The most it may take off when nothing else applies, in minor units; above 0. */
  readonly mostMinor: number;
}

type Pots = ReadonlyMap<string, number>;

/** What a coupon takes off activity amounts, in the best of its scopes. */
function mostOf(
  { promotion, pick, stores }: Omit<Useful, 'mostMinor'>,
  cart: Cart,
  potsLeft: Pots,
): number {
  const amounts = cart.lines.map(activityMinor);
  const scopes = pick === 'one_per_store' ? stores : [null];
  let most = 0;
  for (const store of scopes) {
    const scope = { lines: cart.lines, amounts, store };
    most = Math.max(most, discountOf(promotion, scope, basisOf(promotion, scope)));
  }
  // Its budget cannot pay this discount. After other layers, the discount may be smaller.
  const isDry = promotion.budget !== null && !potsLeft.get(budgetPot(promotion.budget));
  return isDry ? 0 : most;
}

function storesTouched(promotion: Promotion, { lines }: Cart): StoreId[] {
  return [
    ...new Set(lines.filter((line) => isEligible(promotion, line)).map(({ store }) => store)),
  ];
}

/** The held coupons, in id order, without those that can give nothing to this cart. */
function usefulCoupons(
  rules: Rules,
  cart: Cart,
  held: ReadonlySet<string>,
  potsLeft: Pots,
): Useful[] {
  const useful: Useful[] = [];
  for (const promotion of rules.promotions) {
    if (!promotion.isCoupon || !held.has(promotion.id) || !isForMember(promotion, cart)) continue;
    const layer = rules.layers.find(({ name }) => name === promotion.layer);
    const stores = storesTouched(promotion, cart);
    if (!layer) continue;
    const one = { promotion, pick: layer.pick, stores };
    const mostMinor = mostOf(one, cart, potsLeft);
    if (mostMinor > 0) useful.push({ ...one, mostMinor });
  }
  return useful;
}

/**
 * Leaves out coupons that equal another in everything but the id. When a layer picks one promotion,
 * the one with the smaller id wins whenever the other would.
 */
function withoutTwins(useful: readonly Useful[]): Useful[] {
  const seen = new Set<string>();
  return useful.filter(({ promotion, pick }) => {
    if (pick !== 'one') return true;
    const face = JSON.stringify({ ...promotion, id: '', claims: null });
    if (seen.has(face)) return false;
    seen.add(face);
    return true;
  });
}

/** How many coupons may be searched for this cart and the promotions that touch it. */
function searchable({ promotions }: Rules, { lines }: Cart): number {
  const pricings = MAX_WORK / (Math.max(1, promotions.length) * lines.length);
  return Math.min(MAX_SEARCHED, Math.max(1, Math.floor(Math.log2(pricings))));
}

/** The coupons to search, in id order: all, or those that take the most off. */
function searchedOf(useful: readonly Useful[], most: number): Useful[] {
  if (useful.length <= most) return [...useful];
  const byMost = useful.toSorted((one, other) => other.mostMinor - one.mostMinor);
  const kept = new Set(byMost.slice(0, most));
  return useful.filter((one) => kept.has(one));
}

/** Whether only one of two coupons can apply. */
function rivals(one: Useful, other: Useful): boolean {
  if (one.promotion.layer !== other.promotion.layer) return false;
  if (one.pick === 'one') return true;
  if (one.pick === 'all' || one.stores.length > 1 || other.stores.length > 1) return false;
  return one.stores[0] === other.stores[0];
}

/** Lists combinations (bit i: coupon i) in which no two coupons are rivals. */
function* combinations(searched: readonly Useful[]): Generator<number> {
  const rivalsOf = searched.map((one, i) =>
    searched.reduce(
      (mask, other, j) => (i !== j && rivals(one, other) ? mask | (1 << j) : mask),
      0,
    ),
  );
  for (let mask = 0; mask < 1 << searched.length; mask++) {
    if (!rivalsOf.some((others, i) => mask & (1 << i) && mask & others)) yield mask;
  }
}

function countOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}

/** Fewer coupons are simpler, then smaller ids: the lowest bit that differs decides. */
function isSimpler(mask: number, other: number): boolean {
  const fewer = countOf(mask) - countOf(other);
  const difference = mask ^ other;
  return fewer === 0 ? (mask & difference & -difference) !== 0 : fewer < 0;
}

/** The rules without promotions that cannot change this cart's total. */
function leanRules(rules: Rules, cart: Cart, searched: readonly Useful[]): Rules {
  const ids = new Set(searched.map(({ promotion }) => promotion.id));
  const matters = (promotion: Promotion) =>
    promotion.effect.kind !== 'gift' &&
    (!promotion.isCoupon || ids.has(promotion.id)) &&
    cart.lines.some((line) => isEligible(promotion, line));
  return { ...rules, promotions: rules.promotions.filter(matters) };
}

const couponsOf = (searched: readonly Useful[], mask: number): string[] =>
  searched.filter((_, i) => mask & (1 << i)).map(({ promotion }) => promotion.id);

function isEachApplied({ applied }: Priced, coupons: readonly string[]): boolean {
  return coupons.every((id) => applied.some(({ promotion }) => promotion === id));
}

/**
 * Finds the held coupons with the lowest total, then the fewest coupons, then the smallest ids. It
 * skips combinations in which a coupon does not apply, so that the answer's coupons give the
 * answer's total.
 * @param held the promotions of the shopper's unused coupons; unknown ones are passed over
 * @param potsLeft minor units left in each budget, by `budgetPot`
 * @param onTried called after each combination; it may rest
 */
export function bestDeal(
  rules: Rules,
  cart: Cart,
  held: readonly string[],
  potsLeft: Pots,
  onTried: () => void = () => {},
): BestDeal {
  const useful = withoutTwins(usefulCoupons(rules, cart, new Set(held), potsLeft));
  const searched = searchedOf(useful, searchable(leanRules(rules, cart, useful), cart));
  const lean = leanRules(rules, cart, searched);
  let best = { mask: 0, totalMinor: Infinity };
  for (const mask of combinations(searched)) {
    const coupons = couponsOf(searched, mask);
    const priced = priceCart(lean, { ...cart, coupons: new Set(coupons) }, potsLeft);
    onTried();
    if (!isEachApplied(priced, coupons)) continue;
    const { totalMinor } = priced;
    const isCheaper = totalMinor < best.totalMinor;
    const isEqual = totalMinor === best.totalMinor;
    if (isCheaper || (isEqual && isSimpler(mask, best.mask))) best = { mask, totalMinor };
  }
  const coupons = couponsOf(searched, best.mask);
  const priced = priceCart(rules, { ...cart, coupons: new Set(coupons) }, potsLeft);
  return { coupons, priced, exhaustive: useful.length === searched.length };
}
