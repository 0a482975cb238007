import { statusView } from '../domain/quiet.ts';
import type { SaleStatusView } from '../domain/quiet.ts';
import type { SaleState } from '../domain/sale.ts';
import { toTimestamp } from '../domain/timestamps.ts';
import { spentBudgets } from '../ledger/reading/budgets-of-sale.ts';
import type { SpentBudget } from '../ledger/reading/budgets-of-sale.ts';
import { saleStatuses } from './sale-status.ts';
import type { ComparedCell, ComparedSale, StatusDeps } from './sale-status.ts';

/** A cell at a glance. What it says of itself is null while it is away. */
export interface CellGlance {
  readonly cell: number;
  readonly epoch: number;
  /** `open`, or why it is away. */
  readonly state: string;
  readonly awaySince: string | null;
  /** Outbox entries that are not settled, and the orders and claims in them. */
  readonly lagEntries: number | null;
  readonly lagOrders: number | null;
  /** When the first of them was written; null when there is none, or nobody can read it. */
  readonly lagSince: string | null;
}

/** Money in minor units. */
export interface BudgetGlance {
  readonly id: string;
  readonly store: string | null;
  readonly amount: number;
  readonly spent: number;
  readonly left: number;
}

/** Everything that an operator asks of a sale; times in RFC 3339. */
export interface SaleGlance extends SaleStatusView {
  readonly name: string;
  readonly currency: string;
  readonly state: SaleState;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly cells: readonly CellGlance[];
  readonly budgets: readonly BudgetGlance[];
}

const UNKNOWN = { lagEntries: null, lagOrders: null, lagSince: null } as const;

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : toTimestamp(ms));

function cellGlance({ standing, compared }: ComparedCell): CellGlance {
  const { cell, epoch } = standing;
  if ('why' in compared) {
    const awaySince = timeOrNull(compared.sinceMs);
    return { cell, epoch, state: compared.why, awaySince, ...UNKNOWN };
  }
  const { entries: lagEntries, orders: lagOrders, unsettledSinceMs } = compared;
  const lagSince = timeOrNull(unsettledSinceMs);
  return { cell, epoch, state: 'open', awaySince: null, lagEntries, lagOrders, lagSince };
}

const budgetGlance = ({ id, store, amountMinor, spentMinor }: SpentBudget): BudgetGlance => ({
  id,
  store,
  amount: amountMinor,
  spent: spentMinor,
  left: amountMinor - spentMinor,
});

/**
 * Looks at every sale that was opened and is not forgotten, by id. It asks each cell once, and
 * each question to the ledger is one for all sales.
 */
export async function glanceAtSales(deps: StatusDeps): Promise<readonly SaleGlance[]> {
  const { pool, directory } = deps;
  await directory.refresh();
  const opened = directory.sales().filter(({ sale }) => sale.state !== 'draft');
  const heads = new Map(opened.map(({ sale, head }) => [sale.id, head]));
  const compared = await saleStatuses(deps, [...heads.keys()]);
  const budgets = await spentBudgets(pool, [...heads.keys()], null);
  const glance = (sale: ComparedSale): SaleGlance => {
    const { name, currency, state, opensAt, closesAt } = heads.get(sale.sale)!;
    return {
      ...statusView(sale),
      name,
      currency,
      state,
      opensAt,
      closesAt,
      cells: sale.cells.map(cellGlance),
      budgets: budgets.filter((budget) => budget.sale === sale.sale).map(budgetGlance),
    };
  };
  return compared.map(glance).toSorted((one, other) => (one.sale < other.sale ? -1 : 1));
}
