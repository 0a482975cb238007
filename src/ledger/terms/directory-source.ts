import type { Pool, PoolClient } from 'pg';
import type { CellRecord } from '../../domain/cells/cell-record.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Sale, SaleStore } from '../../domain/sale.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import type { OfferRow } from './offer-rows.ts';
import type { BudgetRow, PromotionRow } from './sale-rules.ts';
import type { SaleRow } from '../sale-row.ts';

interface LiveCellRow extends Omit<CellRecord, 'id'> {
  readonly sale: SaleId;
  readonly cell: number;
}

const revision = query<{ last: number }>('terms/sales/directory-revision');
const live = query<SaleRow>('terms/sales/live');
const liveStores = query<SaleStore & { readonly sale: SaleId }>('terms/stores/live');
const liveOffers = query<OfferRow>('terms/offers/live');
const liveBudgets = query<BudgetRow>('terms/budgets/live');
const livePromotions = query<PromotionRow>('terms/promotions/live');
const liveCells = query<LiveCellRow>('cells/rows/live');

const bySale = <Row extends { readonly sale: SaleId }>(list: readonly Row[]) =>
  Map.groupBy(list, ({ sale }) => sale);

async function loadAll(client: PoolClient): Promise<{ sale: Sale; cells: CellRecord[] }[]> {
  const sales = await rows(client, live);
  const stores = bySale(await rows(client, liveStores));
  const offers = bySale(await rows(client, liveOffers));
  const budgets = bySale(await rows(client, liveBudgets));
  const promotions = bySale(await rows(client, livePromotions));
  const cells = bySale(await rows(client, liveCells));
  return sales.map((sale) => ({
    sale: {
      ...sale,
      stores: (stores.get(sale.id) ?? []).map(({ sale: _, ...store }) => store),
      offers: offers.get(sale.id) ?? [],
      budgets: budgets.get(sale.id) ?? [],
      promotions: (promotions.get(sale.id) ?? []).map(({ body }) => body),
    },
    cells: (cells.get(sale.id) ?? []).map(({ cell, ...row }) => ({
      ...row,
      id: { sale: sale.id, cell },
    })),
  }));
}

/** Reads every live sale with its offers, rules and cells, as of one instant. */
export const directorySource = (pool: Pool) => ({
  revision: async (): Promise<number> => (await rows(pool, revision))[0]!.last,
  load: () => transaction(pool, loadAll, { isolation: 'repeatable read' }),
});
