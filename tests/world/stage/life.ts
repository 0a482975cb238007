import type { Redis } from 'ioredis';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { SEAL } from '../../../src/cell/keys.ts';
import type { OrderId, ShopperId } from '../../../src/domain/ids.ts';
import type { OrderView } from '../../../src/domain/order.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { unpackAll } from '../../../src/platform/codec.ts';
import { cancelOrder } from '../../../src/service/orders/cancel-order.ts';
import { expireUnpaidOrders } from '../../../src/service/orders/expire-loop.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import type { Shop } from './shop.ts';

/** @throws when the answer is a refusal */
export function surely(answer: Placed | Refusal): Placed {
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}

export const cancel = (shop: Shop, order: string, shopper = 'u1'): Promise<OrderView | Refusal> =>
  cancelOrder(shop.api, order as OrderId, shopper as ShopperId);

/** Moves the clock of unpaid orders so that their time is over. @param orders null for all */
export async function lapse(shop: Shop, orders: readonly string[] | null = null): Promise<void> {
  const text = `update orders set expires_at = now() - interval '1 second'
    where sale = $1 and state = 'reserved' and ($2::text[] is null or id = any ($2::text[]))`;
  await shop.worker.pool.query(text, [shop.sale, orders]);
}

/** Another process claims every cell, for longer than any test takes. */
export async function claimElsewhere(shop: Shop): Promise<void> {
  await shop.worker.pool.query(`update cells set epoch = epoch + 1, state = 'recovering',
    claimed_at = now() + interval '1 hour'`);
}

export const expireNow = (shop: Shop): Promise<number> =>
  expireUnpaidOrders({ ...shop.worker, onCallsDue: () => {} });

export async function stateOf(shop: Shop, order: string): Promise<string> {
  const found = await shop.worker.pool.query('select state from orders where id = $1', [order]);
  return found.rows[0]?.state;
}

/** The moves of an order, each with its actor, oldest first. */
export async function movesOf(shop: Shop, order: string): Promise<string[]> {
  const text = `select who || ': ' || from_state || ' to ' || to_state as move
    from order_moves where order_id = $1 order by id`;
  const { rows } = await shop.worker.pool.query<{ move: string }>(text, [order]);
  return rows.map(({ move }) => move);
}

export async function addressOf(shop: Shop, cell = 0): Promise<CellAddress> {
  await shop.worker.directory.refresh();
  return shop.worker.directory.cell({ sale: shop.sale, cell })!;
}

type Packed = readonly unknown[];

/**
 * Orders as placed, without the numbers of their entries, which a rebuild drops; and marks by
 * serial, because a rebuilt record arranges them differently.
 */
function readRecord(record: Buffer): unknown {
  const all = unpackAll(record) as Packed[];
  const marks = all.filter((one) => one.length === 3);
  return {
    orders: all.filter((one) => one.length !== 3).map((one) => one.slice(0, -1)),
    marks: marks.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  };
}

const [CLAIM_WIDTH, CLAIM_ENTRY] = [5, 3];

/** A wallet with sorted coupons, without the numbers of entries; null when it holds nothing. */
function readWallet(record: Buffer): unknown {
  const [[points, redPacket, coupons, claims]] = unpackAll(record) as [
    [number, number, Packed, Packed],
  ];
  const held: [unknown, unknown][] = [];
  for (let i = 0; i < coupons.length; i += 2) held.push([coupons[i], coupons[i + 1]]);
  const isEmpty = points === 0 && redPacket === 0 && held.length === 0 && claims.length === 0;
  const made = claims.filter((_, i) => i % CLAIM_WIDTH !== CLAIM_ENTRY);
  return isEmpty ? null : { points, redPacket, claims: made, held: held.toSorted() };
}

const OF_THE_EPOCH = ['seq', 'tag', 'placed', 'settled', 'watermark'];

/** Everything that a cell knows and may give, independent of how its bytes are arranged. */
export async function cellHolds(redis: Redis, { keys }: CellAddress) {
  const read = async (key: string, of: (value: Buffer) => unknown) => {
    const all = Object.entries(await redis.hgetallBuffer(key));
    const fields = all.filter(([field]) => field !== SEAL);
    const values = fields.map(([field, value]) => [field, of(value)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== null));
  };
  const meta = await read(keys.meta, String);
  for (const field of OF_THE_EPOCH) delete meta[field];
  return {
    meta,
    stock: await read(keys.stock, String),
    pots: await read(keys.pots, String),
    offers: await read(keys.offers, unpackAll),
    rules: await read(keys.rules, unpackAll),
    shoppers: await read(keys.shoppers, readRecord),
    wallets: await read(keys.wallets, readWallet),
  };
}
