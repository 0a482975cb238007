import type { Pool } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { RefundRequest } from '../../domain/refunds/refund.ts';
import { isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { refundUnits } from '../../ledger/orders/refund.ts';
import type { Refunded } from '../../ledger/orders/refund.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';

export interface RefundDeps {
  readonly pool: Pool;
  readonly courier: Pick<InstructionCourier, 'push'>;
  /** The provider has to pay cash back. */
  readonly onCallsDue: () => void;
}

/**
 * Refunds units of a paid order's lines, once for each key. Balances and units that come back reach
 * the cell right away. An order that has not settled yet is not found: nobody can have paid for it.
 */
export async function refundOrder(
  { pool, courier, onCallsDue }: RefundDeps,
  request: RefundRequest,
): Promise<Refunded | Refusal> {
  if (!parseOrderId(request.order)) return NOT_FOUND;
  const done = await refundUnits(pool, request);
  if (isRefusal(done)) return done;
  const { cell, ...refunded } = done;
  if (!refunded.isReplay) {
    await courier.push(cell);
    onCallsDue();
  }
  return refunded;
}
