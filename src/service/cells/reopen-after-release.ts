import type { Directory } from '../../cell/sale-directory.ts';
import type { SaleId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { recover } from './recover-cell.ts';
import type { RecoverDeps } from './recover-cell.ts';

export interface ReopenDeps extends RecoverDeps {
  readonly directory: Directory;
}

/** Cells that were opened anew, by ordinal. */
export interface Reopened {
  readonly cells: readonly number[];
}

/**
 * Opens the cells that the previous release opened again, under this release's scripts. Only an
 * operator knows that no process of that release is left. If one is left, it finds its cells
 * moved on.
 * @throws when Redis or the ledger is away
 */
export async function reopenCells(deps: ReopenDeps, sale: SaleId): Promise<Reopened | Refusal> {
  await deps.directory.refresh();
  const known = deps.directory.sale(sale);
  if (!known) return NOT_FOUND;
  const cells: number[] = [];
  for (const cell of known.cells.filter(({ isOurProtocol }) => !isOurProtocol)) {
    if ((await recover(deps, cell.id, cell)) === 'opened') cells.push(cell.id.cell);
  }
  await deps.directory.refresh();
  return { cells };
}
