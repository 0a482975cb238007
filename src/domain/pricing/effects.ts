import { apportion } from './apportion.ts';
import type { Candidate, PointsEffect, Scope } from './eligible-lines.ts';
import { isInScope } from './eligible-lines.ts';
import type { Effect, Tier } from '../promotion.ts';

type FreeUnits = Extract<Effect, { kind: 'freeUnits' }>;
type Every = Extract<Effect, { kind: 'every' }>;
type Percent = Extract<Effect, { kind: 'percent' }>;

/** The basis points of a whole. */
const WHOLE_BPS = 10_000;

/** The highest tier that an amount reaches; null: none. */
export function tierReached(tiers: readonly Tier[], basisMinor: number): Tier | null {
  let highest: Tier | null = null;
  for (const tier of tiers) {
    if (tier.from <= basisMinor && (highest === null || tier.from > highest.from)) highest = tier;
  }
  return highest;
}

function timesReached({ every, times }: Every, basisMinor: number): number {
  const reached = Math.floor(basisMinor / every);
  return times === null ? reached : Math.min(reached, times);
}

function percentOf({ bps, cap, from }: Percent, basisMinor: number): number {
  if (basisMinor < from) return 0;
  const off = Math.floor((basisMinor * bps) / WHOLE_BPS);
  return cap === null ? off : Math.min(off, cap);
}

/** The worth of the whole points that fit into the amount. */
function pointsWorth({ points, rate }: PointsEffect, basisMinor: number): number {
  return Math.floor(Math.min(points * rate, basisMinor) / rate) * rate;
}

/**
 * Picks the free units: the cheapest of all eligible units, those of the later line on a tie.
 * @returns the worth of each line's own free units, in minor units; one for each line of the cart
 */
function freeWorths(effect: FreeUnits, candidate: Candidate, scope: Scope): number[] {
  const { lines } = scope;
  const worths = new Array<number>(lines.length).fill(0);
  const eligible: number[] = [];
  let units = 0;
  for (let i = lines.length - 1; i >= 0; i--) {
    if (!isInScope(candidate, scope, lines[i]!)) continue;
    eligible.push(i);
    units += lines[i]!.quantity;
  }
  let free = Math.floor(units / effect.every) * effect.free;
  if (free === 0) return worths;
  // Later lines come first, and sorting keeps that order among equal prices.
  eligible.sort((one, other) => lines[one]!.priceMinor - lines[other]!.priceMinor);
  for (const i of eligible) {
    const { quantity, priceMinor } = lines[i]!;
    const taken = Math.min(free, quantity);
    worths[i] = taken * priceMinor;
    free -= taken;
  }
  return worths;
}

/** What an effect that looks only at an amount takes off it; never more than the amount. */
export function discountAt(effect: Candidate['effect'], basisMinor: number): number {
  switch (effect.kind) {
    case 'tiers':
      return Math.min(tierReached(effect.tiers, basisMinor)?.off ?? 0, basisMinor);
    case 'every':
      return Math.min(timesReached(effect, basisMinor) * effect.off, basisMinor);
    case 'percent':
      return Math.min(percentOf(effect, basisMinor), basisMinor);
    case 'fixed':
      return basisMinor < effect.from ? 0 : Math.min(effect.off, basisMinor);
    case 'points':
      return pointsWorth(effect, basisMinor);
    case 'freeUnits':
    case 'gift':
    case 'packet':
      return 0;
  }
}

/**
 * What a promotion takes off a scope, before budget and forfeits, in minor units.
 * @param basisMinor T of the scope; the discount is never above it
 */
export function discountOf(candidate: Candidate, scope: Scope, basisMinor: number): number {
  const { effect } = candidate;
  if (effect.kind !== 'freeUnits') return discountAt(effect, basisMinor);
  let worth = 0;
  for (const each of freeWorths(effect, candidate, scope)) worth += each;
  return Math.min(worth, basisMinor);
}

/** The weights of a discount's shares: eligible lines' amounts, or the worth of free units. */
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
 * Splits a discount over lines. A line takes at most what it still owes. The excess is forfeited,
 * and no other line gets it.
 * @param discountMinor above 0, at most T
 * @param owedMinor what each line still owes
 * @returns a share for each line of the cart
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
