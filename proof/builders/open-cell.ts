import type { Redis } from 'ioredis';
import { loadContents, raiseFence } from '../../src/cell/cells/load-contents.ts';
import { PROTOCOL } from '../../src/cell/protocol.ts';
import type { CellKeys } from '../../src/cell/keys.ts';
import { readOutbox } from '../../src/cell/cells/outbox.ts';
import { callCheckout, checkout } from '../../src/cell/selling/checkout.ts';
import type { CartOutcome, CheckoutItem, CheckoutReply } from '../../src/cell/selling/checkout.ts';
import { callClaim } from '../../src/cell/selling/claim.ts';
import type { ClaimItem, ClaimOutcome, ClaimReply } from '../../src/cell/selling/claim.ts';
import { purchase } from '../../src/cell/selling/purchase.ts';
import type { ItemOutcome, PurchaseReply } from '../../src/cell/selling/purchase.ts';
import type { Fenced } from '../../src/cell/replies.ts';
import { instruct } from '../../src/cell/cells/inbox.ts';
import { loadCellScripts } from '../../src/cell/cells/script-set.ts';
import { read } from '../../src/cell/cells/snapshot.ts';
import { lookup } from '../../src/cell/selling/lookup.ts';
import { cellEpoch } from '../../src/cell/cell-address.ts';
import type { CellAddress, CellEpoch } from '../../src/cell/cell-address.ts';
import { CellConnections } from '../../src/cell/connections.ts';
import { callWallets } from '../../src/cell/selling/wallets.ts';
import type { UsableWallet } from '../../src/cell/selling/wallets.ts';
import { unpackShopper } from '../../src/cell/selling/shopper-record.ts';
import { orderId } from '../../src/domain/ids.ts';
import type { CellShas } from '../../src/domain/cells/cell-record.ts';
import type { CellId } from '../../src/domain/ids.ts';
import type { OwnedOrder } from '../../src/domain/order.ts';
import { pack } from '../../src/platform/codec.ts';
import { callScript } from '../../src/platform/script.ts';
import type { Value } from '../../src/platform/redis.ts';
import type { Reply } from '../../src/platform/script.ts';
import { cartOf } from './carts.ts';
import type { Item } from './carts.ts';
import { contentsOf } from './cell-contents.ts';
import type { CellOptions } from './cell-contents.ts';
import { dumpCell } from './dump-cell.ts';
import type { Dump } from './dump-cell.ts';
import { newCellId, newKey, shopperId } from './ids.ts';
import { columns, ordersArg } from './script-arguments.ts';

/** The outcome of a cart that was alone in its call. A replay has figures of its own. */
export type LoneReply =
  (CartOutcome & Pick<CheckoutReply, 'payByMs' | 'rulesVersion' | 'seq'>) | Fenced;

export interface BatchSettings {
  readonly tag?: string;
  readonly backlogLimit?: Value;
}

export interface ToldWatermark {
  readonly watermark?: Value;
  readonly settled?: Value;
  /** Without it, the tag of the cell's last entry. */
  readonly watermarkTag?: string;
}

/** A cell that is open without a ledger: its scripts and keys, nothing else. */
export class OpenCell {
  readonly redis: Redis;
  readonly id: CellId;
  readonly epoch: number;
  readonly keys: CellKeys;
  readonly shas: CellShas;
  /** The cell as processes find it. */
  readonly address: CellAddress;

  private constructor(redis: Redis, opened: CellEpoch, shas: CellShas) {
    this.redis = redis;
    this.id = opened.id;
    this.epoch = opened.epoch;
    this.keys = opened.keys;
    this.shas = shas;
    this.address = { ...opened, shas, state: 'open', protocol: PROTOCOL, isOurProtocol: true };
  }

  /** In epoch 1, unless told otherwise. */
  static async open(redis: Redis, options: CellOptions = {}): Promise<OpenCell> {
    const { id = newCellId(), epoch = 1, ...rest } = options;
    const opened = cellEpoch(new CellConnections(redis), id, epoch);
    const stands = await raiseFence(opened);
    const isLoaded = await loadContents(opened, contentsOf(id, rest));
    if (stands !== null || !isLoaded) throw new Error('the cell was not opened');
    return new OpenCell(redis, opened, await loadCellScripts(opened));
  }

