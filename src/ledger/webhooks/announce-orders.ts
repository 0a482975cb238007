import type { PoolClient } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { OrderKind } from '../../domain/webhook.ts';
import { query, rows, run } from '../../platform/query.ts';

const listening = query<{ is_so: boolean }>('webhooks/endpoints/is-any-listening');
const announce = query('webhooks/deliveries/announce-orders');

/**
 * Notes what is to be told of orders, in the transaction in which it becomes true. They must be in
 * the ledger, with lines and state. Where nobody listens it costs one short read, however many
 * orders there are.
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
