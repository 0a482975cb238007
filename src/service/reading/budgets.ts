import type { Pool } from 'pg';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { spentBudgets } from '../../ledger/reading/budgets-of-sale.ts';
import type { SpentBudget } from '../../ledger/reading/budgets-of-sale.ts';
import { mayRead } from '../../ledger/sale-stores.ts';

/** The budgets of a sale with what is spent of them, by id. @param store null: an operator reads */
export async function budgetsOf(
  { pool }: { readonly pool: Pool },
  sale: SaleId,
  store: StoreId | null,
): Promise<readonly SpentBudget[] | Refusal> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  return spentBudgets(pool, [sale], store);
}
