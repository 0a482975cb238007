import type { Pool } from 'pg';
import type { Directory } from '../cell/sale-directory.ts';
import { cellName } from '../domain/ids.ts';
import type { SaleId } from '../domain/ids.ts';
import type { Pending, SaleStatus, WaitingFor } from '../domain/quiet.ts';
import { readStandings } from '../ledger/sale-status.ts';
import type { CellStanding, LateChore, SaleStanding } from '../ledger/sale-status.ts';
import type { Time } from '../platform/time.ts';
import { SILENT_BECAUSE, askNumbers, compareStanding } from './cells/cell-standings.ts';
import type { AskedCell, AwayCell, BehindCell } from './cells/cell-standings.ts';

export interface StatusDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly time: Pick<Time, 'now'>;
}

/** A cell, as the ledger has it, and what it says of itself. */
export interface ComparedCell {
  readonly standing: CellStanding;
  readonly compared: AwayCell | BehindCell;
}

/** What a sale waits for, and each of its cells. */
export interface ComparedSale extends SaleStatus {
  /** By number. */
  readonly cells: readonly ComparedCell[];
}

type Waiting = Pending<WaitingFor>;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** @returns null when none is known */
function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function cellsAway(cells: readonly AwayCell[]): Waiting[] {
  if (cells.length === 0) return [];
  const names = cells.map(({ cell, why }) => `${cellName(cell.id)}: ${SILENT_BECAUSE[why]}`);
  const sinceMs = earliest(cells.map((cell) => cell.sinceMs));
  return [{ for: 'cells_away', count: cells.length, sinceMs, detail: names.join(', ') }];
}

/** An entry may hold no order, only what a cell handed back: it waits all the same. */
function unsettledOrders(cells: readonly BehindCell[]): Waiting[] {
  const entries = sum(cells.map((cell) => cell.entries));
  if (entries === 0) return [];
  const count = sum(cells.map(({ orders }) => orders));
  const sinceMs = earliest(cells.map(({ unsettledSinceMs }) => unsettledSinceMs));
  return [{ for: 'unsettled_orders', count, sinceMs, detail: `entries: ${entries}` }];
}

function instructions(cells: readonly BehindCell[], { nextInstructions }: SaleStanding): Waiting[] {
  const count = sum(cells.map((cell) => cell.instructions));
  if (count === 0) return [];
  const sinceMs = earliest(nextInstructions.map((next) => next.sinceMs));
  return [{ for: 'instructions', count, sinceMs, detail: null }];
}

function choresLate(late: readonly LateChore[]): Waiting[] {
  if (late.length === 0) return [];
  const sinceMs = earliest(late.map(({ ranAtMs }) => ranAtMs));
  const detail = late.map(({ chore }) => chore).join(', ');
  return [{ for: 'chores_late', count: late.length, sinceMs, detail }];
}

function compareCells(
  asked: readonly AskedCell[],
  { cells }: SaleStanding,
): Promise<ComparedCell[]> {
  return Promise.all(
    asked.map(async (one) => {
      // Cells are numbered from 0, and no list leaves one out.
      const standing = cells[one.cell.id.cell]!;
      return { standing, compared: await compareStanding(one, standing) };
    }),
  );
}

async function compareSale(
  { time }: StatusDeps,
  sale: SaleId,
  asked: readonly AskedCell[],
  { standing, late }: { readonly standing: SaleStanding; readonly late: readonly LateChore[] },
): Promise<ComparedSale> {
  const cells = await compareCells(asked, standing);
  const compared = cells.map((cell) => cell.compared);
  const behind = compared.filter((one) => 'entries' in one);
  return {
    sale,
    asOfMs: time.now(),
    waiting: [
      ...cellsAway(compared.filter((one) => 'why' in one)),
      ...unsettledOrders(behind),
      ...instructions(behind, standing),
      ...standing.waiting,
      ...choresLate(late),
    ],
    unresolved: standing.unresolved,
    audit: standing.audit,
    cells,
  };
}

const askCells = (directory: Directory, sale: SaleId): Promise<AskedCell[]> =>
  Promise.all(
    (directory.sale(sale)?.cells ?? []).map(async (cell) => ({
      cell,
      said: await askNumbers(cell),
    })),
  );

/**
 * Says of live sales what each of them waits for. It asks all cells at once, and the ledger after
 * them: what a cell had given away when it was asked is then settled, or waits.
 * @param sales of the directory
 */
export async function saleStatuses(
  deps: StatusDeps,
  sales: readonly SaleId[],
): Promise<ComparedSale[]> {
  const { pool, directory } = deps;
  const asked = new Map(
    await Promise.all(sales.map(async (sale) => [sale, await askCells(directory, sale)] as const)),
  );
  const applied = [...asked.values()]
    .flat()
    .flatMap(({ cell, said }) =>
      typeof said === 'string' ? [] : [{ ...cell.id, inbox: said.inbox }],
    );
  const { ofSale, lateChores: late } = await readStandings(pool, sales, applied);
  return Promise.all(
    [...asked].map(([sale, cells]) =>
      compareSale(deps, sale, cells, { standing: ofSale(sale), late }),
    ),
  );
}

/** @returns null when there is no such sale */
export async function saleStatus(deps: StatusDeps, sale: SaleId): Promise<SaleStatus | null> {
  await deps.directory.refresh();
  const known = deps.directory.sale(sale);
  if (!known) return null;
  const [status] = await saleStatuses(deps, [known.sale.id]);
  return status!;
}
