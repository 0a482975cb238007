import type { CartLine } from '../../src/domain/pricing/cart.ts';
import type { Budget, Layer } from '../../src/domain/promotion.ts';
import { MAX_ACTIVITY_MINOR } from '../../src/domain/sale.ts';
import type { Dice } from '../builders/dice.ts';
import { ROUND_AMOUNTS } from './random-lines.ts';
import type { Offer } from './random-lines.ts';

/** What a case is made with. Thresholds and budgets lie close to its landmarks. */
export interface Making {
  readonly dice: Dice;
  readonly layers: readonly Layer[];
  readonly offers: readonly Offer[];
  readonly budgets: readonly Budget[];
  /** Amounts of lines, of stores and of the cart, in minor units. */
  readonly landmarks: readonly number[];
}

export function landmarksOf(lines: readonly CartLine[]): number[] {
  const byStore = new Map<string, number>();
  let all = 0;
  for (const { store, priceMinor, quantity } of lines) {
    byStore.set(store, (byStore.get(store) ?? 0) + priceMinor * quantity);
    all += priceMinor * quantity;
  }
  const { priceMinor, quantity } = lines[0]!;
  return [all, priceMinor * quantity, ...byStore.values()];
}

/** A whole number from 1 to the bound, often on or beside a landmark. */
export function randomAmount({ dice, landmarks }: Making): number {
  let amount = dice.pick(landmarks);
  switch (dice.below(5)) {
    case 0:
      amount = dice.pick(ROUND_AMOUNTS);
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

/** A discount, mostly a part of an amount, so that lines still owe something afterwards. */
export function randomOff(making: Making): number {
  const { dice } = making;
  const parts = dice.pick([1, 4, 10, 25]);
  return Math.max(1, Math.floor(randomAmount(making) / parts));
}
