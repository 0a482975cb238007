import { apportion } from './apportion.ts';
import { freeWorths } from './effects.ts';
import type { Candidate, Scope } from './eligible-lines.ts';
import { isInScope } from './eligible-lines.ts';

/** Over what a discount is split: eligible lines' amounts, or the worth of their free units. */
function weightsOf(candidate: Candidate, scope: Scope): number[] {
  const { effect } = candidate;
  if (effect.kind === 'freeUnits') return freeWorths(effect, candidate, scope);
  const { lines, amounts } = scope;
  const weights = new Array<number>(lines.length).fill(0);
  for (let i = 0; i < lines.length; i++) {
    if (isInScope(candidate, scope, lines[i]!)) weights[i] = amounts[i]!;
  }
  return weights;
}

/**
 * What each line takes of a discount. A line takes at most what it still owes; the excess is
 * forfeited, not spread again.
 * @param discountMinor above 0, at most T
 * @param owedMinor what each line still owes
 * @returns a share a line of the cart
 */
export function sharesOf(
  candidate: Candidate,
  scope: Scope,
  discountMinor: number,
  owedMinor: readonly number[],
): number[] {
  const shares = apportion(discountMinor, weightsOf(candidate, scope));
  for (let i = 0; i < shares.length; i++) {
    if (shares[i]! > owedMinor[i]!) shares[i] = owedMinor[i]!;
  }
  return shares;
}
