import { describe, expect, test } from 'vitest';
import { DEFAULT_LAYERS, MAX_LAYERS } from '../../../src/domain/promotion.ts';
import type { Effect, Layer, Promotion } from '../../../src/domain/promotion.ts';
import {
  budgetFaults,
  layersFaults,
  promotionFaults,
} from '../../../src/domain/pricing/promotion-faults.ts';
import { MAX_ACTIVITY_MINOR } from '../../../src/domain/sale.ts';
import { offerId, storeId } from '../../../proof/builders/ids.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';

const pointers = (faults: readonly { pointer: string }[]) => faults.map(({ pointer }) => pointer);
const faultsOf = (more: Partial<Promotion>) => pointers(promotionFaults(promotion('p', more)));
const gift: Effect = { kind: 'gift', from: 0, offer: offerId('g'), quantity: 1 };
const packet: Effect = { kind: 'packet', amount: 500, boost: null };
const claims = { quota: 10, limitPerShopper: 1 };

const tiers = (...list: [from: number, off: number][]): Effect => ({
  kind: 'tiers',
  tiers: list.map(([from, off]) => ({ from, off })),
});

const effects: [string, Effect, string[]][] = [
  ['tiers that rise', tiers([100, 10], [200, 30]), []],
  ['no tiers', tiers(), ['/effect/tiers']],
  ['two tiers from the same amount', tiers([100, 10], [100, 30]), ['/effect/tiers/1/from']],
  ['tiers that fall', tiers([200, 10], [100, 30]), ['/effect/tiers/1/from']],
  ['a higher tier that gives less', tiers([100, 10], [200, 9]), ['/effect/tiers/1/off']],
  [
    'a discount beyond the overflow bound',
    { kind: 'fixed', off: MAX_ACTIVITY_MINOR + 1, from: 0 },
    ['/effect/off'],
  ],
  ['a discount at the bound', { kind: 'fixed', off: MAX_ACTIVITY_MINOR, from: 0 }, []],
  ['every 0', { kind: 'every', every: 0, off: 1, times: null }, ['/effect/every']],
  ['0 times', { kind: 'every', every: 9, off: 1, times: 0 }, ['/effect/times']],
  ['a cent and a half', { kind: 'every', every: 9, off: 1.5, times: null }, ['/effect/off']],
  ['100 % off', { kind: 'percent', bps: 10_000, cap: null, from: 0 }, []],
  ['more than 100 % off', { kind: 'percent', bps: 10_001, cap: null, from: 0 }, ['/effect/bps']],
  ['0 % off', { kind: 'percent', bps: 0, cap: null, from: 0 }, ['/effect/bps']],
  ['a cap of 0', { kind: 'percent', bps: 1, cap: 0, from: 0 }, ['/effect/cap']],
  ['all units free', { kind: 'freeUnits', every: 2, free: 2 }, ['/effect/free']],
  ['no unit free', { kind: 'freeUnits', every: 2, free: 0 }, ['/effect/free']],
  ['no units of its gift', { ...gift, quantity: 0 } as Effect, ['/effect/quantity']],
];

test.each(effects)('an effect with %s', (_, effect, expected) => {
  expect(faultsOf({ effect })).toEqual(expected);
});

