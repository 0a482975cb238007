import { keptSignal } from '../../kit/session/kept.ts';
import type { Kept } from '../../kit/session/kept.ts';
import type { Store } from '../../kit/page/storage.ts';
import { EMPTY_CART, MAX_LINES, MAX_QUANTITY } from './cart.ts';
import type { CartContent, CartLine } from './cart.ts';
import { fieldsOf } from '../fields.ts';

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;

const isText = (value: unknown): value is string => typeof value === 'string';

function readLine(stored: unknown): CartLine[] {
  const { offer, title, price, listPrice, isPlain, quantity } = fieldsOf(stored);
  const isSound =
    isText(offer) &&
    isText(title) &&
    isWhole(price, Number.MAX_SAFE_INTEGER) &&
    isWhole(listPrice, Number.MAX_SAFE_INTEGER) &&
    isWhole(quantity, MAX_QUANTITY) &&
    quantity > 0;
  if (!isSound) return [];
  return [{ offer, title, price, listPrice, isPlain: isPlain === true, quantity }];
}

/** @returns null when it is no cart of this release */
export function readCart(stored: unknown): CartContent | null {
  const { lines, coupons, isBest, usesPacket, usesPoints } = fieldsOf(stored);
  if (!Array.isArray(lines) || !Array.isArray(coupons)) return null;
  return {
    lines: lines.flatMap(readLine).slice(0, MAX_LINES),
    coupons: coupons.filter(isText),
    isBest: isBest === true,
    usesPacket: usesPacket === true,
    usesPoints: usesPoints === true,
  };
}

/** The cart of a sale, which a reload and a sign-in leave as it is. */
export const keptCart = (store: Store, sale: string): Kept<CartContent> =>
  keptSignal(store, `cart.${sale}`, EMPTY_CART, readCart);
