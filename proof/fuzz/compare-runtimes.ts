import { isDeepStrictEqual } from 'node:util';
import type { Receipt } from '../../src/domain/order.ts';
import { priceCart } from '../../src/domain/pricing/price-cart.ts';
import type { LuaPricer } from './lua-pricer.ts';
import type { PricingCase } from './pricing-case.ts';
import { randomCase } from './random-case.ts';
import { smallest } from './smaller-cases.ts';

/** A case on which the two runtimes disagree, shrunk as far as they still do. */
export interface Difference {
  readonly seed: number;
  readonly smallest: PricingCase;
  readonly typescript: unknown;
  readonly lua: unknown;
}

const BATCH = 200;

const byTypescript = ({ rules, cart, potsLeft }: PricingCase) => {
  const { nets, applied, gifts, pointsUsed } = priceCart(rules, cart, potsLeft);
  return { nets, applied, gifts: gifts.map(({ promotion }) => promotion), pointsUsed };
};

const byLua = ({ lines, applied, outOfGifts, pointsUsed }: Receipt) => ({
  nets: lines.map(({ netMinor }) => netMinor),
  applied,
  gifts: outOfGifts,
  pointsUsed,
});

async function differs(luaPricer: LuaPricer, one: PricingCase): Promise<boolean> {
  const [receipt] = await luaPricer.price([one]);
  return !isDeepStrictEqual(byTypescript(one), byLua(receipt!));
}

/**
 * Compares both runtimes on `count` random carts, beginning with a seed.
 * @returns the first difference, shrunk; null: there is none
 */
export async function compareRuntimes(
  luaPricer: LuaPricer,
  seed: number,
  count: number,
  onProgress: (done: number) => void = () => {},
): Promise<Difference | null> {
  for (let done = 0; done < count; done += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, count - done) }, (_, i) => seed + done + i);
    const cases = seeds.map(randomCase);
    const receipts = await luaPricer.price(cases);
    for (const [i, one] of cases.entries()) {
      if (isDeepStrictEqual(byTypescript(one), byLua(receipts[i]!))) continue;
      const least = await smallest(one, (smaller) => differs(luaPricer, smaller));
      const [receipt] = await luaPricer.price([least]);
      const [typescript, lua] = [byTypescript(least), byLua(receipt!)];
      return { seed: seeds[i]!, smallest: least, typescript, lua };
    }
    onProgress(done + cases.length);
  }
  return null;
}
