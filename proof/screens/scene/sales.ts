import { join } from 'node:path';
import { readSale } from '../../fleet/sale-admin.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
/** So few units that the curves of a picture climb. */
const CAP = 90;
const DROP_OFFERS = 12;
const DROP_CAP = 400;
const MINUTE_MS = 60_000;
const OPENS_AFTER_MS = 195 * MINUTE_MS;

const example = (name: string): SaleFile => readSale(join(EXAMPLES, `${name}.json`));

/** The sale of carts, in which three stores sell. */
export function eleven(): SaleFile {
  const { sale, offers, ...rest } = example('double-eleven-carts');
  return {
    sale: { ...sale, id: 'double-eleven', name: 'Double Eleven', cells: 4 },
    offers: offers.map((offer) => ({ ...offer, cap: CAP, warnAt: { units: 15 } })),
    ...rest,
  };
}

/** The sale of cheap single offers, for which the rush comes. */
export function drop(): SaleFile {
  const { sale, offers } = example('double-eleven');
  return {
    sale: { ...sale, id: 'nine-nine', name: '9.9 yuan drop', cells: 8 },
    offers: offers.slice(0, DROP_OFFERS).map((offer) => ({ ...offer, cap: DROP_CAP })),
  };
}

/** A sale that opens in some hours, and for gold members earlier. */
export function yearEnd(nowMs: number): SaleFile {
  const { sale, ...rest } = example('all-day');
  const at = (ms: number) => new Date(ms).toISOString();
  const opensMs = nowMs + OPENS_AFTER_MS;
  const access = [{ members: ['gold'], from: at(opensMs - 10 * MINUTE_MS) }];
  return {
    sale: { ...sale, id: 'year-end', name: 'Year-end sale', opensAt: at(opensMs), access },
    ...rest,
  };
}