const promotions: [string, Partial<Promotion>, string[]][] = [
  ['the id of a tender', { id: 'points' }, ['/id']],
  ['an empty list of stores', { stores: [] }, ['/stores']],
  ['the same store twice', { stores: [storeId('s'), storeId('s')] }, ['/stores/1']],
  ['101 members', { members: Array.from({ length: 101 }, (_, i) => `m${i}`) }, ['/members']],
  ['a gift', { effect: gift }, []],
  ['a gift by coupon', { effect: gift, isCoupon: true }, ['/coupon']],
  ['a gift from a budget', { effect: gift, budget: 'b' }, ['/budget']],
  ['a gift to claim', { effect: gift, claims }, ['/claims']],
  ['a red packet', { effect: packet, budget: 'b', claims }, []],
  ['a red packet for members', { effect: packet, budget: 'b', claims, members: ['vip'] }, []],
  [
    'a red packet for some stores',
    { effect: packet, budget: 'b', claims, stores: [storeId('s')] },
    ['/stores'],
  ],
  [
    'a red packet for some offers',
    { effect: packet, budget: 'b', claims, offers: [offerId('o')] },
    ['/offers'],
  ],
  [
    'a red packet for some categories',
    { effect: packet, budget: 'b', claims, categories: ['x'] },
    ['/categories'],
  ],
  [
    'a red packet for full prices',
    { effect: packet, budget: 'b', claims, isFullPriceOnly: true },
    ['/fullPriceOnly'],
  ],
  ['a red packet without money', { effect: packet, claims }, ['/budget']],
  ['a red packet without claims', { effect: packet, budget: 'b' }, ['/claims']],
  ['a red packet as coupon', { effect: packet, budget: 'b', claims, isCoupon: true }, ['/coupon']],
  ['claims for a coupon', { isCoupon: true, claims }, []],
  ['claims for members', { isCoupon: true, claims, members: ['vip'] }, []],
  ['claims for neither a coupon nor a packet', { claims }, ['/claims']],
  [
    'a limit above what a shopper may hold',
    { isCoupon: true, claims: { quota: 1, limitPerShopper: 65 } },
    ['/claims/limitPerShopper'],
  ],
];

test.each(promotions)('a promotion with %s', (_, more, expected) => {
  expect(faultsOf(more)).toEqual(expected);
});

const boosts: [string, bps: number, cap: number, string[]][] = [
  ['ten times', 100_000, 5_000, []],
  ['more than ten times', 100_001, 5_000, ['/effect/boost/bps']],
  ['less than itself', 9_999, 5_000, ['/effect/boost/bps']],
  ['a cap below the packet', 20_000, 499, ['/effect/boost/cap']],
];

test.each(boosts)('a red packet boosted to %s', (_, bps, cap, expected) => {
  const effect: Effect = { kind: 'packet', amount: 500, boost: { members: ['vip'], bps, cap } };
  expect(faultsOf({ effect, budget: 'b', claims })).toEqual(expected);
});

describe('among the layers of its sale', () => {
  const faults = (more: Partial<Promotion>) =>
    pointers(promotionFaults(promotion('p', more), DEFAULT_LAYERS));

  test('a promotion names one of them', () => {
    expect(faults({ layer: 'member' })).toEqual([]);
    expect(faults({ layer: 'other' })).toEqual(['/layer']);
    expect(faultsOf({ layer: 'other' })).toEqual([]);
  });

  test('free units need a layer of basis `activity`', () => {
    const effect: Effect = { kind: 'freeUnits', every: 3, free: 1 };
    expect(faults({ effect, layer: 'store' })).toEqual([]);
    expect(faults({ effect, layer: 'member' })).toEqual(['/layer']);
  });
});

const layers: [string, Layer[], string[]][] = [
  ['the default layers are valid', [...DEFAULT_LAYERS], []],
  ['an empty list is refused', [], ['/layers']],
  [
    'one layer too many is refused',
    Array.from({ length: MAX_LAYERS + 1 }, (_, i) => ({
      name: `l${i}`,
      basis: 'activity',
      pick: 'one',
    })),
    ['/layers'],
  ],
  [
    'the same name twice is refused',
    [
      { name: 'x', basis: 'activity', pick: 'one' },
      { name: 'x', basis: 'remaining', pick: 'all' },
    ],
    ['/layers/1/name'],
  ],
  [
    'a tender on activity that picks one is refused',
    [{ name: 'points', basis: 'activity', pick: 'one' }],
    ['/layers/0/basis', '/layers/0/pick'],
  ],
];

test.each(layers)('layers: %s', (_, list, expected) => {
  expect(pointers(layersFaults(list))).toEqual(expected);
});

test('a budget holds 0 or more, up to a bound', () => {
  expect(budgetFaults(budget('b', { amountMinor: 0 }))).toEqual([]);
  expect(pointers(budgetFaults(budget('b', { amountMinor: -1 })))).toEqual(['/amount']);
  expect(pointers(budgetFaults(budget('b', { amountMinor: 1e15 })))).toEqual(['/amount']);
});
