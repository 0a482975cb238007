import { parseOrderId } from '../../domain/ids.ts';
import type { ShopperId } from '../../domain/ids.ts';
import { isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { movesOfOrder, readOrderFacts } from '../../ledger/orders/read-order-history.ts';
import type { PastMove } from '../../ledger/orders/read-order-history.ts';
import { findOrderOf } from '../selling/find-order.ts';
import type { FindOrderDeps } from '../selling/find-order.ts';

export type { PastMove } from '../../ledger/orders/read-order-history.ts';

/**
 * What became of an order since it was placed, oldest first, at most 1000 moves.
 * @param shopper its owner, or null for an operator
 */
export async function movesOf(
  deps: FindOrderDeps,
  id: string,
  shopper: ShopperId | null,
): Promise<PastMove[] | Refusal> {
  if (!parseOrderId(id)) return NOT_FOUND;
  if (shopper === null) {
    if (!(await readOrderFacts(deps.pool, id))) return NOT_FOUND;
  } else {
    const order = await findOrderOf(deps, id, shopper);
    if (isRefusal(order)) return order;
  }
  return movesOfOrder(deps.pool, id);
}
