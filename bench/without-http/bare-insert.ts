import type { Pool, PoolClient } from 'pg';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import type { IncomingOrder } from '../../src/ledger/books/incoming-orders.ts';
import { transaction } from '../../src/platform/postgres.ts';

/** Inserts nothing but the rows: no lock, no cursor, no chain, no units, no message to Redis. */
const ORDERS = `
  insert into orders (id, sale, cell, epoch, seq, shopper, key, fingerprint, total_minor,
    rules_version, placed_at, pay_by, expires_at)
  select id, $1, $2, $3, seq, shopper, key, fingerprint, total, rules_version,
    to_timestamp(placed / 1000.0), to_timestamp(pay_by / 1000.0), to_timestamp(pay_by / 1000.0)
  from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[],
      $10::integer[], $11::bigint[], $12::bigint[])
    as o (id, seq, shopper, key, fingerprint, total, rules_version, placed, pay_by)`;
const LINES = `
  insert into order_lines (order_id, line, offer, store, quantity, price_minor, activity_minor,
    net_minor)
  select order_id, 0, offer, store, quantity, price, price * quantity, price * quantity
  from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bigint[])
    as l (order_id, offer, store, quantity, price)`;

async function insertBatch(
  client: PoolClient,
  { id, epoch }: CellAddress,
  orders: readonly IncomingOrder[],
): Promise<void> {
  const column = <T>(of: (order: IncomingOrder) => T): T[] => orders.map(of);
  const values = [
    ...[id.sale, id.cell, epoch],
    column((order) => order.id),
    column((order) => order.seq),
    column((order) => order.shopper),
    column((order) => order.key),
    column((order) => order.fingerprint),
    column(({ lines }) => lines[0]!.priceMinor * lines[0]!.quantity),
    column((order) => order.rulesVersion),
    column((order) => order.atMs),
    column((order) => order.payByMs),
  ];
  await client.query({ name: 'bare-orders', text: ORDERS, values });
  const lineValues = [
    column((order) => order.id),
    column(({ lines }) => lines[0]!.offer),
    column(({ lines }) => lines[0]!.store),
    column(({ lines }) => lines[0]!.quantity),
    column(({ lines }) => lines[0]!.priceMinor),
  ];
  await client.query({ name: 'bare-lines', text: LINES, values: lineValues });
}

/** Inserts orders and their lines, `batch` orders per transaction. */
export async function insertBare(
  pool: Pool,
  cell: CellAddress,
  orders: readonly IncomingOrder[],
  batch: number,
): Promise<void> {
  for (let from = 0; from < orders.length; from += batch) {
    const piece = orders.slice(from, from + batch);
    await transaction(pool, (client) => insertBatch(client, cell, piece));
  }
}
