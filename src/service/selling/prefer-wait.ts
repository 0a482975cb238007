import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import type { Placed } from './shared-by-lanes.ts';

export interface WhenSettledDeps {
  readonly watch: Pick<CellWatch, 'snapshot' | 'whenSettled'>;
}

/**
 * Waits until the ledger has an order, for a client that asked with `Prefer: wait`. An order
 * without an entry waits for everything its cell has taken by the last poll, and the caller looks
 * at the order after that.
 * @returns true once it is settled, false at the deadline
 */
export function whenSettled(
  { watch }: WhenSettledDeps,
  { cell, seq }: Placed,
  waitMs: number,
): Promise<boolean> {
  const present = watch.snapshot(cell)?.seq ?? 0;
  return watch.whenSettled(cell, seq ?? present, waitMs);
}
