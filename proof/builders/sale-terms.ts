import { DEFAULT_LAYERS } from '../../src/domain/promotion.ts';
import type { SaleTerms } from '../../src/domain/sale.ts';

/** A sale of one cell that is open for decades and limits no shopper, unless told otherwise. */
export const saleTerms = (more: Partial<SaleTerms> = {}): SaleTerms => ({
  name: 'A drop',
  currency: 'CNY',
  opensAtMs: Date.UTC(2025, 0, 1),
  closesAtMs: Date.UTC(2099, 0, 1),
  payWithinS: 900,
  cells: 1,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  holdsPerShopper: 64,
  cooldownAfter: 64,
  cooldownS: 0,
  hasClawback: false,
  access: [],
  visibleFromMs: null,
  ...more,
});
