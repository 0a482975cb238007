import { damagedKeys } from '../../cell/cells/damaged-keys.ts';
import type { CellEpoch } from '../../cell/cell-address.ts';
import type { CellId } from '../../domain/ids.ts';

export interface TellDamageDeps {
  /** Is told what of the cell in Redis is not as we left it. */
  readonly onCorrupt: (cell: CellId, found: string) => void;
}

/** Tells of damage, unless it concerns whole keys: the recovery that follows names those. */
export async function tellDamage(
  { onCorrupt }: TellDamageDeps,
  cell: CellEpoch,
  found: string,
): Promise<void> {
  if ((await damagedKeys(cell)).length === 0) onCorrupt(cell.id, found);
}

/** Names the keys that are damaged, in the recovery that is about to replace them. */
export async function tellDamagedKeys(
  { onCorrupt }: TellDamageDeps,
  cell: CellEpoch,
): Promise<void> {
  const found = await damagedKeys(cell);
  if (found.length > 0) onCorrupt(cell.id, found.join(', '));
}
