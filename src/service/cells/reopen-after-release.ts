import type { SaleId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { ApplyDeps } from './apply-change.ts';
import { recover } from './recover.ts';

/** Cells that were opened anew, by ordinal. */
export interface Reopened {
  readonly cells: readonly number[];
}

/**
 * Opens cells of a sale that the release before opened under this release's scripts. Only an
 * operator knows that no process of that release is left: one that is finds its cells moved on.
 * @throws when Redis or the ledger is away
 */
export async function reopenCells(deps: ApplyDeps, sale: SaleId): Promise<Reopened | Refusal> {
  await deps.directory.refresh();
  const place = deps.directory.sale(sale);
  if (!place) return NOT_FOUND;
  const cells: number[] = [];
  for (const cell of place.cells.filter(({ isOurProtocol }) => !isOurProtocol)) {
    if ((await recover(deps, cell.id, cell)) === 'opened') cells.push(cell.id.cell);
  }
  await deps.directory.refresh();
  return { cells };
}
