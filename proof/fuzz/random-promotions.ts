import type { OfferId } from '../../src/domain/ids.ts';
import type { Effect, Layer, Promotion } from '../../src/domain/promotion.ts';
import type { Dice } from '../builders/dice.ts';
import { randomAmount, randomOff } from './random-amounts.ts';
import type { Making } from './random-amounts.ts';
import { CATEGORIES, STORES } from './random-lines.ts';

export const MEMBERS = ['vip', 'VIP', 'gold'];
/** Ids that sort just before and just after the ids of tenders. */
const NEAR_TENDERS = ['point', 'points-1', 'Points', 'red-packet', 'red_packet0', 'red_packeT'];
const ID_LETTERS = ['a', 'A', 'b', 'B', 'z', '-', '_', '0', '9'];
/** Most cases have few promotions. Many of them give ties. */
const PROMOTION_COUNTS = [0, 1, 2, 3, 4, 5, 6, 8, 12, 30];
const GIFT_PROMOTIONS = 14;

function randomTiers(making: Making): Effect {
  const froms = new Set<number>();
  for (let i = making.dice.below(4); i >= 0; i--) froms.add(randomAmount(making));
  const ascending = [...froms].sort((a, b) => a - b);
  return { kind: 'tiers', tiers: ascending.map((from) => ({ from, off: randomOff(making) })) };
}

/** Draws a threshold. Half of them are 0. */
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

export function randomPromotions(making: Making): Promotion[] {
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
