import type { Rules } from '../../src/domain/pricing/cart.ts';
import { DEFAULT_LAYERS } from '../../src/domain/promotion.ts';
import type { Budget, Promotion } from '../../src/domain/promotion.ts';

/** 1.00 off the whole cart at the platform's cost, unless told otherwise. */
export const promotion = (id: string, more: Partial<Promotion> = {}): Promotion => ({
  id,
  layer: 'cross_store',
  stores: null,
  offers: null,
  categories: null,
  members: null,
  isFullPriceOnly: false,
  isCoupon: false,
  effect: { kind: 'fixed', off: 100, from: 0 },
  budget: null,
  funder: 'platform',
  claims: null,
  ...more,
});

/** The platform's 10.00, unless told otherwise. */
export const budget = (id: string, more: Partial<Budget> = {}): Budget => ({
  id,
  store: null,
  amountMinor: 1_000,
  policy: 'partial',
  ...more,
});

/** Rules without promotions. */
export const plainRules: Rules = {
  version: 7,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  promotions: [],
  policies: new Map(),
};
