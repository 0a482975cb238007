import type { AllFigures, SaleGlance } from '../../../../client/index.ts';

/** A sale that is well: one open cell, nothing waits, never audited. */
export const glance = (more: Partial<SaleGlance> = {}): SaleGlance => ({
  sale: 'eleven',
  name: 'Double Eleven',
  currency: 'CNY',
  state: 'open',
  opensAt: '2026-11-11T12:00:00.000Z',
  closesAt: '2026-11-12T12:00:00.000Z',
  quiet: true,
  asOf: '2026-11-11T12:00:00.000Z',
  waiting: [],
  unresolved: [],
  audit: null,
  cells: [],
  budgets: [],
  ...more,
});

export const audited = (at: string, brokenPromises = 0): SaleGlance['audit'] => ({
  at,
  ageSeconds: 0,
  brokenPromises,
  tookMs: 40,
});

/** What all processes do while nobody asks for anything. */
export const figures = (more: Partial<AllFigures> = {}): AllFigures => ({
  perSecond: { placed: 0, soldOut: 0, busy: 0, refused: 0, faults: 0, other: 0 },
  orderP50Ms: null,
  orderP99Ms: null,
  ordersPerCall: null,
  lagEntries: null,
  lagSeconds: null,
  settledPerSecond: 0,
  ...more,
});
