import type { FilePlan } from '../../service/sale-file/apply-file.ts';
import { pointerOf, reasonOf } from '../../service/sale-file/plan.ts';
import type { PlannedChange } from '../../service/sale-file/plan.ts';

const changeView = (change: PlannedChange) => ({
  list: change.list,
  pointer: pointerOf(change),
  name: change.name,
  outcome: change.outcome,
  fields: change.fields,
  why: change.why && reasonOf(change.why),
});

/**
 * What a file changes, for an answer or a document of the command line.
 * @param pendingCells cells that follow shortly; null: nothing was written
 */
export function planView(
  sale: string,
  { changes }: FilePlan,
  pendingCells: readonly number[] | null,
) {
  const count = (word: PlannedChange['outcome']) =>
    changes.filter(({ outcome }) => outcome === word).length;
  return {
    sale,
    dryRun: pendingCells === null,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    changes: changes.filter(({ outcome }) => outcome !== 'unchanged').map(changeView),
    pendingCells: pendingCells ?? [],
  };
}
