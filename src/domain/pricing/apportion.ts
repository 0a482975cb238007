/** Removes the largest remainder, the earliest on a tie. @returns its index */
function nextLargest(remainders: number[]): number {
  let largest = 0;
  for (let i = 1; i < remainders.length; i++) {
    if (remainders[i]! > remainders[largest]!) largest = i;
  }
  remainders[largest] = -1;
  return largest;
}

/**
 * Splits an amount over weights by largest remainder. The parts always sum to the amount. Amount
 * and Σ weights are at most 90,000,000, so every product stays below 2^53.
 * @param amountMinor ≥ 0; above 0 only if some weight is
 * @param weights one integer ≥ 0 for each line, e.g. its activity in minor units
 * @returns a part for each weight, in order; weight 0 gets 0; a tie goes to the earlier line
 */
export function apportion(amountMinor: number, weights: readonly number[]): number[] {
  let total = 0;
  for (const weight of weights) total += weight;
  const parts = new Array<number>(weights.length).fill(0);
  if (amountMinor === 0) return parts;
  if (total === 0) throw new RangeError(`nothing to split ${amountMinor} over`);
  const remainders = new Array<number>(weights.length).fill(0);
  let rest = amountMinor;
  for (let i = 0; i < weights.length; i++) {
    const product = amountMinor * weights[i]!;
    const part = Math.floor(product / total);
    parts[i] = part;
    remainders[i] = product - part * total;
    rest -= part;
  }
  for (; rest > 0; rest--) parts[nextLargest(remainders)]! += 1;
  return parts;
}
