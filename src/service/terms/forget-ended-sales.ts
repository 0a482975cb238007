import type { Pool } from 'pg';
import { cellEpoch } from '../../cell/cell-address.ts';
import type { CellConnections } from '../../cell/connections.ts';
import { unlinkAll } from '../../cell/cells/load-contents.ts';
import { hasEntriesAfter } from '../../cell/cells/outbox.ts';
import type { SaleId } from '../../domain/ids.ts';
import { webhookNumbers } from '../../ledger/webhooks/clear-deliveries.ts';
import {
  endedCells,
  forgottenCells,
  recordForgotten,
  recordFreed,
} from '../../ledger/terms/forget-sales.ts';
import type { EndedCell } from '../../ledger/terms/forget-sales.ts';

export interface ForgetEndedSalesDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
  /** Frees what an endpoint's queue has in Redis. */
  readonly dropQueue: (webhook: number) => Promise<void>;
  /** Aborted: the next run does the rest. */
  readonly signal?: AbortSignal;
}

/** False while the outbox holds entries: then the cell's keys stay, however old they are. */
async function isSettled(
  connections: CellConnections,
  { id, epoch, seq }: EndedCell,
): Promise<boolean> {
  return !(await hasEntriesAfter(cellEpoch(connections, id, epoch), seq));
}

/** The sales of which nothing is left to settle, with their cells. */
async function settledSales(
  connections: CellConnections,
  list: readonly EndedCell[],
): Promise<Map<SaleId, EndedCell[]>> {
  const bySale = Map.groupBy(list, ({ id }) => id.sale);
  for (const [sale, cells] of bySale) {
    const settled = await Promise.all(cells.map((cell) => isSettled(connections, cell)));
    if (settled.includes(false)) bySale.delete(sale);
  }
  return bySale;
}

/**
 * Forgets closed sales a day after the last hold in them ended: until then their keys give the same
 * answers. A minute later it frees their keys in Redis: by then no process knows these sales, so
 * none rebuilds an empty cell. Everything stays in the ledger, and endpoints still get refunds.
 */
export async function forgetEndedSales({
  pool,
  connections,
  dropQueue,
  signal,
}: ForgetEndedSalesDeps): Promise<void> {
  const ended = await settledSales(connections, await endedCells(pool));
  if (ended.size > 0) await recordForgotten(pool, [...ended.keys()]);
  for (const [sale, cells] of await settledSales(connections, await forgottenCells(pool))) {
    if (signal?.aborted) return;
    for (const { id, epoch } of cells) await unlinkAll(cellEpoch(connections, id, epoch));
    for (const webhook of await webhookNumbers(pool, sale)) await dropQueue(webhook);
    await recordFreed(pool, [sale]);
  }
}
