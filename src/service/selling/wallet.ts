import type { ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory, KnownSale } from '../../cell/sale-directory.ts';
import type { UsableWallet, WalletsReply } from '../../cell/selling/wallets.ts';
import type { ShopperId } from '../../domain/ids.ts';
import { BUSY, isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Time } from '../../platform/time.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';
import { healed, homeOf, notOpenYet } from './shared-by-lanes.ts';

export interface WalletDeps {
  readonly directory: Directory;
  /** What shoppers hold, many in one call. */
  readonly wallets: ScriptBatches<ShopperId, WalletsReply>;
  readonly recoverOnce: Pick<RecoverOnce, 'recover' | 'heal'>;
  readonly time: Pick<Time, 'now' | 'monotonic'>;
}

/** A sale with a shopper's wallet, and the pots of the shopper's cell. */
export interface WalletInSale {
  readonly sale: KnownSale;
  readonly cell: CellAddress;
  readonly wallet: UsableWallet;
  readonly pots: ReadonlyMap<string, number>;
}

/** What a shopper may use, in points and in minor units. */
export interface WalletView {
  readonly points: number;
  readonly redPacket: number;
  readonly coupons: readonly { readonly promotion: string; readonly held: number }[];
}

/** True when the sale has such a coupon and the shopper has one left. */
export const isHeld = (
  { sale, wallet }: Pick<WalletInSale, 'sale' | 'wallet'>,
  id: string,
): boolean =>
  (wallet.coupons.get(id) ?? 0) > 0 &&
  sale.rules.promotions.some((promotion) => promotion.id === id && promotion.isCoupon);

/** Asks the shopper's cell; requests of the same moment share a call. */
export async function lookUpWallet(
  deps: WalletDeps,
  id: string,
  shopper: ShopperId,
): Promise<WalletInSale | Refusal> {
  const sale = deps.directory.sale(id);
  if (!sale) return NOT_FOUND;
  const cell = homeOf(sale, shopper);
  if (!cell) return notOpenYet(sale, sale.sale.opensAtMs, deps.time.now());
  const answer = await deps.wallets.ask(cell, shopper);
  if (answer.word === 'crowded') return BUSY;
  if (answer.word !== 'answer') return healed(deps, cell, answer);
  const { outcome: wallet, batch } = answer;
  // The cell has newer rules than this process, which has to learn them first.
  if (batch.rulesVersion > sale.rules.version) await deps.directory.refresh();
  return { sale: deps.directory.sale(id)!, cell, wallet, pots: batch.pots };
}

/** What a shopper may use in a sale at present. */
export async function walletOf(
  deps: WalletDeps,
  sale: string,
  shopper: ShopperId,
): Promise<WalletView | Refusal> {
  const known = await lookUpWallet(deps, sale, shopper);
  if (isRefusal(known)) return known;
  const { points, redPacketMinor, coupons } = known.wallet;
  const held = [...coupons].filter(([, count]) => count > 0);
  return {
    points: Math.max(0, points),
    redPacket: Math.max(0, redPacketMinor),
    coupons: held.map(([promotion, count]) => ({ promotion, held: count })),
  };
}
