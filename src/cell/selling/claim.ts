import type { IdempotencyKey, ShopperId } from '../../domain/ids.ts';
import { pack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { Reply } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { entrySeq, fenced, readRefusal, unexpected } from '../replies.ts';
import type { EntryNumbers, Fenced, Refused } from '../replies.ts';

/** One claim of a coupon or red packet on its way to the script. */
export interface ClaimItem {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly promotion: string;
  readonly member: string | null;
}

/** What became of one claim; `amountMinor` of a red packet, 0: a coupon. */
export type ClaimOutcome =
  | { readonly word: 'claimed'; readonly amountMinor: number }
  | {
      readonly word: 'replayed';
      readonly serial: string;
      readonly amountMinor: number;
      /** Its entry's number; null: the ledger has it. */
      readonly seq: number | null;
    }
  | Refused
  | { readonly word: 'sold_out' }
  | { readonly word: 'unreadable' };

export interface ClaimReply extends EntryNumbers {
  readonly word: 'batch';
  readonly atMs: number;
  readonly rulesVersion: number;
  /** promotion, budget, promotion, budget … of the red packets given. */
  readonly budgets: readonly string[];
  readonly outcomes: readonly ClaimOutcome[];
}

function decodeOutcome(outcome: Reply): ClaimOutcome {
  if (typeof outcome === 'number') return { word: 'claimed', amountMinor: outcome };
  const words = outcome as readonly Reply[];
  const [word, serial, , amount, seq] = words;
  if (word === 'replayed') {
    const found = { serial: serial as string, amountMinor: amount as number };
    return { word, ...found, seq: entrySeq(seq) };
  }
  if (word === 'sold_out') return { word };
  if (word === 'unreadable') return { word };
  return readRefusal(words) ?? unexpected('claim', word);
}

export const claim = defineScript('claim', {
  keys: ['fence', 'meta', 'rules', 'pots', 'wallets', 'outbox'],
  args: ['batch', 'tag', 'backlog_limit'],
  decode: (reply): ClaimReply | Fenced => {
    if (reply[0] === 'fenced') return fenced(reply);
    if (reply[0] !== 'batch') return unexpected('claim', reply[0]);
    return {
      word: 'batch',
      atMs: reply[1] as number,
      rulesVersion: reply[2] as number,
      seq: entrySeq(reply[3]),
      prev: reply[4] as string,
      placed: reply[5] as number,
      budgets: reply[6] as readonly string[],
      outcomes: reply.slice(7).map(decodeOutcome),
    };
  },
});

/** The batch as the script takes it. */
export const packClaims = (items: readonly ClaimItem[]): Buffer =>
  pack({
    serial: items.map((item) => item.serial),
    shopper: items.map((item) => item.shopper),
    key: items.map((item) => item.key),
    promotion: items.map((item) => item.promotion),
    member: items.map((item) => item.member ?? ''),
  });

/**
 * @param cell an open one
 * @param batch the items, packed
 */
export function callClaim(
  cell: CellAddress,
  items: readonly ClaimItem[],
  backlogLimit: number,
  batch = packClaims(items),
): Promise<ClaimReply | Fenced> {
  return callScript(cell.hot, claim, cell.shas!.claim, cell.keys, {
    batch,
    tag: items[0]!.serial,
    backlog_limit: backlogLimit,
  });
}
