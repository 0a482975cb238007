import type { Cart, CartLine, Rules } from '../../src/domain/pricing/cart.ts';
import type { OfferId, StoreId } from '../../src/domain/ids.ts';
import type { Basis, Budget, Effect, Layer, Pick } from '../../src/domain/pricing/promotion.ts';
import { budgetPot, MAX_POINTS, POINTS, RED_PACKET } from '../../src/domain/pricing/promotion.ts';
import type { Promotion } from '../../src/domain/pricing/promotion.ts';
import { rulesOf } from '../../src/domain/pricing/rules-of-sale.ts';
import { MAX_ACTIVITY_MINOR, MAX_LINES, MAX_QUANTITY } from '../../src/domain/sale.ts';
import { Dice } from '../builders/dice.ts';

export { shrink, smallest } from './smaller-carts.ts';

/** All that pricing looks at. Lines of one offer agree in everything but quantity. */
export interface PricingCase {
  readonly rules: Rules;
  readonly cart: Cart;
  /** Minor units left, by `budgetPot`. */
  readonly potsLeft: ReadonlyMap<string, number>;
}

const STORES = ['s1', 'S1', 's-1', 's_1', 's10'];
const CATEGORIES = ['beauty', 'Beauty', 'toys', 'food'];
const MEMBERS = ['vip', 'VIP', 'gold'];
const LAYERS = ['store', 'store_coupon', 'category', 'cross_store', 'member', 'extra'];
/** Beside the tenders' own ids, before and behind them. */
const NEAR_TENDERS = ['point', 'points-1', 'Points', 'red-packet', 'red_packet0', 'red_packeT'];
const ID_LETTERS = ['a', 'A', 'b', 'B', 'z', '-', '_', '0', '9'];
const LAYERS_BY_BASIS: readonly Basis[] = ['activity', 'activity', 'remaining'];
const PICKS: readonly Pick[] = ['one_per_store', 'one', 'all'];
const ROUND = [1, 2, 3, 10, 99, 100, 299, 300, 500, 1000, 5000, 10_000, 29_900, 30_000, 40_000];
const RATES = [1, 1, 2, 3, 7, 10, 100, 10_000];
/** Most promotions come alone; a crowd makes ties. */
const PROMOTION_COUNTS = [0, 1, 2, 3, 4, 5, 6, 8, 12, 30];
const LINE_COUNTS = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8];
const GIFT_PROMOTIONS = 14;

type Offer = Omit<CartLine, 'quantity'>;

/** What a case is made with: amounts that thresholds and budgets are set close to. */
interface Making {
  readonly dice: Dice;
  readonly layers: readonly Layer[];
  readonly offers: readonly Offer[];
  readonly budgets: readonly Budget[];
  /** In minor units: of lines, of stores, of the cart. */
  readonly landmarks: readonly number[];
}

function randomLayers(dice: Dice): Layer[] {
  const layers = dice.some(LAYERS, 1 + dice.below(LAYERS.length)).map((name) => ({
    name,
    basis: dice.pick(LAYERS_BY_BASIS),
    pick: dice.pick(PICKS),
  }));
  for (const name of [RED_PACKET, POINTS]) {
    if (dice.oneIn(3)) continue;
    layers.splice(dice.below(layers.length + 1), 0, { name, basis: 'remaining', pick: 'all' });
  }
  return layers;
}

function randomPrice(dice: Dice): number {
  switch (dice.below(6)) {
    case 0:
      return dice.pick(ROUND);
    case 1:
      return dice.below(20);
    case 2:
      return 1000;
    case 3:
      return 100 * (1 + dice.below(500));
    case 4:
      return dice.oneIn(8) ? 1 + dice.below(MAX_ACTIVITY_MINOR) : 1 + dice.below(200_000);
    default:
      return 1 + dice.below(50_000);
  }
}

function randomOffers(dice: Dice, layers: readonly Layer[]): Offer[] {
  const stores = dice.some(STORES, 1 + dice.below(4));
  const names = layers.map(({ name }) => name);
  return Array.from({ length: 1 + dice.below(8) }, (_, i) => ({
    offer: `o${i}` as OfferId,
    store: dice.pick(stores) as StoreId,
    priceMinor: randomPrice(dice),
    isFullPrice: !dice.oneIn(3),
    stacks: !dice.oneIn(8),
    categories: dice.oneIn(2) ? [] : dice.some(CATEGORIES, 1 + dice.below(2)),
    excludes: dice.oneIn(4) ? dice.some(names, 1 + dice.below(2)) : [],
  }));
}

