/**
 * Deals units over cells: evenly, the remainder to the lowest cells.
 * @param units ≥ 0, whole
 * @param cells ≥ 1
 * @returns one share per cell, in cell order; the shares sum to `units`
 */
export function deal(units: number, cells: number): number[] {
  const each = Math.floor(units / cells);
  const remainder = units - each * cells;
  return Array.from({ length: cells }, (_, cell) => each + (cell < remainder ? 1 : 0));
}

/** What each cell gets in addition when a cap rises. It is never below 0. */
export function dealMore(before: number, after: number, cells: number): number[] {
  const had = deal(before, cells);
  return deal(after, cells).map((units, cell) => units - had[cell]!);
}

/**
 * Spreads units over bounds, as evenly as they allow.
 * @param units whole; above Σ bounds, every part equals its bound; below 0 counts as 0
 * @returns one part for each bound, in order, never above it
 */
export function spread(units: number, bounds: readonly number[]): number[] {
  const parts = new Array<number>(bounds.length).fill(0);
  const smallestFirst = [...bounds.keys()].sort((a, b) => bounds[a]! - bounds[b]!);
  let rest = Math.max(0, units);
  for (const [n, i] of smallestFirst.entries()) {
    parts[i] = Math.min(bounds[i]!, Math.floor(rest / (bounds.length - n)));
    rest -= parts[i];
  }
  return parts;
}

/** Sums the units of lines, by offer. */
export function unitsByOffer<Id extends string>(
  lines: Iterable<{ readonly offer: Id; readonly quantity: number }>,
): Map<Id, number> {
  const units = new Map<Id, number>();
  for (const { offer, quantity } of lines) units.set(offer, (units.get(offer) ?? 0) + quantity);
  return units;
}
