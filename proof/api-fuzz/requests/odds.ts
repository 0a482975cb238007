import fc from 'fast-check';

export const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** True once in so many. */
export const rarely = (odds: number): fc.Arbitrary<boolean> =>
  fc.nat(odds - 1).map((one) => one === odds - 1 && odds > 1);