function randomQuantity(dice: Dice): number {
  if (dice.oneIn(40)) return 999;
  return dice.oneIn(3) ? 1 + dice.below(12) : 1;
}

/** At least one line; what would take Σ activity above the bound is left out. */
function randomLines(dice: Dice, offers: readonly Offer[]): CartLine[] {
  const count = dice.oneIn(50) ? 1 + dice.below(MAX_LINES) : dice.pick(LINE_COUNTS);
  const lines: CartLine[] = [{ ...dice.pick(offers), quantity: 1 }];
  let leftMinor = MAX_ACTIVITY_MINOR - lines[0]!.priceMinor;
  for (let i = 1; i < count; i++) {
    const offer = dice.pick(offers);
    const most = offer.priceMinor === 0 ? MAX_QUANTITY : Math.floor(leftMinor / offer.priceMinor);
    const quantity = Math.min(randomQuantity(dice), most);
    if (quantity === 0) continue;
    leftMinor -= quantity * offer.priceMinor;
    lines.push({ ...offer, quantity });
  }
  return lines;
}

/** Fills a cart up to the bound of Σ activity, to the last minor unit. */
function filled(lines: readonly CartLine[]): CartLine[] {
  let leftMinor = MAX_ACTIVITY_MINOR;
  for (const { priceMinor, quantity } of lines) leftMinor -= priceMinor * quantity;
  if (leftMinor === 0 || lines.length === MAX_LINES) return [...lines];
  const rest = { ...lines[0]!, offer: 'rest' as OfferId, priceMinor: leftMinor, quantity: 1 };
  return [...lines, rest];
}

function landmarksOf(lines: readonly CartLine[]): number[] {
  const byStore = new Map<string, number>();
  let all = 0;
  for (const { store, priceMinor, quantity } of lines) {
    byStore.set(store, (byStore.get(store) ?? 0) + priceMinor * quantity);
    all += priceMinor * quantity;
  }
  const { priceMinor, quantity } = lines[0]!;
  return [all, priceMinor * quantity, ...byStore.values()];
}

/** A whole number from 1 to the bound, often on, just below or just above something. */
function randomAmount({ dice, landmarks }: Making): number {
  let amount = dice.pick(landmarks);
  switch (dice.below(5)) {
    case 0:
      amount = dice.pick(ROUND);
      break;
    case 1:
      amount += dice.below(3) - 1;
      break;
    case 2:
      amount = Math.floor(amount / (2 + dice.below(4))) + dice.below(2);
      break;
    case 3:
      amount = dice.below(amount + 1);
      break;
    default:
      amount = dice.oneIn(10) ? MAX_ACTIVITY_MINOR : Math.floor(amount / 10);
  }
  return Math.min(Math.max(amount, 1), MAX_ACTIVITY_MINOR);
}

/** What comes off: mostly a part of an amount, so that lines still owe something afterwards. */
function randomOff(making: Making): number {
  const { dice } = making;
  const parts = dice.pick([1, 4, 10, 25]);
  return Math.max(1, Math.floor(randomAmount(making) / parts));
}

function randomTiers(making: Making): Effect {
  const froms = new Set<number>();
  for (let i = making.dice.below(4); i >= 0; i--) froms.add(randomAmount(making));
  const ascending = [...froms].sort((a, b) => a - b);
  return { kind: 'tiers', tiers: ascending.map((from) => ({ from, off: randomOff(making) })) };
}

/** A threshold from 0; half of them there. */
const randomFrom = (making: Making): number => (making.dice.oneIn(2) ? 0 : randomAmount(making));

function randomEffect(making: Making, { basis }: Layer): Effect {
  const { dice } = making;
  switch (dice.below(basis === 'activity' ? 9 : 7)) {
    case 0:
      return randomTiers(making);
    case 1: {
      const times = dice.oneIn(2) ? null : 1 + dice.below(4);
      return { kind: 'every', every: randomAmount(making), off: randomOff(making), times };
    }
    case 2: {
      const bps = dice.pick([1, 500, 1000, 3333, 9999, 10_000, 1 + dice.below(10_000)]);
      const cap = dice.oneIn(2) ? null : randomAmount(making);
      return { kind: 'percent', bps, cap, from: randomFrom(making) };
    }
    case 3:
      return dice.oneIn(4)
        ? { kind: 'packet', amount: randomAmount(making), boost: null }
        : { kind: 'gift', from: randomAmount(making), offer: 'gift' as OfferId, quantity: 1 };
    case 7:
    case 8: {
      const every = 1 + dice.below(4);
      return { kind: 'freeUnits', every, free: 1 + dice.below(every) };
    }
    default:
      return { kind: 'fixed', off: randomOff(making), from: randomFrom(making) };
  }
}

