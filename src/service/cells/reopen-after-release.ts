import type { Directory } from '../../cell/sale-directory.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { recordRebuild } from '../../ledger/cells/record-rebuild.ts';
import { recover } from './recover-cell.ts';
import type { RecoverDeps } from './recover-cell.ts';

export interface ReopenDeps extends RecoverDeps {
  readonly directory: Directory;
}

/** Cells that were opened anew, by ordinal. */
export interface Reopened {
  readonly cells: readonly number[];
}

const takeAny = (): boolean => true;

/**
 * Opens every cell that another release has again, under this release's scripts. It is for what
 * processes do not do by themselves: take a cell of a newer release, of one that sells, or of one
 * whose processes do not register. A process of the other release finds its cells moved on.
 * @throws when Redis or the ledger is away
 */
export async function reopenCells(
  deps: ReopenDeps,
  sale: SaleId,
  actor: Actor,
): Promise<Reopened | Refusal> {
  await deps.directory.refresh();
  const known = deps.directory.sale(sale);
  if (!known) return NOT_FOUND;
  const cells: number[] = [];
  const taking = { ...deps, mayTake: takeAny };
  for (const cell of known.cells.filter(({ isOurProtocol }) => !isOurProtocol)) {
    await recordRebuild(deps.pool, actor, 'reopen', cell);
    if ((await recover(taking, cell.id, cell)) === 'opened') cells.push(cell.id.cell);
  }
  await deps.directory.refresh();
  return { cells };
}
