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

/** @returns null when it is no attempt of this release */
function readAttempt(stored: unknown): Attempt | null {
  const { key, body, shopper, atMs } = fieldsOf(stored);
  const order = readBody(body);
  if (!order || typeof key !== 'string' || !KEY.test(key)) return null;
  if (typeof shopper !== 'string' || typeof atMs !== 'number') return null;
  return { key, body: order, shopper, atMs };
}

type Attempts = readonly Attempt[];

/** The most shoppers of one tab whose attempts are kept. */
const MAX_SHOPPERS = 16;

function readAttempts(stored: unknown): Attempts | null {
  if (!Array.isArray(stored)) return null;
  return stored.flatMap((one) => readAttempt(one) ?? []).slice(-MAX_SHOPPERS);
}

/** The attempts at a sale whose answers nobody knows yet: one for each shopper, newest last. */
export const keptAttempts = (store: Store, sale: string): Kept<Attempts> =>
  keptSignal<Attempts>(store, `attempts.${sale}`, [], readAttempts);

export function keepAttempt({ value }: Kept<Attempts>, attempt: Attempt): void {
  const others = value.peek().filter(({ shopper }) => shopper !== attempt.shopper);
  value.value = [...others, attempt].slice(-MAX_SHOPPERS);
}

/** Forgets an attempt whose answer is known, or which its shopper gave up. */
export function forgetAttempt(kept: Kept<Attempts>, { key }: Attempt): void {
  const others = kept.value.peek().filter((one) => one.key !== key);
  if (others.length === 0) kept.clear();
  else kept.value.value = others;
}
