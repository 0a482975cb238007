import type { CartLine } from '../../src/domain/pricing/cart.ts';
import type { OfferId, StoreId } from '../../src/domain/ids.ts';
import type { Basis, Layer, Pick } from '../../src/domain/promotion.ts';
import { POINTS, RED_PACKET } from '../../src/domain/promotion.ts';
import { MAX_ACTIVITY_MINOR, MAX_LINES, MAX_QUANTITY } from '../../src/domain/sale.ts';
import type { Dice } from '../builders/dice.ts';

export const STORES = ['s1', 'S1', 's-1', 's_1', 's10'];
export const CATEGORIES = ['beauty', 'Beauty', 'toys', 'food'];
/** Amounts in minor units that people like to choose. */
export const ROUND_AMOUNTS = [
  ...[1, 2, 3, 10, 99, 100, 299, 300, 500, 1000],
  ...[5000, 10_000, 29_900, 30_000, 40_000],
];
const LAYERS = ['store', 'store_coupon', 'category', 'cross_store', 'member', 'extra'];
const LAYERS_BY_BASIS: readonly Basis[] = ['activity', 'activity', 'remaining'];
const PICKS: readonly Pick[] = ['one_per_store', 'one', 'all'];
const LINE_COUNTS = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8];

export type Offer = Omit<CartLine, 'quantity'>;

export function randomLayers(dice: Dice): Layer[] {
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
      return dice.pick(ROUND_AMOUNTS);
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

export function randomOffers(dice: Dice, layers: readonly Layer[]): Offer[] {
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

/** Draws at least one line. Leaves out lines that would take the activity above its bound. */
export function randomLines(dice: Dice, offers: readonly Offer[]): CartLine[] {
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

/** Adds a line that takes the cart's activity exactly to its bound. */
export function filled(lines: readonly CartLine[]): CartLine[] {
  let leftMinor = MAX_ACTIVITY_MINOR;
  for (const { priceMinor, quantity } of lines) leftMinor -= priceMinor * quantity;
  if (leftMinor === 0 || lines.length === MAX_LINES) return [...lines];
  const rest = { ...lines[0]!, offer: 'rest' as OfferId, priceMinor: leftMinor, quantity: 1 };
  return [...lines, rest];
}
