import fc from 'fast-check';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';
import { randomCase } from '../../../proof/fuzz/random-case.ts';
import { smallest } from '../../../proof/fuzz/smaller-cases.ts';

type Check = (one: PricingCase) => void;

function failureOf(check: Check, one: PricingCase): unknown {
  try {
    check(one);
    return null;
  } catch (failure) {
    return failure;
  }
}

/** A case as one line of JSON. */
export const written = ({ rules, cart, potsLeft }: PricingCase): string =>
  JSON.stringify({
    rules: { ...rules, policies: [...rules.policies] },
    cart: { ...cart, coupons: [...cart.coupons] },
    potsLeft: [...potsLeft],
  });

/** Runs a check on random cases; a failure names its seed and the smallest failing case. */
export async function forEachCase(numRuns: number, check: Check): Promise<void> {
  const property = fc.asyncProperty(fc.integer(), async (seed) => {
    const failure = failureOf(check, randomCase(seed));
    if (failure === null) return;
    const fails = (one: PricingCase) => failureOf(check, one) !== null;
    const least = await smallest(randomCase(seed), fails);
    throw new Error(`seed ${seed}: ${written(least)}`, { cause: failureOf(check, least) });
  });
  await fc.assert(property, { numRuns, endOnFailure: true });
}
