import {
  MAX_BOOST_BPS,
  MAX_BPS,
  MAX_HELD,
  MAX_LAYERS,
  MAX_LISTED,
  MAX_TIERS,
  isTender,
} from '../promotion.ts';
import type { Boost, Budget, Effect, Layer, Promotion, Tier } from '../promotion.ts';
import { MAX_ACTIVITY_MINOR, MAX_CAP, MAX_LINES, MAX_QUANTITY } from '../sale.ts';
import type { Fault } from '../sale.ts';

/** Far above any real budget, and far below the largest number that a cell can hold. */
export const MAX_BUDGET_MINOR = 1_000_000_000_000;

const fault = (pointer: string, detail: string): Fault => ({ pointer, detail });
/** Finds numbers that are not whole or not within their bounds. */
function rangeFaults(rows: readonly [string, number, number, number][]): Fault[] {
  return rows
    .filter(([, value, min, max]) => !(Number.isInteger(value) && value >= min && value <= max))
    .map(([pointer, , min, max]) => fault(pointer, `must be a whole number from ${min} to ${max}`));
}

const money = (pointer: string, value: number, min = 1): [string, number, number, number] => [
  pointer,
  value,
  min,
  MAX_ACTIVITY_MINOR,
];

function tierFaults(tiers: readonly Tier[]): Fault[] {
  const faults = tiers.flatMap(({ from, off }, i) => {
    const at = `/effect/tiers/${i}`;
    const before = tiers[i - 1];
    return [
      ...rangeFaults([money(`${at}/from`, from), money(`${at}/off`, off)]),
      ...(before && from <= before.from ? [fault(`${at}/from`, 'must be above the last')] : []),
      ...(before && off <= before.off ? [fault(`${at}/off`, 'must be above the last')] : []),
    ];
  });
  if (tiers.length > 0 && tiers.length <= MAX_TIERS) return faults;
  return [fault('/effect/tiers', `must hold from 1 to ${MAX_TIERS} tiers`), ...faults];
}

function boostFaults(amount: number, { members, bps, cap }: Boost): Fault[] {
  return [
    ...listFaults('/effect/boost/members', members),
    ...rangeFaults([
      ['/effect/boost/bps', bps, MAX_BPS, MAX_BOOST_BPS],
      money('/effect/boost/cap', cap),
    ]),
    ...(cap < amount ? [fault('/effect/boost/cap', 'must not be below the amount')] : []),
  ];
}

function effectFaults(effect: Effect): Fault[] {
  switch (effect.kind) {
    case 'tiers':
      return tierFaults(effect.tiers);
    case 'every':
      return rangeFaults([
        money('/effect/every', effect.every),
        money('/effect/off', effect.off),
        ['/effect/times', effect.times ?? 1, 1, MAX_ACTIVITY_MINOR],
      ]);
    case 'percent':
      return rangeFaults([
        ['/effect/bps', effect.bps, 1, MAX_BPS],
        money('/effect/cap', effect.cap ?? 1),
        money('/effect/from', effect.from, 0),
      ]);
    case 'fixed':
      return rangeFaults([money('/effect/off', effect.off), money('/effect/from', effect.from, 0)]);
    case 'freeUnits':
      return freeUnitsFaults(effect);
    case 'gift':
      return rangeFaults([
        money('/effect/from', effect.from, 0),
        ['/effect/quantity', effect.quantity, 1, MAX_QUANTITY],
      ]);
    case 'packet':
      return [
        ...rangeFaults([money('/effect/amount', effect.amount)]),
        ...(effect.boost ? boostFaults(effect.amount, effect.boost) : []),
      ];
  }
}

function freeUnitsFaults({ every, free }: { every: number; free: number }): Fault[] {
  const most = MAX_LINES * MAX_QUANTITY;
  const faults = rangeFaults([
    ['/effect/every', every, 2, most],
    ['/effect/free', free, 1, most],
  ]);
  return free < every ? faults : [...faults, fault('/effect/free', 'must be below every')];
}

/** An empty list would match nothing. To match everything, leave the list out. */
function listFaults(pointer: string, list: readonly string[] | null): Fault[] {
  if (list === null) return [];
  const twice = list.flatMap((one, i) =>
    list.indexOf(one) < i ? [fault(`${pointer}/${i}`, 'is listed twice')] : [],
  );
  if (list.length > 0 && list.length <= MAX_LISTED) return twice;
  return [fault(pointer, `must list from 1 to ${MAX_LISTED}, or be left out`), ...twice];
}

