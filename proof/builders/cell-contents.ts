import type { Contents } from '../../src/cell/cells/load-contents.ts';
import type { CellId, IdempotencyKey, OrderId } from '../../src/domain/ids.ts';
import { plainReceipt } from '../../src/domain/order.ts';
import type { OwnedOrder } from '../../src/domain/order.ts';
import type { Wallet } from '../../src/domain/wallet.ts';
import type { Item } from './carts.ts';
import { offerId, shopperId, storeId } from './ids.ts';
import { onSale } from './offers.ts';
import type { OfferOnSale } from './offers.ts';
import { plainRules } from './promotions.ts';

export interface CellOptions extends Partial<Omit<Contents, 'offers' | 'unitsByOffer' | 'orders'>> {
  /** A cell of a sale of its own, unless told otherwise. */
  readonly id?: CellId;
  readonly epoch?: number;
  readonly offers?: readonly OfferOnSale[];
  /** Orders of the flash lane placed before the cell was opened. */
  readonly orders?: readonly Item[];
  /** Carts placed before the cell was opened. */
  readonly carts?: readonly OwnedOrder[];
}

/** An empty wallet, unless told otherwise. */
export const walletOf = (shopper: string, more: Partial<Wallet> = {}): Wallet => ({
  shopper: shopperId(shopper),
  points: 0,
  redPacketMinor: 0,
  coupons: [],
  claims: [],
  ...more,
});

/** An order of the flash lane as the ledger knows it. */
export const ownedOrder = (cell: CellId, one: Item): OwnedOrder => ({
  id: `${cell.sale}_${cell.cell}_${one.serial}` as OrderId,
  sale: cell.sale,
  shopper: shopperId(one.shopper),
  key: one.key as IdempotencyKey,
  fingerprint: one.fingerprint,
  ...plainReceipt([
    {
      offer: offerId(one.offer),
      store: storeId('store-1'),
      quantity: one.quantity as number,
      priceMinor: 990,
    },
  ]),
  payByMs: Date.UTC(2025, 0, 2),
  rulesVersion: 1,
});

/** A cell's contents as the ledger would give them: open for decades, 100 units of one offer. */
export function contentsOf(
  cell: CellId,
  options: Omit<CellOptions, 'id' | 'epoch'> = {},
): Contents {
  const { offers = [onSale('a')], orders = [], carts = [], ...rest } = options;
  return {
    state: 'open',
    opensAtMs: Date.UTC(2025, 0, 1),
    closesAtMs: Date.UTC(2099, 0, 1),
    payWithinMs: 900_000,
    rulesVersion: 7,
    holdLimit: 64,
    cooldownAfter: 64,
    cooldownMs: 0,
    access: '',
    inbox: 0,
    rules: plainRules,
    potsLeft: new Map(),
    wallets: [],
    ...rest,
    offers: offers.map(({ units: _, ...terms }) => ({ kind: 'offer', ...terms })),
    unitsByOffer: new Map(offers.map(({ offer, units }) => [offer, units])),
    orders: [...orders.map((one) => ownedOrder(cell, one)), ...carts],
  };
}
