import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A budget with what orders and claims drew from it, less what came back. In minor units. */
export interface SpentBudget {
  readonly id: string;
  /** Null: the platform's. */
  readonly store: string | null;
  readonly policy: string;
  readonly amountMinor: number;
  readonly spentMinor: number;
}

const ofSale = query<SpentBudget>('reading/budgets/of-sale');

/** Lists the budgets of a sale by id. @param store only those of this store, or null for all */
export const spentBudgets = (
  on: Queryable,
  sale: string,
  store: string | null,
): Promise<SpentBudget[]> => rows(on, ofSale, [sale, store]);