const giftFaults = ({ isCoupon, budget, claims }: Promotion): Fault[] => [
  ...(isCoupon ? [fault('/coupon', 'a gift takes no coupon')] : []),
  ...(budget === null ? [] : [fault('/budget', 'a gift draws from no budget')]),
  ...(claims ? [fault('/claims', 'a gift cannot be claimed')] : []),
];

/** A red packet prices no line, so fields that choose lines are faults. */
const packetFaults = ({ isCoupon, budget, claims, ...scope }: Promotion): Fault[] => [
  ...(['stores', 'offers', 'categories'] as const).flatMap((list) =>
    scope[list] === null ? [] : [fault(`/${list}`, 'a red packet applies to no lines')],
  ),
  ...(scope.isFullPriceOnly ? [fault('/fullPriceOnly', 'a red packet applies to no lines')] : []),
  ...(isCoupon ? [fault('/coupon', 'a red packet is not a coupon')] : []),
  ...(budget === null ? [fault('/budget', 'a red packet draws from a budget')] : []),
  ...(claims ? [] : [fault('/claims', 'a red packet can only be claimed')]),
];

function claimsFaults({ isCoupon, effect, claims }: Promotion): Fault[] {
  if (!claims) return [];
  const isClaimable = isCoupon || effect.kind === 'packet';
  return [
    ...rangeFaults([
      ['/claims/quota', claims.quota, 0, MAX_CAP],
      ['/claims/limitPerShopper', claims.limitPerShopper, 1, MAX_HELD],
    ]),
    ...(isClaimable || effect.kind === 'gift'
      ? []
      : [fault('/claims', 'only a coupon or a red packet can be claimed')]),
  ];
}

function layerFaults({ layer, effect }: Promotion, layers: readonly Layer[]): Fault[] {
  const found = layers.find(({ name }) => name === layer);
  if (!found) return [fault('/layer', 'the sale has no such layer')];
  if (effect.kind !== 'freeUnits' || found.basis === 'activity') return [];
  return [fault('/layer', 'free units need a layer of basis activity')];
}

/**
 * Checks rules of a promotion that a schema cannot state. Pointers are those of the PUT body.
 * @param layers the sale's; null: skips the rules that depend on them
 */
export function promotionFaults(
  promotion: Promotion,
  layers: readonly Layer[] | null = null,
): Fault[] {
  const { id, effect, stores, offers, categories, members } = promotion;
  return [
    ...(isTender(id) ? [fault('/id', 'is the id of a tender')] : []),
    ...(layers ? layerFaults(promotion, layers) : []),
    ...listFaults('/stores', stores),
    ...listFaults('/offers', offers),
    ...listFaults('/categories', categories),
    ...listFaults('/members', members),
    ...effectFaults(effect),
    ...(effect.kind === 'gift' ? giftFaults(promotion) : []),
    ...(effect.kind === 'packet' ? packetFaults(promotion) : []),
    ...claimsFaults(promotion),
  ];
}

/** Checks a budget. Pointers are those of the PUT body. */
export const budgetFaults = ({ amountMinor }: Pick<Budget, 'amountMinor'>): Fault[] =>
  rangeFaults([['/amount', amountMinor, 0, MAX_BUDGET_MINOR]]);

/** Checks the layers of a sale. Pointers are those of the sale's PUT body. */
export function layersFaults(layers: readonly Layer[]): Fault[] {
  const faults = layers.flatMap(({ name, basis, pick }, i) => {
    const isTwice = layers.findIndex((other) => other.name === name) < i;
    const isOfTender = isTender(name);
    return [
      ...(isTwice ? [fault(`/layers/${i}/name`, 'is the name of an earlier layer')] : []),
      ...(isOfTender && basis !== 'remaining'
        ? [fault(`/layers/${i}/basis`, 'must be remaining, because tenders pay what is left')]
        : []),
      ...(isOfTender && pick !== 'all'
        ? [fault(`/layers/${i}/pick`, 'must be all, because every tender counts')]
        : []),
    ];
  });
  if (layers.length > 0 && layers.length <= MAX_LAYERS) return faults;
  return [fault('/layers', `must hold from 1 to ${MAX_LAYERS} layers`), ...faults];
}
