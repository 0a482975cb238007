import { readCell } from '../../cell/cells/snapshot.ts';
import { parseOrderId } from '../../domain/ids.ts';
import type { CellId, IdempotencyKey, OrderId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { BUSY, NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { recordChange } from '../../ledger/changes/record-change.ts';
import { endOrders } from '../../ledger/orders/change-order-state.ts';
import { findSettledOrder } from '../../ledger/orders/read-orders.ts';
import type { SettledOrder } from '../../ledger/orders/read-orders.ts';
import { transaction } from '../../platform/postgres.ts';
import { SETTLED_WITHIN_MS } from './await-settled-order.ts';
import type { NamedOrder } from '../selling/named-order.ts';
import { shownOrder } from './cancel-order.ts';
import type { CancelDeps } from './cancel-order.ts';
import { refundOrder } from './refund-order.ts';

/**
 * One refund of an order takes all that is left of it, so one key is enough. It has a colon, and
 * the keys that callers send have none.
 */
const REFUND_KEY = 'cancel:rest' as IdempotencyKey;

/** Finds an order of any shopper, and waits for one that may not have settled yet. */
async function awaitAnyOrder(deps: CancelDeps, id: OrderId): Promise<SettledOrder | Refusal> {
  const named = parseOrderId(id);
  if (!named) return NOT_FOUND;
  const found = await findSettledOrder(deps.pool, id, null);
  const cell = deps.directory.cell(named.cell);
  if (found || !cell) return found ?? NOT_FOUND;
  const snapshot = await readCell(cell);
  if (snapshot.word !== 'read') return BUSY;
  await deps.watch.whenSettled(cell, snapshot.seq, SETTLED_WITHIN_MS);
  return (await findSettledOrder(deps.pool, id, null)) ?? NOT_FOUND;
}

/**
 * The shopper and merchants read the moves of an order, so the operator's reason is in the change
 * alone.
 * @returns false when the order was not unpaid any more
 */
function endUnpaid(deps: CancelDeps, cell: CellId, id: OrderId, actor: Actor): Promise<boolean> {
  return transaction(deps.pool, async (client) => {
    const by = { who: 'operator', why: 'cancelled by an operator' };
    const ended = await endOrders(client, cell, [id], 'cancelled', by);
    if (ended.length === 0) return false;
    await recordChange(client, actor, {
      sale: cell.sale,
      subject: `order:${id}`,
      what: 'cancel',
      owner: null,
      before: { state: 'reserved' },
      after: { state: 'cancelled' },
    });
    return true;
  });
}

/** Refunds all that is left of a paid order. Its gifts go back with the last line. */
async function refundRest(
  deps: CancelDeps,
  order: SettledOrder,
  restock: boolean,
  actor: Actor,
): Promise<Refusal | null> {
  const lines = order.lines
    .map(({ quantity, refunded, isGift }, line) => ({
      line,
      quantity: isGift ? 0 : quantity - refunded,
    }))
    .filter(({ quantity }) => quantity > 0);
  const refunded = await refundOrder(deps, {
    order: order.id,
    key: REFUND_KEY,
    lines,
    restock,
    actor,
  });
  if (!isRefusal(refunded)) return null;
  // Someone else may have refunded the rest meanwhile.
  const now = await findSettledOrder(deps.pool, order.id, null);
  return now?.state === 'refunded' ? null : refunded;
}

/** @returns null when the order is cancelled, or was before */
async function end(
  deps: CancelDeps,
  order: SettledOrder,
  restock: boolean,
  actor: Actor,
): Promise<Refusal | null> {
  switch (order.state) {
    case 'reserved': {
      const { cell } = parseOrderId(order.id)!;
      // Paid or expired a moment ago: the caller sees it at the next try.
      if (!(await endUnpaid(deps, cell, order.id, actor))) return BUSY;
      await deps.courier.push(cell);
      deps.onCallsDue();
      return null;
    }
    case 'paid':
    case 'partly_refunded':
      return refundRest(deps, order, restock, actor);
    case 'expired':
      return { code: 'conflict', detail: 'the order has expired: there is nothing to cancel' };
    default:
      return null;
  }
}

/**
 * Cancels an order of any shopper. An unpaid one is cancelled as by its owner; of a paid one all
 * that is left is refunded, in one refund. Repeating it changes nothing.
 * @param restock whether the units of a paid order go back on sale; those of an unpaid one do
 */
export async function cancelByOperator(
  deps: CancelDeps,
  id: OrderId,
  restock: boolean,
  actor: Actor,
): Promise<NamedOrder | Refusal> {
  const found = await awaitAnyOrder(deps, id);
  if (isRefusal(found)) return found;
  const refusal = await end(deps, found, restock, actor);
  if (refusal) return refusal;
  const now = await findSettledOrder(deps.pool, id, null);
  return now ? shownOrder(deps, now) : BUSY;
}
