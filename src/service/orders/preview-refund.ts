import type { Pool } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { RefundPreview } from '../../domain/refunds/refund.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import * as ledger from '../../ledger/orders/order-to-refund.ts';

/**
 * Says what a refund would give back, by the checks and the arithmetic of the refund itself. It
 * writes nothing.
 */
export async function previewRefund(
  { pool }: { readonly pool: Pool },
  asked: ledger.PossibleRefund,
): Promise<RefundPreview | Refusal> {
  return parseOrderId(asked.order) ? ledger.previewRefund(pool, asked) : NOT_FOUND;
}
