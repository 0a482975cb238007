import type { Audits } from './audits.ts';
import type { Figures } from './round-figures.ts';
import type { BenchServers } from './servers.ts';

/** What the command line asks for. */
export interface BenchOptions {
  readonly rounds: number;
  /** Measured seconds of each arm of a round, after its warm-up. */
  readonly seconds: number;
  readonly connections: readonly number[];
}

export interface BenchWorld {
  readonly servers: BenchServers;
  readonly options: BenchOptions;
  /** Every sale of a run is noted here. */
  readonly audits: Audits;
  /** Says what is going on, for people. */
  readonly say: (line: string) => void;
}

/** How a figure grows with something: drawn, and by its own name in the JSON file. */
export interface Curve {
  /** What it depends on, in plain words. */
  readonly over: string;
  readonly unit: string;
  readonly points: Readonly<Record<number, number>>;
}

export interface BenchResult {
  /** Figures of each round, by name. */
  readonly rounds: readonly Readonly<Record<string, number>>[];
  readonly figures: Figures;
  /** By name. */
  readonly curves?: Readonly<Record<string, Curve>>;
  /** How many answers of each kind, by arm. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What to know to read the figures, a line each. */
  readonly notes: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly describe: string;
  /**
   * What each figure means, in the order to print them; its unit, or `ratio`. A name may stand for
   * all figures that are it and a number.
   */
  readonly legend: Readonly<Record<string, { readonly unit: string; readonly means: string }>>;
  /** @throws when an arm was answered what it should not be, or the audit finds anything */
  run(world: BenchWorld): Promise<BenchResult>;
}
