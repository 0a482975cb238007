import type { IdempotencyKey, OfferId, ShopperId, StoreId } from '../../domain/ids.ts';
import { invalid } from '../../domain/refusals.ts';
import { pack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { Reply } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { entrySeq, fenced, readRefusal, refused, unexpected } from '../replies.ts';
import type { EntryNumbers, Fenced, Refused } from '../replies.ts';

const NO_EXPECTATION = -1;

/** One order of the flash lane on its way to the script. */
export interface PurchaseItem {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  readonly offer: OfferId;
  readonly quantity: number;
  readonly expectedTotalMinor: number | null;
  /** The shopper's tier; null: none. */
  readonly member: string | null;
}

/** What became of one item of a purchase batch. */
export type ItemOutcome =
  | {
      readonly word: 'placed';
      readonly priceMinor: number;
      readonly store: StoreId;
      /** The position of its store in what the batch sold. */
      readonly place: number;
    }
  | {
      readonly word: 'replayed';
      readonly serial: string;
      readonly quantity: number;
      readonly priceMinor: number;
      readonly store: StoreId;
      readonly payByMs: number;
      readonly rulesVersion: number;
      /** Its entry's number; null: the ledger has it. */
      readonly seq: number | null;
    }
  | { readonly word: 'sold_out'; readonly unitsLeft: number }
  | Refused
  /**
   * `cart_lane`: only the checkout script can answer, also for a replay.
   * `returning`: sold out for a moment still (lua/lib/shelves.lua), which nobody may remember.
   */
  | { readonly word: 'unknown_offer' | 'unreadable' | 'cart_lane' | 'returning' };

export interface PurchaseReply extends EntryNumbers {
  readonly word: 'batch';
  readonly atMs: number;
  readonly payByMs: number;
  readonly rulesVersion: number;
  /** The number of the last instruction that may have put units on sale. */
  readonly restocked: number;
  /** price, store, price, store … of each offer that was sold. */
  readonly sold: readonly (number | string)[];
  readonly outcomes: readonly ItemOutcome[];
}

/** How to read each word of an outcome that did not place an order. */
const outcomes: Record<string, (o: readonly Reply[]) => ItemOutcome> = {
  replayed: (o) => ({
    word: 'replayed',
    serial: o[1] as string,
    quantity: o[2] as number,
    priceMinor: o[3] as number,
    store: o[4] as StoreId,
    payByMs: o[5] as number,
    rulesVersion: o[6] as number,
    seq: entrySeq(o[7]),
  }),
  sold_out: (o) => ({ word: 'sold_out', unitsLeft: o[1] as number }),
  returning: () => ({ word: 'returning' }),
  unknown_offer: () => ({ word: 'unknown_offer' }),
  unreadable: () => ({ word: 'unreadable' }),
  cart_lane: () => ({ word: 'cart_lane' }),
  invalid: (o) =>
    refused(invalid(o[1] as string, 'the order is worth more than 90000000 minor units')),
  price_changed: (o) => refused({ code: 'price_changed', total: o[1] as number }),
};

/** @param sold prices and stores; an outcome is the position of its store */
function decodeOutcomes(sold: PurchaseReply['sold'], list: readonly Reply[]): ItemOutcome[] {
  const placed: ItemOutcome[] = [];
  for (let place = 1; place < sold.length; place += 2) {
    const [priceMinor, store] = [sold[place - 1] as number, sold[place] as StoreId];
    placed[place] = { word: 'placed', priceMinor, store, place };
  }
  return list.map((one) => (typeof one === 'number' ? placed[one]! : decodeRefusal(one)));
}

function decodeRefusal(outcome: Reply): ItemOutcome {
  const words = outcome as readonly Reply[];
  const read = outcomes[words[0] as string];
  return read ? read(words) : (readRefusal(words) ?? unexpected('purchase', words[0]));
}

export const purchase = defineScript('purchase', {
  keys: ['fence', 'meta', 'stock', 'shelves', 'offers', 'shoppers', 'outbox'],
  args: ['batch', 'tag', 'backlog_limit'],
  decode: (reply): PurchaseReply | Fenced => {
    if (reply[0] === 'fenced') return fenced(reply);
    if (reply[0] !== 'batch') return unexpected('purchase', reply[0]);
    const [, atMs, payByMs, rulesVersion, restocked] = reply as readonly number[];
    const sold = reply[8] as PurchaseReply['sold'];
    return {
      word: 'batch',
      atMs: atMs!,
      payByMs: payByMs!,
      rulesVersion: rulesVersion!,
      restocked: restocked!,
      seq: entrySeq(reply[5]),
      prev: reply[6] as string,
      placed: reply[7] as number,
      sold,
      outcomes: decodeOutcomes(sold, reply.slice(9)),
    };
  },
});

const hasMember = ({ member }: PurchaseItem): boolean => member !== null;
const memberOf = ({ member }: PurchaseItem): string => member ?? '';

/** The batch as the script takes it: most have no column of members. */
export function packPurchases(items: readonly PurchaseItem[]): Buffer {
  const columns: Record<string, readonly unknown[]> = {
    serial: items.map((item) => item.serial),
    shopper: items.map((item) => item.shopper),
    key: items.map((item) => item.key),
    fingerprint: items.map((item) => item.fingerprint),
    offer: items.map((item) => item.offer),
    quantity: items.map((item) => item.quantity),
    expected_total: items.map((item) => item.expectedTotalMinor ?? NO_EXPECTATION),
  };
  if (items.some(hasMember)) columns['member'] = items.map(memberOf);
  return pack(columns);
}

/**
 * @param cell an open one
 * @param batch the items, packed
 */
export function callPurchase(
  cell: CellAddress,
  items: readonly PurchaseItem[],
  backlogLimit: number,
  batch = packPurchases(items),
): Promise<PurchaseReply | Fenced> {
  return callScript(cell.hot, purchase, cell.shas!.purchase, cell.keys, {
    batch,
    // A new serial is drawn for every attempt, so the first one tells this call from any other.
    tag: items[0]!.serial,
    backlog_limit: backlogLimit,
  });
}
