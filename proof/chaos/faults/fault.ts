import type { ChaosWorld } from '../world/chaos-world.ts';

export type FaultGroup =
  'half-open' | 'promotion' | 'kill' | 'stall' | 'cut' | 'data' | 'ledger' | 'clock' | 'stop';

/** Draws numbers in 0..1, the same ones for the same seed. */
export type Random = () => number;

/** Ends a fault. Ends of several faults run at the same time: one may need another's server. */
export type End = () => Promise<void>;

/** Something that goes wrong in a world, for as long as the caller wants. */
export interface Fault {
  /** Such as `half-open-worker-redis`. */
  readonly name: string;
  readonly group: FaultGroup;
  /** What happens, for people. */
  readonly says: string;
  /** True when it ends by itself, so that nothing is gained by holding it. */
  readonly isBrief?: boolean;
  /** Faults together with which it may lose orders that were neither settled nor paid. */
  readonly losesWith?: readonly string[];
  /** Begins it within a few seconds; resolves with what ends it. */
  begin(world: ChaosWorld, random: Random): Promise<End>;
}

/** A whole number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** @param list not empty */
export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)]!;

export const isHeads = (random: Random): boolean => random() < 0.5;

/** One of the list, or with equal chance all of it. */
export const oneOrAll = <T>(random: Random, list: readonly T[]): readonly T[] =>
  isHeads(random) ? list : [pick(random, list)];
