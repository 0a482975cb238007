import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';

const removed = query<{ number: number }>('webhooks/endpoints/list-removed');
const empty = query('webhooks/deliveries/delete-of-endpoint');
const ofSale = query<{ number: number }>('webhooks/endpoints/numbers-of-sale');
const remove = query('webhooks/endpoints/delete');
const prune = query('webhooks/deliveries/delete-old');

const DONE_DAYS = 1;
const DEAD_DAYS = 30;
/** The rows of one transaction, few enough to block nobody for long. */
const PIECE = 10_000;
/** The transactions of one call. */
const PIECES_MOST = 1_000;

/** @returns false when rows are left for the next call */
async function inPieces(
  piece: (most: number) => Promise<number>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; i < PIECES_MOST; i++) {
    if (signal.aborted) return false;
    if ((await piece(PIECE)) < PIECE) return true;
  }
  return false;
}

/** Lists deleted endpoints whose row is still there; at most 100. */
export const listRemovedWebhooks = async (pool: Pool): Promise<number[]> =>
  (await rows(pool, removed)).map(({ number }) => number);

/** Deletes an endpoint's deliveries. @returns false when some are left */
export const deleteDeliveriesOf = (
  pool: Pool,
  webhook: number,
  signal: AbortSignal,
): Promise<boolean> => inPieces((most) => run(pool, empty, [webhook, most]), signal);

/** Deletes a deleted endpoint's row, and the deliveries that are left. */
export async function deleteWebhookRow(pool: Pool, webhook: number): Promise<void> {
  await run(pool, remove, [webhook]);
}

/** Deletes deliveries that were done a day ago, and those that were given up thirty days ago. */
export async function deleteOldDeliveries(pool: Pool, signal: AbortSignal): Promise<void> {
  await inPieces((most) => run(pool, prune, ['done', DONE_DAYS, most]), signal);
  await inPieces((most) => run(pool, prune, ['dead', DEAD_DAYS, most]), signal);
}

/** The numbers of a sale's endpoints. */
export const webhookNumbers = async (pool: Pool, sale: SaleId): Promise<number[]> =>
  (await rows(pool, ofSale, [sale])).map(({ number }) => number);
