import type { OrderBody } from '../../../client/index.ts';
import { keptSignal } from '../../kit/session/kept.ts';
import type { Kept } from '../../kit/session/kept.ts';
import type { Store } from '../../kit/page/storage.ts';
import { fieldsOf } from '../fields.ts';

/** One tap on the button: one key, and so one order at most. */
export interface Attempt {
  readonly key: string;
  readonly body: OrderBody;
  /** Who tapped: nobody else's order may come of it. */
  readonly shopper: string;
  /** When it was tapped, by the clock of the device. */
  readonly atMs: number;
}

const KEY = /^[\w-]{1,64}$/;

const isLine = (stored: unknown): stored is OrderBody['lines'][number] => {
  const { offer, quantity } = fieldsOf(stored);
  return typeof offer === 'string' && typeof quantity === 'number';
};

/** The same request as before the reload: it must be repeated to the letter. */
function readBody(stored: unknown): OrderBody | null {
  const { lines, coupons, redPacket, points, expectedTotal } = fieldsOf(stored);
  if (!Array.isArray(lines) || !lines.every(isLine)) return null;
  const isCoupons = Array.isArray(coupons) && coupons.every((id) => typeof id === 'string');
  const isPacket = typeof redPacket === 'number' || typeof redPacket === 'string';
  return {
    lines,
    ...(isCoupons ? { coupons } : {}),
    ...(isPacket ? { redPacket } : {}),
    ...(typeof points === 'number' ? { points } : {}),
    ...(typeof expectedTotal === 'number' ? { expectedTotal } : {}),
  };
}

/** @returns null when storage holds no attempt of this release */
export function readAttempt(stored: unknown): Attempt | null {
  const { key, body, shopper, atMs } = fieldsOf(stored);
  const order = readBody(body);
  if (!order || typeof key !== 'string' || !KEY.test(key)) return null;
  if (typeof shopper !== 'string' || typeof atMs !== 'number') return null;
  return { key, body: order, shopper, atMs };
}

/** The attempt of a sale whose answer nobody knows yet. */
export const keptAttempt = (store: Store, sale: string): Kept<Attempt | null> =>
  keptSignal<Attempt | null>(store, `attempt.${sale}`, null, readAttempt);
