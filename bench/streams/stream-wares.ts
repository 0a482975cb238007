import { hotWares } from '../over-http/hot-wares.ts';
import { benchOffer, benchSale } from '../over-http/put-on-sale.ts';
import { checkOffer } from '../over-http/rush-check.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

const HOT = hotWares.requests[0]!.id;

/** An offer sells out every two seconds of a phase, and at least one does. */
const SECONDS_EACH = 2;

/** The offers that sell out while a phase is measured, one after another. */
export const lastUnits = (seconds: number): string[] =>
  Array.from(
    { length: Math.max(1, Math.floor(seconds / SECONDS_EACH)) },
    (_, number) => `last-${number}`,
  );

/** The hot offer that shoppers buy, and offers of a single unit. All are of one store. */
export const streamWares = (seconds: number): Wares => ({
  ...hotWares,
  sale: (id, amount) => ({
    sale: benchSale(id),
    offers: [benchOffer(HOT, amount), ...lastUnits(seconds).map((last) => benchOffer(last, 1))],
  }),
  check: (pool, { sale, journals }) =>
    checkOffer(pool, { sale, journals, caps: new Map([[HOT, PLENTY]]) }, HOT),
});
