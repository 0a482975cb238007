import fc from 'fast-check';

/** One of the kinds that a union draws from, by weight. */
export const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** True once in `odds` draws. */
export const rarely = (odds: number): fc.Arbitrary<boolean> =>
  fc.nat(odds - 1).map((one) => one === odds - 1 && odds > 1);
