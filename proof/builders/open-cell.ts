import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { loadContents, raiseFence } from '../../src/cell/cells/load-contents.ts';
import type { Contents } from '../../src/cell/cells/load-contents.ts';
import { cellKeys } from '../../src/cell/keys.ts';
import type { CellKeys } from '../../src/cell/keys.ts';
import { readOutbox } from '../../src/cell/cells/outbox.ts';
import { callCheckout, checkout } from '../../src/cell/selling/checkout.ts';
import type { CartOutcome, CheckoutItem, CheckoutReply } from '../../src/cell/selling/checkout.ts';
import { callClaim } from '../../src/cell/selling/claim.ts';
import type { ClaimItem, ClaimOutcome, ClaimReply } from '../../src/cell/selling/claim.ts';
import { purchase } from '../../src/cell/selling/purchase.ts';
import type { ItemOutcome, PurchaseReply } from '../../src/cell/selling/purchase.ts';
import type { Fenced } from '../../src/cell/replies.ts';
import { instruct, loadCellScripts, lookup, read } from '../../src/cell/scripts.ts';
import type { CellPlace } from '../../src/cell/directory.ts';
import { callWallets } from '../../src/cell/selling/wallets.ts';
import type { Holdings } from '../../src/cell/selling/wallets.ts';
import { unpackShopper } from '../../src/cell/selling/shopper-record.ts';
import { orderId } from '../../src/domain/ids.ts';
import type { CellShas } from '../../src/domain/cell-record.ts';
import type {
  CellId,
  IdempotencyKey,
  OfferId,
  OrderId,
  SaleId,
  ShopperId,
} from '../../src/domain/ids.ts';
import type { OfferInstruction } from '../../src/domain/inbox-instruction.ts';
import { plainReceipt } from '../../src/domain/order.ts';
import type { OwnedOrder } from '../../src/domain/order.ts';
import { DEFAULT_LAYERS } from '../../src/domain/pricing/promotion.ts';
import type { Promotion } from '../../src/domain/pricing/promotion.ts';
import type { Rules } from '../../src/domain/pricing/cart.ts';
import type { Wallet } from '../../src/domain/wallet.ts';
import { pack } from '../../src/platform/codec.ts';
import { callScript } from '../../src/platform/script.ts';
import type { Reply, Value } from '../../src/platform/script.ts';
import { dumpCell } from './dump-cell.ts';
import type { Dump } from './dump-cell.ts';

/** An offer of a cell with the units the cell may sell. */
export interface OfferOnSale extends OfferInstruction {
  readonly units: number;
}

export const onSale = (offer: string, fields: Partial<OfferOnSale> = {}): OfferOnSale => ({
  offer,
  store: 'store-1',
  lane: 'flash',
  price: 990,
  limit: 0,
  opens_at: 0,
  closes_at: 0,
  full_price: true,
  categories: [],
  excludes: [],
  units: 100,
  ...fields,
});

export const newSerial = (): string => randomBytes(16).toString('base64url');

/** One item of a batch. Figures are of any type, so that wrong ones can be sent. */
export interface Item {
  readonly serial: string;
  readonly shopper: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly offer: string;
  readonly quantity: unknown;
  readonly expectedTotal: unknown;
}

export const item = (fields: Partial<Item> = {}): Item => ({
  serial: newSerial(),
  shopper: 'u1',
  key: randomBytes(9).toString('base64url'),
  fingerprint: `${String(fields.quantity ?? 1)}*${fields.offer ?? 'a'}=`,
  offer: 'a',
  quantity: 1,
  expectedTotal: -1,
  ...fields,
});

/** Lines of a cart: offer and quantity of each. */
export const cartLines = (...lines: readonly (readonly [offer: string, quantity: number])[]) =>
  lines.map(([offer, quantity]) => ({ offer: offer as OfferId, quantity }));

/** What became of a cart that was alone in its call; a replay has its own figures. */
export type LoneReply =
  (CartOutcome & Pick<CheckoutReply, 'payByMs' | 'rulesVersion' | 'seq'>) | Fenced;

/** A cart of one line, unless told otherwise. */
export const cartOf = (fields: Partial<CheckoutItem> = {}): CheckoutItem => ({
  serial: newSerial(),
  shopper: 'u1' as ShopperId,
  key: randomBytes(9).toString('base64url') as IdempotencyKey,
  fingerprint: 'cart',
  member: null,
  lines: [{ offer: 'a' as OfferId, quantity: 1 }],
  coupons: [],
  redPacket: 0,
  points: 0,
  expectedTotalMinor: null,
  ...fields,
});

