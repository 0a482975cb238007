import type { SaleId } from '../../domain/ids.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A budget with what orders and claims drew from it, less what came back. In minor units. */
export interface SpentBudget {
  readonly sale: SaleId;
  readonly id: string;
  /** Null: the platform's. */
  readonly store: string | null;
  readonly policy: string;
  readonly amountMinor: number;
  readonly spentMinor: number;
}

const ofSales = query<SpentBudget>('reading/budgets/of-sales');

/** Lists the budgets of some sales by sale and id. @param store only those of it; null: all */
export const spentBudgets = (
  on: Queryable,
  sales: readonly SaleId[],
  store: string | null,
): Promise<SpentBudget[]> => rows(on, ofSales, [sales, store]);
