import type { Pool } from 'pg';
import type { CellId, SaleId } from '../../domain/ids.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { ChangeOutcome } from '../../ledger/change-outcome.ts';
import { lastInstruction } from '../../ledger/instructions.ts';
import { within } from '../../platform/deadline.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { unlessLater } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import { bringUpToDate } from './bring-cell-up-to-date.ts';
import type { RecoverOnce } from './recover-once-at-a-time.ts';
import type { SettleDeps } from './settle-cell.ts';

export interface ApplyDeps extends SettleDeps {
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  /**
   * For the short reads without which a change that is made could not be answered; default: `pool`.
   * It should let them wait: a refusal would say that the change is not made.
   */
  readonly afterCommit?: Pool;
}

export const poolAfterCommit = ({ afterCommit, pool }: ApplyDeps): Pool => afterCommit ?? pool;

/**
 * `pendingCells`: cells that have not applied it yet; they will, by the worker's next sweep.
 * `version`: of the thing as it is; absent when it has none.
 */
export interface Changed {
  readonly kind: 'created' | 'changed' | 'unchanged';
  readonly pendingCells: readonly number[];
  readonly version?: string;
}

/** How long an answer waits for every cell to have applied a change. */
const APPLY_WITHIN_MS = 2_000;
const RETRY_MS = 20;
/** Cells that one change reaches at a time: a sale of 256 must not fill a pool by itself. */
const LANES = 16;

/** Opens the cell if it is not open, then gives it its new instructions up to the last one. */
async function apply(deps: ApplyDeps, cell: CellId): Promise<boolean> {
  const last = await lastInstruction(deps.pool, cell);
  const address = deps.directory.cell(cell);
  if (!address) return false;
  if (address.state !== 'open') {
    const outcome = await deps.recoverOnce.recover(cell, address);
    if (outcome instanceof Error) return false;
  }
  const delivered = await bringUpToDate(deps, cell);
  return delivered !== 'displaced' && delivered.inbox >= last;
}

async function applyWithin(deps: ApplyDeps, cell: CellId, deadlineMs: number): Promise<boolean> {
  for (;;) {
    const leftMs = deadlineMs - deps.time.monotonic();
    if (leftMs <= 0) return false;
    const applied = await unlessLater(within(leftMs, () => apply(deps, cell)));
    if (applied === true) return true;
    await deps.time.sleep(RETRY_MS);
    await deps.directory.refresh();
  }
}

export function refusalOf(change: Exclude<ChangeOutcome, { kind: Changed['kind'] }>): Refusal {
  switch (change.kind) {
    case 'conflict':
      return { code: 'conflict', detail: change.detail };
    case 'invalid':
      return { code: 'invalid', errors: change.errors };
    case 'unknown':
      return { code: 'not_found' };
    case 'foreign':
      return { code: 'forbidden' };
    case 'reused':
      return { code: 'key_reused' };
    case 'stale':
      return { code: 'precondition_failed' };
  }
}

/** Whether the ledger has it, from this change or from before. */
export const isDone = (
  change: ChangeOutcome,
): change is Extract<ChangeOutcome, { kind: Changed['kind'] }> =>
  ['created', 'changed', 'unchanged'].includes(change.kind);

/** Brings every cell of the sale up to date with a change of the ledger, then says how it went. */
export async function applyChange(
  deps: ApplyDeps,
  sale: SaleId,
  change: ChangeOutcome,
): Promise<Changed | Refusal> {
  if (!isDone(change)) return refusalOf(change);
  await deps.directory.refresh();
  const cells = deps.directory.sale(sale)?.cells ?? [];
  const deadlineMs = deps.time.monotonic() + APPLY_WITHIN_MS;
  const applied = new Set<CellId>();
  await inParallel(cells, LANES, async ({ id }) => {
    if (await applyWithin(deps, id, deadlineMs)) applied.add(id);
  });
  const pendingCells = cells.flatMap(({ id }, i) => (applied.has(id) ? [] : [i]));
  return { ...change, pendingCells };
}