/** A claim of a coupon, unless told otherwise. */
export const claimOf = (fields: Partial<Record<keyof ClaimItem, string>> = {}): ClaimItem => ({
  serial: newSerial(),
  shopper: 'u1' as ShopperId,
  key: randomBytes(9).toString('base64url') as IdempotencyKey,
  promotion: 'coupon',
  member: null,
  ...(fields as Partial<ClaimItem>),
});

/** The batch argument of purchase. */
export const columns = (items: readonly Item[]): Buffer =>
  pack({
    serial: items.map((one) => one.serial),
    shopper: items.map((one) => one.shopper),
    key: items.map((one) => one.key),
    fingerprint: items.map((one) => one.fingerprint),
    offer: items.map((one) => one.offer),
    quantity: items.map((one) => one.quantity),
    expected_total: items.map((one) => one.expectedTotal),
  });

const orderArg = (cart: CheckoutItem): object => ({
  ...{ serial: cart.serial, shopper: cart.shopper, key: cart.key },
  ...{ fingerprint: cart.fingerprint, member: cart.member ?? '' },
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

/** An empty wallet, unless told otherwise. */
export const walletOf = (shopper: string, fields: Partial<Wallet> = {}): Wallet => ({
  shopper: shopper as ShopperId,
  points: 0,
  redPacketMinor: 0,
  coupons: [],
  claims: [],
  ...fields,
});

/** Rules without promotions. */
export const plainRules: Rules = {
  version: 7,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  promotions: [],
  policies: new Map(),
};

/** 1.00 off each store, unless told otherwise. */
export const promotion = (id: string, fields: Partial<Promotion> = {}): Promotion => ({
  id,
  layer: 'store',
  stores: null,
  offers: null,
  categories: null,
  members: null,
  isFullPriceOnly: false,
  isCoupon: false,
  effect: { kind: 'fixed', off: 100, from: 0 },
  budget: null,
  funder: 'platform',
  claims: null,
  ...fields,
});

export interface CellOptions extends Partial<Omit<Contents, 'offers' | 'unitsByOffer' | 'orders'>> {
  /** A cell of a sale of its own, unless told otherwise. */
  readonly id?: CellId;
  readonly epoch?: number;
  readonly offers?: readonly OfferOnSale[];
  /** Placed before the cell was opened. */
  readonly orders?: readonly Item[];
  /** Carts placed before it was opened. */
  readonly carts?: readonly OwnedOrder[];
}

const PAY_WITHIN_MS = 900_000;

/** An order of the flash lane as the ledger knows it. */
export const ownedOrder = (cell: CellId, one: Item): OwnedOrder => ({
  id: `${cell.sale}_${cell.cell}_${one.serial}` as OrderId,
  sale: cell.sale,
  shopper: one.shopper as ShopperId,
  key: one.key as IdempotencyKey,
  fingerprint: one.fingerprint,
  ...plainReceipt([
    {
      offer: one.offer as OwnedOrder['lines'][0]['offer'],
      store: 'store-1' as OwnedOrder['lines'][0]['store'],
      quantity: one.quantity as number,
      priceMinor: 990,
    },
  ]),
  payByMs: Date.UTC(2025, 0, 2),
  rulesVersion: 1,
});

/** A cell of a sale of its own. */
export const newCellId = (): CellId => ({
  sale: `t${randomBytes(6).toString('hex')}` as SaleId,
  cell: 0,
});

/** What the ledger would say of a cell: open for decades, with 100 units of one offer. */
export function contentsOf(
  cell: CellId,
  options: Omit<CellOptions, 'id' | 'epoch'> = {},
): Contents {
  const { offers = [onSale('a')], orders = [], carts = [], ...rest } = options;
  return {
    state: 'open',
    opensAtMs: Date.UTC(2025, 0, 1),
    closesAtMs: Date.UTC(2099, 0, 1),
    payWithinMs: PAY_WITHIN_MS,
    rulesVersion: 7,
    holdLimit: 64,
    cooldownAfter: 64,
    cooldownMs: 0,
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

export interface BatchSettings {
  readonly tag?: string;
  readonly backlogLimit?: Value;
}

/** A cell that is open without a ledger: its scripts and keys, nothing else. */
export class OpenCell {
  readonly redis: Redis;
  readonly id: CellId;
  readonly epoch: number;
  readonly keys: CellKeys;
  readonly shas: CellShas;

  private constructor(redis: Redis, id: CellId, epoch: number, shas: CellShas) {
    this.redis = redis;
    this.id = id;
    this.epoch = epoch;
    this.keys = cellKeys(id, epoch);
    this.shas = shas;
  }

  /** In epoch 1, unless told otherwise. */
  static async open(redis: Redis, options: CellOptions = {}): Promise<OpenCell> {
    const { id = newCellId(), epoch = 1, ...rest } = options;
    const stands = await raiseFence(redis, id, epoch);
    const isLoaded = await loadContents(redis, id, epoch, contentsOf(id, rest));
    if (stands !== null || !isLoaded) throw new Error('the cell was not opened');
    return new OpenCell(redis, id, epoch, await loadCellScripts(redis, id, epoch));
  }

  purchase(items: readonly Item[], settings: BatchSettings = {}): Promise<PurchaseReply | Fenced> {
    const { tag = randomBytes(9).toString('base64url'), backlogLimit = 1_000 } = settings;
    const args = { batch: columns(items), tag, backlog_limit: backlogLimit };
    return callScript(this.redis, purchase, this.shas.purchase, this.keys, args);
  }

  /** The answer to a batch that is not fenced. */
  async sell(items: readonly Item[], settings: BatchSettings = {}): Promise<PurchaseReply> {
    const reply = await this.purchase(items, settings);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply;
  }

  /** What became of each item. */
  async buy(items: readonly Item[], settings: BatchSettings = {}): Promise<readonly ItemOutcome[]> {
    return (await this.sell(items, settings)).outcomes;
  }

  /** The cell as processes find it. */
  get place(): CellPlace {
    const { id, epoch, keys, shas } = this;
    return { id, epoch, keys, shas, state: 'open', isOurProtocol: true };
  }

  /** One call of several carts. */
  checkOutAll(items: readonly CheckoutItem[], limit = 1_000): Promise<CheckoutReply | Fenced> {
    return callCheckout(this.redis, this.place, items, limit);
  }

  /** One cart alone: its outcome, with what its call says. */
  async checkOut(fields: Partial<CheckoutItem>, limit = 1_000): Promise<LoneReply> {
    const reply = await this.checkOutAll([cartOf(fields)], limit);
    if (reply.word === 'fenced') return reply;
    const { payByMs, rulesVersion, seq, outcomes } = reply;
    return { payByMs, rulesVersion, seq, ...outcomes[0]! };
  }

  /** What the script answers, undecoded: bulk strings are Buffers. */
  checkOutRaw(fields: Partial<CheckoutItem>): Promise<readonly Reply[]> {
    const raw = { ...checkout, decode: (reply: readonly Reply[]) => reply };
    const cart = cartOf(fields);
    const args = { orders: ordersArg([cart]), tag: cart.serial, backlog_limit: 1_000 };
    return callScript(this.redis, raw, this.shas.checkout, this.keys, args);
  }

  claimReply(items: readonly ClaimItem[], backlogLimit = 1_000): Promise<ClaimReply | Fenced> {
    return callClaim(this.redis, this.place, items, backlogLimit);
  }

  /** What became of each claim. */
  async claim(items: readonly ClaimItem[]): Promise<readonly ClaimOutcome[]> {
    const reply = await this.claimReply(items);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply.outcomes;
  }

  async holdings(shopper: string): Promise<Holdings> {
    const reply = await callWallets(this.redis, this.place, [shopper as ShopperId]);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply.outcomes[0]!;
  }

  instruct(
    instructions: unknown,
    { watermark = 0, settled = 0 }: { watermark?: Value; settled?: Value } = {},
  ) {
    const tag = randomBytes(9).toString('base64url');
    const args = { instructions: pack(instructions), watermark, settled, tag };
    return callScript(this.redis, instruct, this.shas.instruct, this.keys, args);
  }

  read() {
    return callScript(this.redis, read, this.shas.read, this.keys, {});
  }

  lookup(shopper: string) {
    return callScript(this.redis, lookup, this.shas.lookup, this.keys, { shopper });
  }

  /** The orders in a shopper's record, oldest first. */
  async ordersOf(shopper: string) {
    const reply = await this.lookup(shopper);
    return reply.word === 'found' ? unpackShopper(this.id, reply.record) : [];
  }

  /** What the ledger would say of the orders in the outbox. */
  async ownedOrders(): Promise<OwnedOrder[]> {
    const items = await this.outbox();
    return items.flatMap(({ entry }) =>
      entry!.orders.map(({ serial, ...order }) => ({
        ...order,
        id: orderId(this.id, serial),
        sale: this.id.sale,
        shopper: order.shopper as ShopperId,
        payByMs: entry!.payByMs,
        rulesVersion: entry!.rulesVersion,
      })),
    );
  }

  async unitsLeft(offer: string): Promise<number> {
    return Number(await this.redis.hget(this.keys.stock, offer));
  }

  /** Every entry of the outbox. */
  outbox() {
    return readOutbox(this.redis, this.id, this.epoch, { afterSeq: 0, ordersMax: Infinity });
  }

  dump(): Promise<Dump> {
    return dumpCell(this.redis, this.id);
  }
}
