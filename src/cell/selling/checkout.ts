import type { OfferId } from '../../domain/ids.ts';
import type { Receipt } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import { readReceipt } from '../../domain/receipt.ts';
import { invalid } from '../../domain/refusals.ts';
import { pack, unpack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { Reply } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { entrySeq, fenced, readRefusal, refused, unexpected } from '../replies.ts';
import type { EntryNumbers, Fenced, Refused } from '../replies.ts';

const NO_EXPECTATION = -1;
const ALL = -1;

/** One cart on its way to the script. */
export interface CheckoutItem extends Omit<OrderRequest, 'sale'> {
  readonly serial: string;
  readonly fingerprint: string;
}

/** What became of one cart. */
export type CartOutcome =
  | { readonly word: 'placed'; readonly receipt: Receipt; readonly packed: Buffer }
  | {
      readonly word: 'replayed';
      readonly serial: string;
      readonly payByMs: number;
      readonly rulesVersion: number;
      readonly receipt: Receipt;
      /** Its entry's number; null: the ledger has it. */
      readonly seq: number | null;
    }
  | { readonly word: 'price_changed'; readonly receipt: Receipt }
  | { readonly word: 'sold_out'; readonly offer: OfferId; readonly unitsLeft: number }
  /** Sold out for a moment still (lua/lib/shelves.lua), which nobody may remember. */
  | { readonly word: 'returning'; readonly offer: OfferId }
  | { readonly word: 'unreadable' }
  | Refused;

export interface CheckoutReply extends EntryNumbers {
  readonly word: 'batch';
  readonly atMs: number;
  readonly payByMs: number;
  readonly rulesVersion: number;
  /** The number of the last instruction that may have put units on sale. */
  readonly restocked: number;
  readonly outcomes: readonly CartOutcome[];
}

const text = (reply: Reply | undefined): string => String(reply);

function receiptOf(packed: Reply | undefined): Receipt {
  return readReceipt(unpack(packed as Buffer)) ?? unexpected('checkout', 'no receipt');
}

/** What `invalid` names, and why. */
const faults: Readonly<Record<string, [pointer: string, detail: string]>> = {
  red_packet: ['/redPacket', 'the sale has no layer red_packet'],
  points: ['/points', 'the sale has no layer points'],
  '/lines': ['/lines', 'must be 1 to 50 lines worth at most 90000000 minor units'],
};

/** How to read each word of an outcome; bulk strings are Buffers. */
const outcomes: Readonly<Record<string, (outcome: readonly Reply[]) => CartOutcome>> = {
  replayed: (o) => ({
    word: 'replayed',
    serial: text(o[1]),
    payByMs: o[2] as number,
    rulesVersion: o[3] as number,
    receipt: receiptOf(o[4]),
    seq: entrySeq(o[5]),
  }),
  price_changed: (o) => ({ word: 'price_changed', receipt: receiptOf(o[1]) }),
  unreadable: () => ({ word: 'unreadable' }),
  returning: (o) => ({ word: 'returning', offer: text(o[1]) as OfferId }),
  invalid: (o) => {
    const named = text(o[1]);
    return refused(invalid(...(faults[named] ?? [named, 'must be a whole number from 1 to 999'])));
  },
  unknown_offer: (o) => refused({ code: 'unknown_offer', offer: text(o[1]) }),
  sold_out: (o) => ({
    word: 'sold_out',
    offer: text(o[1]) as OfferId,
    unitsLeft: Math.max(0, o[2] as number),
  }),
  balance_short: (o) => {
    const balance = text(o[1]) === 'points' ? 'points' : 'redPacket';
    return refused({ code: 'balance_short', balance, available: o[2] as number });
  },
};

/** A receipt alone says that the cart was placed. */
function decodeOutcome(outcome: Reply): CartOutcome {
  if (!Array.isArray(outcome)) {
    return { word: 'placed', receipt: receiptOf(outcome), packed: outcome as Buffer };
  }
  const words = outcome as readonly Reply[];
  const word = text(words[0]);
  const read = outcomes[word];
  return read ? read(words) : (readRefusal(words) ?? unexpected('checkout', word));
}

export const checkout = defineScript('checkout', {
  keys: [
    'fence',
    'meta',
    'stock',
    'shelves',
    'offers',
    'shoppers',
    'rules',
    'pots',
    'wallets',
    'outbox',
  ],
  args: ['orders', 'tag', 'backlog_limit'],
  isBinary: true,
  decode: (reply): CheckoutReply | Fenced => {
    const word = text(reply[0]);
    if (word === 'fenced') return fenced(reply);
    if (word !== 'batch') return unexpected('checkout', word);
    return {
      word,
      atMs: reply[1] as number,
      payByMs: reply[2] as number,
      rulesVersion: reply[3] as number,
      restocked: reply[4] as number,
      seq: entrySeq(reply[5]),
      prev: text(reply[6]),
      placed: reply[7] as number,
      outcomes: reply.slice(8).map(decodeOutcome),
    };
  },
});

const order = (item: CheckoutItem) => ({
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

/** Carts in one call at most: a bound on the script's time, which grows with a cart's lines. */
export const CARTS_MAX = 32;

/** The batch as the script takes it. */
export const packCarts = (items: readonly CheckoutItem[]): Buffer => pack(items.map(order));

/**
 * @param cell an open one
 * @param orders the items, packed
 */
export function callCheckout(
  cell: CellAddress,
  items: readonly CheckoutItem[],
  backlogLimit: number,
  orders = packCarts(items),
): Promise<CheckoutReply | Fenced> {
  return callScript(cell.hot, checkout, cell.shas!.checkout, cell.keys, {
    orders,
    // A new serial is drawn for every attempt, so the first one tells this call from any other.
    tag: items[0]!.serial,
    backlog_limit: backlogLimit,
  });
}
