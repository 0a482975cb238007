/** A figure over the rounds of a run. */
interface Figure {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export type Figures = Record<string, Figure>;

/** @param values at least one */
function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const isOdd = sorted.length % 2 === 1;
  const median = isOdd ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

/** Sums up rounds: min, median and max of each name. A round may lack a name. */
export function figuresOf(rounds: readonly Readonly<Record<string, number>>[]): Figures {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  const valuesOf = (name: string) => rounds.flatMap((round) => round[name] ?? []);
  return Object.fromEntries([...names].map((name) => [name, figureOf(valuesOf(name))]));
}