  purchase(items: readonly Item[], settings: BatchSettings = {}): Promise<PurchaseReply | Fenced> {
    const { tag = newKey(), backlogLimit = 1_000 } = settings;
    const args = { batch: columns(items), tag, backlog_limit: backlogLimit };
    return callScript(this.redis, purchase, this.shas.purchase, this.keys, args);
  }

  /** The answer to a batch that is not fenced. */
  async sell(items: readonly Item[], settings: BatchSettings = {}): Promise<PurchaseReply> {
    const reply = await this.purchase(items, settings);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply;
  }

  /** The outcome of each item. */
  async buy(items: readonly Item[], settings: BatchSettings = {}): Promise<readonly ItemOutcome[]> {
    return (await this.sell(items, settings)).outcomes;
  }

  /** One call of several carts. */
  checkOutAll(items: readonly CheckoutItem[], limit = 1_000): Promise<CheckoutReply | Fenced> {
    return callCheckout(this.address, items, limit);
  }

  /** Checks out one cart alone. @returns its outcome and the figures of its call */
  async checkOut(fields: Partial<CheckoutItem>, limit = 1_000): Promise<LoneReply> {
    const reply = await this.checkOutAll([cartOf(fields)], limit);
    if (reply.word === 'fenced') return reply;
    const { payByMs, rulesVersion, seq, outcomes } = reply;
    return { payByMs, rulesVersion, seq, ...outcomes[0]! };
  }

  /** The script's answer, undecoded: bulk strings are Buffers. */
  checkOutRaw(fields: Partial<CheckoutItem>): Promise<readonly Reply[]> {
    const raw = { ...checkout, decode: (reply: readonly Reply[]) => reply };
    const cart = cartOf(fields);
    const args = { orders: ordersArg([cart]), tag: cart.serial, backlog_limit: 1_000 };
    return callScript(this.redis, raw, this.shas.checkout, this.keys, args);
  }

  claimReply(items: readonly ClaimItem[], backlogLimit = 1_000): Promise<ClaimReply | Fenced> {
    return callClaim(this.address, items, backlogLimit);
  }

  /** The outcome of each claim. */
  async claim(items: readonly ClaimItem[]): Promise<readonly ClaimOutcome[]> {
    const reply = await this.claimReply(items);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply.outcomes;
  }

  async wallet(shopper: string): Promise<UsableWallet> {
    const reply = await callWallets(this.address, [shopperId(shopper)]);
    if (reply.word !== 'batch') throw new Error(`fenced: ${reply.epoch}`);
    return reply.outcomes[0]!;
  }

  async instruct(
    instructions: unknown,
    { watermark = 0, settled = 0, watermarkTag }: ToldWatermark = {},
  ) {
    const tag = newKey();
    const watermark_tag = watermarkTag ?? (await this.lastTag());
    const args = { instructions: pack(instructions), watermark, watermark_tag, settled, tag };
    return callScript(this.redis, instruct, this.shas.instruct, this.keys, args);
  }

  /** The tag of the last entry; '' when there is none. */
  async lastTag(): Promise<string> {
    return (await this.redis.hget(this.keys.meta, 'tag')) ?? '';
  }

  read() {
    return callScript(this.redis, read, this.shas.read, this.keys, { has_counters: 1 });
  }

  lookup(shopper: string) {
    return callScript(this.redis, lookup, this.shas.lookup, this.keys, { shopper });
  }

  /** The orders in a shopper's record, oldest first. */
  async ordersOf(shopper: string) {
    const reply = await this.lookup(shopper);
    return reply.word === 'found' ? unpackShopper(this.id, reply.record) : [];
  }

  /** The orders of the outbox in the form in which the ledger would load them. */
  async ownedOrders(): Promise<OwnedOrder[]> {
    const items = await this.outbox();
    return items.flatMap(({ entry }) =>
      entry!.orders.map(({ serial, ...order }) => ({
        ...order,
        id: orderId(this.id, serial),
        sale: this.id.sale,
        shopper: shopperId(order.shopper),
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
    return readOutbox(this.address, { afterSeq: 0, ordersMax: Infinity });
  }

  dump(): Promise<Dump> {
    return dumpCell(this.redis, this.id);
  }
}
