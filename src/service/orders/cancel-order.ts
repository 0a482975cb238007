import { parseOrderId } from '../../domain/ids.ts';
import type { OrderId, ShopperId } from '../../domain/ids.ts';
import { orderView } from '../../domain/order.ts';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { endOrders } from '../../ledger/orders/change-order-state.ts';
import { findSettledOrder } from '../../ledger/orders/read-orders.ts';
import type { SettledOrder } from '../../ledger/orders/read-orders.ts';
import { transaction } from '../../platform/postgres.ts';
import { nameOrders } from '../selling/named-order.ts';
import type { NamedOrder, NamingDeps } from '../selling/named-order.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';
import { awaitSettledOrder } from './await-settled-order.ts';
import type { AwaitSettledOrderDeps } from './await-settled-order.ts';

export interface CancelDeps extends AwaitSettledOrderDeps {
  readonly courier: Pick<InstructionCourier, 'push'>;
  /** Payments were given up: the provider has to be told. */
  readonly onCallsDue: () => void;
}

const BY_SHOPPER = { who: 'shopper', why: 'cancelled by its owner' } as const;

/** An order as it is, after a change of it. */
export async function shownOrder(deps: NamingDeps, now: SettledOrder): Promise<NamedOrder> {
  const { placedAtMs } = now;
  const order = { view: orderView(now, now.state, true), placedAtMs };
  return (await nameOrders(deps, now.sale, [order]))[0]!;
}

/**
 * Cancels an unpaid order. Repeating it changes nothing.
 * @returns `conflict` when it was paid, or expired
 */
export async function cancelOrder(
  deps: CancelDeps,
  id: OrderId,
  shopper: ShopperId,
): Promise<NamedOrder | Refusal> {
  const found = await awaitSettledOrder(deps, id, shopper);
  if (isRefusal(found)) return found;
  const { cell } = parseOrderId(id)!;
  const ended = await transaction(deps.pool, (client) =>
    endOrders(client, cell, [id], 'cancelled', BY_SHOPPER),
  );
  if (ended.length > 0) {
    await deps.courier.push(cell);
    deps.onCallsDue();
  }
  const now = await findSettledOrder(deps.pool, id, shopper);
  if (!now) return BUSY;
  if (now.state !== 'cancelled') {
    const detail = `the order is ${now.state}: only an unpaid one is cancelled`;
    return { code: 'conflict', detail };
  }
  return shownOrder(deps, now);
}
