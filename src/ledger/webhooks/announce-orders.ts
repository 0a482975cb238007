import type { PoolClient } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { OrderKind } from '../../domain/webhook.ts';
import { query, rows, run } from '../../platform/query.ts';

const listening = query<{ is_so: boolean }>('webhooks/endpoints/is-any-listening');
const announce = query('webhooks/events/announce-orders');

/**
 * Writes the deliveries that tell endpoints about orders, in the transaction that changes the
 * orders. The caller has written the orders, their lines and their state. When no endpoint listens,
 * this costs one short read, for any number of orders.
 */
export async function announceOrders(
  client: PoolClient,
  kind: OrderKind,
  orders: readonly string[],
): Promise<void> {
  const sales = new Set(orders.map((id) => parseOrderId(id)?.cell.sale));
  if (sales.size === 0) return;
  const [found] = await rows(client, listening, [kind, [...sales]]);
  if (found?.is_so) await run(client, announce, [kind, [...sales], orders]);
}
