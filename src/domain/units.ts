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

/** What each cell gets more when a cap rises: no cell's share of a higher cap is smaller. */
export function dealMore(before: number, after: number, cells: number): number[] {
  const had = deal(before, cells);
  return deal(after, cells).map((units, cell) => units - had[cell]!);
}

/** Units by offer over any lines. */
export function unitsByOffer(
  lines: Iterable<{ readonly offer: string; readonly quantity: number }>,
): Map<string, number> {
  const units = new Map<string, number>();
  for (const { offer, quantity } of lines) units.set(offer, (units.get(offer) ?? 0) + quantity);
  return units;
}
