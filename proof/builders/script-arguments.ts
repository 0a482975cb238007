import type { CheckoutItem } from '../../src/cell/selling/checkout.ts';
import type { ClaimItem } from '../../src/cell/selling/claim.ts';
import { pack } from '../../src/platform/codec.ts';
import type { Item } from './carts.ts';

/** The batch argument of purchase. */
export const columns = (items: readonly Item[]): Buffer =>
  pack({
    ...(items.some(({ member }) => member !== null) && {
      member: items.map(({ member }) => member ?? ''),
    }),
    serial: items.map((one) => one.serial),
    shopper: items.map((one) => one.shopper),
    key: items.map((one) => one.key),
    fingerprint: items.map((one) => one.fingerprint),
    offer: items.map((one) => one.offer),
    quantity: items.map((one) => one.quantity),
    expected_total: items.map((one) => one.expectedTotal),
  });

const orderArg = (cart: CheckoutItem): object => ({
  serial: cart.serial,
  shopper: cart.shopper,
  key: cart.key,
  fingerprint: cart.fingerprint,
  member: cart.member ?? '',
  offers: cart.lines.map((line) => line.offer),
  quantities: cart.lines.map((line) => line.quantity),
  coupons: cart.coupons,
  red_packet: cart.redPacket === 'max' ? -1 : cart.redPacket,
  points: cart.points,
  expected_total: cart.expectedTotalMinor ?? -1,
});

/** The orders argument of checkout. */
export const ordersArg = (carts: readonly CheckoutItem[]): Buffer => pack(carts.map(orderArg));

/** The batch argument of claim. */
export const claimColumns = (items: readonly ClaimItem[]): Buffer =>
  pack({
    serial: items.map((one) => one.serial),
    shopper: items.map((one) => one.shopper),
    key: items.map((one) => one.key),
    promotion: items.map((one) => one.promotion),
    member: items.map((one) => one.member ?? ''),
  });
