import type { Redis } from 'ioredis';
import type { CellAddress } from '../../../src/cell/cell-address.ts';
import { pack, unpack } from '../../../src/platform/codec.ts';

/** An entry of an outbox as it stands in the stream, for tests that spoil it. */
export interface RawEntry {
  readonly seq: number;
  readonly v: string;
  readonly tag: string;
  readonly prev: string;
  /** The number of orders that the entry claims to carry. */
  readonly orders: string;
  readonly body: Buffer;
}

/** The body of an entry: figures of the call, and columns with one element for each order. */
export interface EntryBody {
  serial: string[];
  shopper: string[];
  key: string[];
  fingerprint: string[];
  offer: string[];
  store: string[];
  quantity: number[];
  price: number[];
}

export async function readRaw(redis: Redis, { keys }: CellAddress): Promise<RawEntry[]> {
  const found = await redis.xrangeBuffer(keys.outbox, '-', '+');
  return found.map(([id, flat]) => {
    const field = (name: string) => flat[flat.findIndex((one) => one.toString() === name) + 1]!;
    const [v, tag, prev, orders] = ['v', 'tag', 'prev', 'orders'].map((name) => `${field(name)}`);
    const seq = Number(id.toString().split('-')[1]);
    return { seq, v: v!, tag: tag!, prev: prev!, orders: orders!, body: field('body') };
  });
}

/** Replaces the entries of the stream. */
export async function rewrite(
  redis: Redis,
  { keys, epoch }: CellAddress,
  entries: readonly RawEntry[],
): Promise<void> {
  await redis.del(keys.outbox);
  for (const { seq, v, tag, prev, orders, body } of entries) {
    const fields = ['v', v, 'tag', tag, 'prev', prev, 'orders', orders, 'body', body];
    await redis.xadd(keys.outbox, `${epoch}-${seq}`, ...fields);
  }
}

/** The same entry with its body changed. */
export function withBody(entry: RawEntry, change: (body: EntryBody) => void): RawEntry {
  const body = unpack(entry.body) as EntryBody;
  change(body);
  return { ...entry, orders: String(body.serial.length), body: pack(body) };
}
