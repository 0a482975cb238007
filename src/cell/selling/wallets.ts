import type { ShopperId } from '../../domain/ids.ts';
import type { Wallet } from '../../domain/wallet.ts';
import { pack, unpack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { Reply } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { countersOf, fenced, unexpected } from '../replies.ts';
import type { Fenced } from '../replies.ts';
import { SETTLED } from './shopper-record.ts';

/** A wallet in the layout of lua/lib/wallets.lua. */
type PackedWallet = [
  points: number,
  redPacketMinor: number,
  /** promotion, held, promotion … */
  coupons: (string | number)[],
  /** key, serial, promotion, seq (0: the ledger has it), amount, key … */
  claims: (string | number)[],
];

const CLAIM_WIDTH = 5;

export const packWallet = ({ points, redPacketMinor, coupons, claims }: Omit<Wallet, 'shopper'>) =>
  pack([
    points,
    redPacketMinor,
    coupons.flat(),
    claims.flatMap((one) => [one.key, one.serial, one.promotion, SETTLED, one.amountMinor]),
  ] satisfies PackedWallet);

/** What a shopper may use: coupons by promotion, balances. */
export interface UsableWallet {
  readonly points: number;
  readonly redPacketMinor: number;
  readonly coupons: ReadonlyMap<string, number>;
  /** By serial. */
  readonly claims: ReadonlyMap<string, RecordedClaim>;
}

export interface RecordedClaim {
  readonly key: string;
  readonly promotion: string;
  readonly amountMinor: number;
  /** Its entry's number; null: the ledger has it. */
  readonly seq: number | null;
}

/** The wallet of a shopper who holds nothing. */
export const EMPTY_WALLET: UsableWallet = {
  points: 0,
  redPacketMinor: 0,
  coupons: new Map(),
  claims: new Map(),
};

/** @param record null: the shopper has none */
export function usableWallet(record: Reply): UsableWallet {
  if (record === null) return EMPTY_WALLET;
  const [points, redPacketMinor, flat, made] = unpack(record as Buffer) as PackedWallet;
  const coupons = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) coupons.set(flat[i] as string, flat[i + 1] as number);
  const claims = new Map<string, RecordedClaim>();
  for (let i = 0; i < made.length; i += CLAIM_WIDTH) {
    const row = made.slice(i) as [string, string, string, number, number];
    const [key, serial, promotion, seq, amountMinor] = row;
    claims.set(serial, { key, promotion, amountMinor, seq: seq === SETTLED ? null : seq });
  }
  return { points, redPacketMinor, coupons, claims };
}

/** What some shoppers hold, with what all of them see of the cell. */
export interface WalletsReply {
  readonly word: 'batch';
  /** Reading writes nothing. */
  readonly seq: null;
  readonly rulesVersion: number;
  readonly pots: ReadonlyMap<string, number>;
  readonly outcomes: readonly UsableWallet[];
}

export const wallets = defineScript('wallets', {
  keys: ['fence', 'meta', 'wallets', 'pots'],
  args: ['shoppers'],
  flags: 'no-writes',
  isBinary: true,
  decode: (reply): WalletsReply | Fenced => {
    const word = String(reply[0]);
    if (word === 'fenced') return fenced(reply);
    if (word !== 'wallets') return unexpected('wallets', word);
    return {
      word: 'batch',
      seq: null,
      rulesVersion: Number(reply[1]),
      pots: countersOf(reply[2]),
      outcomes: reply.slice(3).map(usableWallet),
    };
  },
});

/** @param cell an open one */
export function callWallets(
  cell: CellAddress,
  shoppers: readonly ShopperId[],
): Promise<WalletsReply | Fenced> {
  return callScript(cell.hot, wallets, cell.shas!.wallets, cell.keys, { shoppers: pack(shoppers) });
}