const listed = <T extends string>(dice: Dice, all: readonly string[], odds: number): T[] | null =>
  dice.oneIn(odds) ? (dice.some(all, 1 + dice.below(2)) as T[]) : null;

function randomPromotion(making: Making, id: string): Promotion {
  const { dice, layers, offers, budgets } = making;
  const layer = dice.pick(layers);
  const effect = randomEffect(making, layer);
  const isPacket = effect.kind === 'packet';
  return {
    id,
    layer: layer.name,
    stores: listed(dice, STORES, 3),
    offers: listed(
      dice,
      offers.map(({ offer }) => offer),
      6,
    ),
    categories: listed(dice, CATEGORIES, 5),
    members: listed(dice, MEMBERS, 6),
    isFullPriceOnly: dice.oneIn(6),
    isCoupon: !isPacket && dice.oneIn(3),
    effect,
    budget: budgets.length > 0 && dice.oneIn(3) ? dice.pick(budgets).id : null,
    funder: dice.oneIn(2) ? 'platform' : 'store',
    claims: isPacket ? { quota: 1, limitPerShopper: 1 } : null,
  };
}

function randomId(dice: Dice): string {
  if (dice.oneIn(12)) return dice.pick(NEAR_TENDERS);
  let id = '';
  for (let i = dice.below(4); i >= 0; i--) id += dice.pick(ID_LETTERS);
  return id;
}

function randomPromotions(making: Making): Promotion[] {
  const { dice } = making;
  const ids = new Set<string>();
  for (let i = dice.pick(PROMOTION_COUNTS); i > 0; i--) ids.add(randomId(dice));
  const promotions: Promotion[] = [];
  let gifts = 0;
  for (const id of ids) {
    const twin = promotions.length > 0 && dice.oneIn(6) ? dice.pick(promotions) : null;
    const promotion = twin ? { ...twin, id } : randomPromotion(making, id);
    if (promotion.effect.kind === 'gift' && ++gifts > GIFT_PROMOTIONS) continue;
    promotions.push(promotion);
  }
  return promotions;
}

function randomPots(making: Making): Map<string, number> {
  const { dice, budgets } = making;
  const pots = new Map<string, number>();
  for (const { id } of budgets) {
    if (dice.oneIn(8)) continue;
    pots.set(budgetPot(id), dice.oneIn(4) ? dice.below(3) : randomAmount(making));
  }
  return pots;
}

function randomCart(making: Making, lines: readonly CartLine[], promotions: readonly Promotion[]) {
  const { dice, layers } = making;
  const hasLayer = (name: string) => layers.some((layer) => layer.name === name);
  const coupons = promotions.filter(({ isCoupon }) => isCoupon && !dice.oneIn(5));
  const redPacketMinor = hasLayer(RED_PACKET) && !dice.oneIn(3) ? randomOff(making) : 0;
  const points = hasLayer(POINTS) && !dice.oneIn(3) ? randomOff(making) : 0;
  return {
    lines,
    member: dice.oneIn(3) ? null : dice.pick(MEMBERS),
    coupons: new Set(coupons.map(({ id }) => id)),
    redPacketMinor,
    points: points > 0 && dice.oneIn(20) ? MAX_POINTS : points,
  };
}

/** A random case; the same for the same seed, always within the bounds of a valid sale. */
export function randomCase(seed: number): PricingCase {
  const dice = new Dice(seed);
  const layers = randomLayers(dice);
  const offers = randomOffers(dice, layers);
  const few = randomLines(dice, offers);
  const lines = dice.oneIn(40) ? filled(few) : few;
  const budgets = Array.from({ length: dice.below(4) }, (_, i): Budget => ({
    id: `b${i}`,
    store: null,
    amountMinor: MAX_ACTIVITY_MINOR,
    policy: dice.oneIn(2) ? 'whole' : 'partial',
  }));
  const making: Making = { dice, layers, offers, budgets, landmarks: landmarksOf(lines) };
  const promotions = randomPromotions(making);
  const pointsRate = dice.pick(RATES);
  return {
    rules: rulesOf({ layers, pointsRate, promotions, budgets, rulesVersion: 1 }),
    cart: randomCart(making, lines, promotions),
    potsLeft: randomPots(making),
  };
}
