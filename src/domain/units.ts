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
