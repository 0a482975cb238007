import type { Pool, PoolClient } from 'pg';
import type { CellRecord } from '../domain/cell.ts';
import type { SaleId } from '../domain/ids.ts';
import type { Sale } from '../domain/sale.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { OfferRow } from './offers.ts';
import type { SaleRow } from './sales.ts';

interface PlaceRow extends Omit<CellRecord, 'id'> {
  readonly sale: SaleId;
  readonly cell: number;
}

const revision = query<{ last: number }>('sales/revision');
const live = query<SaleRow>('sales/live');
const liveOffers = query<OfferRow>('offers/live');
const places = query<PlaceRow>('cells/places');

async function loadAll(client: PoolClient): Promise<{ sale: Sale; cells: CellRecord[] }[]> {
  const sales = await rows(client, live);
  const offers = Map.groupBy(await rows(client, liveOffers), (offer) => offer.sale);
  const cells = Map.groupBy(await rows(client, places), (place) => place.sale);
  return sales.map((sale) => ({
    sale: { ...sale, offers: offers.get(sale.id) ?? [] },
    cells: (cells.get(sale.id) ?? []).map(({ cell, ...place }) => ({
      ...place,
      id: { sale: sale.id, cell },
    })),
  }));
}

/** Every live sale with its offers and cells, as of one instant. */
export const directorySource = (pool: Pool) => ({
  revision: async (): Promise<number> => (await rows(pool, revision))[0]!.last,
  load: () => transaction(pool, loadAll, 'repeatable read'),
});
