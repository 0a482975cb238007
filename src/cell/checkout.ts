import type { Redis } from 'ioredis';
import type { IdempotencyKey, OfferId, ShopperId } from '../domain/ids.ts';
import type { Receipt } from '../domain/order.ts';
import { readReceipt } from '../domain/receipt.ts';
import { pack, unpack } from '../platform/codec.ts';
import { callScript, defineScript } from '../platform/script.ts';
import type { Reply } from '../platform/script.ts';
import type { CellPlace } from './directory.ts';
import { fenced, invalid, readRefusal, refused, unexpected } from './replies.ts';
import type { Fenced, Refused } from './replies.ts';

const NO_EXPECTATION = -1;
const ALL = -1;

/** One cart on its way to the script. */
export interface CheckoutItem {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  readonly member: string | null;
  readonly lines: readonly { readonly offer: OfferId; readonly quantity: number }[];
  readonly coupons: readonly string[];
  readonly redPacket: number | 'max';
  readonly points: number;
  readonly expectedTotalMinor: number | null;
}

export type CheckoutReply =
  | {
      readonly word: 'placed';
      readonly payByMs: number;
      readonly rulesVersion: number;
      readonly seq: number;
      readonly receipt: Receipt;
    }
  | {
      readonly word: 'replayed';
      readonly serial: string;
      readonly payByMs: number;
      readonly rulesVersion: number;
      readonly receipt: Receipt;
    }
  | { readonly word: 'price_changed'; readonly rulesVersion: number; readonly receipt: Receipt }
  /** `inbox`: the highest instruction the cell had applied. */
  | {
      readonly word: 'sold_out';
      readonly offer: OfferId;
      readonly unitsLeft: number;
      readonly inbox: number;
    }
  | Refused
  | Fenced;

const text = (reply: Reply | undefined): string => String(reply);

function receiptOf(packed: Reply | undefined): Receipt {
  return readReceipt(unpack(packed as Buffer)) ?? unexpected('checkout', 'no receipt');
}

/** What `invalid` names, and why. */
const faults: Readonly<Record<string, [pointer: string, detail: string]>> = {
  red_packet: ['/redPacket', 'the sale has no layer red_packet'],
  points: ['/points', 'the sale has no layer points'],
  '/lines': ['/lines', 'the order is worth more than 90000000 minor units'],
};

/** One reader a word; bulk strings are Buffers. */
const words: Readonly<Record<string, (reply: readonly Reply[]) => CheckoutReply>> = {
  placed: (o) => ({
    word: 'placed',
    payByMs: o[1] as number,
    rulesVersion: o[2] as number,
    seq: o[3] as number,
    receipt: receiptOf(o[4]),
  }),
  replayed: (o) => ({
    word: 'replayed',
    serial: text(o[1]),
    payByMs: o[2] as number,
    rulesVersion: o[3] as number,
    receipt: receiptOf(o[4]),
  }),
  price_changed: (o) => ({
    word: 'price_changed',
    rulesVersion: o[1] as number,
    receipt: receiptOf(o[2]),
  }),
  fenced,
  invalid: (o) => {
    const fault = faults[text(o[1])];
    return fault ? invalid(...fault) : invalid(text(o[1]), 'must be a whole number from 1 to 999');
  },
  unknown_offer: (o) => refused({ code: 'unknown_offer', offer: text(o[1]) }),
  sold_out: (o) => ({
    word: 'sold_out',
    offer: text(o[1]) as OfferId,
    unitsLeft: Math.max(0, o[2] as number),
    inbox: o[3] as number,
  }),
  coupon_unavailable: (o) => refused({ code: 'coupon_unavailable', promotion: text(o[1]) }),
  balance_short: (o) => {
    const balance = text(o[1]) === 'points' ? 'points' : 'redPacket';
    return refused({ code: 'balance_short', balance, available: o[2] as number });
  },
};

export const checkout = defineScript('checkout', {
  keys: ['fence', 'meta', 'stock', 'offers', 'shoppers', 'rules', 'pots', 'wallets', 'outbox'],
  args: ['order', 'tag', 'backlog_limit'],
  isBinary: true,
  decode: (reply): CheckoutReply => {
    const read = words[text(reply[0])];
    return read ? read(reply) : (readRefusal(reply) ?? unexpected('checkout', text(reply[0])));
  },
});

const packOrder = (item: CheckoutItem): Buffer =>
  pack({
    serial: item.serial,
    shopper: item.shopper,
    key: item.key,
    fingerprint: item.fingerprint,
    member: item.member ?? '',
    offers: item.lines.map((line) => line.offer),
    quantities: item.lines.map((line) => line.quantity),
    coupons: item.coupons,
    red_packet: item.redPacket === 'max' ? ALL : item.redPacket,
    points: item.points,
    expected_total: item.expectedTotalMinor ?? NO_EXPECTATION,
  });

/** @param place of an open cell */
export function callCheckout(
  redis: Redis,
  place: CellPlace,
  item: CheckoutItem,
  backlogLimit: number,
): Promise<CheckoutReply> {
  return callScript(redis, checkout, place.shas!.checkout, place.keys, {
    order: packOrder(item),
    tag: item.serial,
    backlog_limit: backlogLimit,
  });
}
