import type { Audits } from './audits.ts';
import type { Figures } from './round-figures.ts';
import type { BenchServers } from './servers.ts';

/** What the command line asks for. */
export interface BenchOptions {
  readonly rounds: number;
  /** Seconds that each arm of a round is measured, after its warm-up. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** Names of the parts to run; absent: all. */
  readonly only?: readonly string[];
  /** Of `sse` alone. */
  readonly listeners?: number;
  readonly merchants?: number;
}

/** A number that only some scenarios take. */
export interface Size {
  readonly most: number;
  readonly preset: number;
  readonly means: string;
}

export interface BenchWorld {
  readonly servers: BenchServers;
  readonly options: BenchOptions;
  /** Counts the audit of every sale of the run. */
  readonly audits: Audits;
  /** Prints a line of progress for people. */
  readonly say: (line: string) => void;
}

/** How a figure depends on a number: drawn as a plot, and a field of the JSON file. */
export interface Curve {
  /** The number it depends on, in plain words. */
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
  /** By arm, the number of answers of each kind. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What a reader of the figures must know, one fact per line. */
  readonly notes: readonly string[];
  /** The scenario's own bounds that the figures break, in words. */
  readonly broken?: readonly string[];
  /** The figures that matter most, printed as the last line. */
  readonly summary?: string;
}

export interface Scenario {
  readonly name: string;
  readonly describe: string;
  /** Parts that can be run alone, by name. */
  readonly parts?: readonly string[];
  /** Used for what the command line leaves out. */
  readonly defaults?: Pick<BenchOptions, 'rounds' | 'seconds' | 'connections'>;
  readonly sizes?: Readonly<Record<'listeners' | 'merchants', Size>>;
  /**
   * The unit (or `ratio`) and meaning of each figure, in the order to print them. A name also
   * stands for every figure of this name followed by a number.
   */
  readonly legend: Readonly<Record<string, { readonly unit: string; readonly means: string }>>;
  /** @throws NoNumber when an arm got an unexpected answer or the audit finds a fault */
  run(world: BenchWorld): Promise<BenchResult>;
}
