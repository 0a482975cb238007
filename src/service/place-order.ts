import type { Redis } from 'ioredis';
import type { PurchaseAnswer, PurchaseBatches, PurchaseItem } from '../cell/batch.ts';
import type { CellPlace, Directory, SalePlace } from '../cell/directory.ts';
import { findInCell } from '../cell/find-order.ts';
import type { SoldOutMemory } from '../cell/sold-out.ts';
import type { ItemOutcome } from '../cell/scripts.ts';
import { homeCell, orderId } from '../domain/ids.ts';
import type { IdempotencyKey, OfferId, ShopperId, StoreId } from '../domain/ids.ts';
import type { PlacedOrder } from '../domain/order.ts';
import { BUSY, NOT_FOUND } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { KeepOpen } from './keep-open.ts';

export interface PlaceOrderDeps {
  readonly directory: Directory;
  readonly batches: PurchaseBatches;
  readonly soldOut: SoldOutMemory;
  readonly keepOpen: Pick<KeepOpen, 'recover'>;
  readonly redis: Redis;
  readonly nowMs: () => number;
  /** 22 random characters of base64url. */
  readonly newSerial: () => string;
}

/** A purchase of the flash lane, its shape already checked. */
export interface PurchaseRequest {
  readonly sale: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly offer: OfferId;
  readonly quantity: number;
  /** The total the shopper saw, in minor units; null: whatever it is. */
  readonly expectedTotalMinor: number | null;
}

/** An order this cell has taken. `seq` 0: by an earlier call, its entry unknown here. */
export interface Placed {
  readonly order: PlacedOrder;
  readonly isReplay: boolean;
  readonly place: CellPlace;
  readonly seq: number;
}

/** A record of the cell that its own script cannot read. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** Tells bodies under one key apart: the canonical form itself, which is shorter than a hash. */
function fingerprint({ offer, quantity, expectedTotalMinor }: PurchaseRequest): string {
  return `${quantity}*${offer}=${expectedTotalMinor ?? ''}`;
}

/** A sale nobody has opened yet: when it will, if that is still to come. */
function notOpen({ sale }: SalePlace, nowMs: number): Refusal {
  const { opensAtMs } = sale;
  const opensAt = opensAtMs > nowMs ? new Date(opensAtMs).toISOString() : null;
  return { code: 'sale_not_open', opensAt };
}

/** The remembered refusal, while the offer may be sold at all. */
function remembered(
  { soldOut, nowMs }: PlaceOrderDeps,
  { sale }: SalePlace,
  place: CellPlace,
  { offer, shopper }: PurchaseRequest,
): Refusal | null {
  if (!soldOut.isSoldOut(place, offer, shopper) || nowMs() >= sale.closesAtMs) return null;
  return { code: 'sold_out', offer, unitsLeft: 0 };
}

function placedOrder(
  place: CellPlace,
  { offer }: PurchaseRequest,
  item: PurchaseItem,
  { batch, outcome }: PurchaseAnswer & { outcome: { word: 'placed' | 'replayed' } },
): PlacedOrder {
  const isReplay = outcome.word === 'replayed';
  const { quantity } = isReplay ? outcome : item;
  const store = outcome.store as StoreId;
  return {
    id: orderId(place.id, isReplay ? outcome.serial : item.serial),
    sale: place.id.sale,
    lines: [{ offer, store, quantity, priceMinor: outcome.priceMinor }],
    payByMs: isReplay ? outcome.payByMs : batch.payByMs,
    rulesVersion: isReplay ? outcome.rulesVersion : batch.rulesVersion,
  };
}

function refusalOf(outcome: ItemOutcome, offer: OfferId): Refusal {
  switch (outcome.word) {
    case 'refused':
      return outcome.refusal;
    case 'unknown_offer':
      return { code: 'unknown_offer', offer };
    case 'sold_out':
      return { code: 'sold_out', offer, unitsLeft: Math.max(0, outcome.unitsLeft) };
    case 'unreadable':
      throw new UnreadableRecord(`a record that offer ${offer} needs cannot be read`);
    default:
      throw new Error(`not a refusal: ${outcome.word}`);
  }
}

function conclude(
  { soldOut }: PlaceOrderDeps,
  place: CellPlace,
  request: PurchaseRequest,
  item: PurchaseItem,
  answer: PurchaseAnswer,
): Placed | Refusal {
  const { outcome, batch } = answer;
  if (outcome.word === 'placed' || outcome.word === 'replayed') {
    const isReplay = outcome.word === 'replayed';
    if (!isReplay) soldOut.noteBuyer(place, request.shopper);
    const order = placedOrder(place, request, item, { ...answer, outcome });
    return { order, isReplay, place, seq: isReplay ? 0 : batch.seq };
  }
  if (outcome.word === 'sold_out' && outcome.unitsLeft <= 0) {
    soldOut.noteEmpty(place, request.offer, batch.inbox).catch(() => {});
  }
  return refusalOf(outcome, request.offer);
}

/** After a cut the outcome is unknown: the order is looked up by its id. */
async function afterCut(
  { redis, soldOut }: PlaceOrderDeps,
  place: CellPlace,
  { shopper, key }: PurchaseRequest,
  { serial }: PurchaseItem,
): Promise<Placed | Refusal> {
  const found = await findInCell(redis, place, shopper).catch(() => null);
  if (!found || found === 'displaced') return BUSY;
  const order = found.find((other) => other.id === orderId(place.id, serial) && other.key === key);
  if (!order) return BUSY;
  soldOut.noteBuyer(place, shopper);
  return { order, isReplay: false, place, seq: 0 };
}

/**
 * Places one order of the flash lane: one script takes the stock and writes the order into the
 * outbox, so whoever gets an order back has it.
 * @throws UnreadableRecord
 */
export function placeOrder(
  deps: PlaceOrderDeps,
  request: PurchaseRequest,
): Promise<Placed | Refusal> {
  const sale = deps.directory.sale(request.sale);
  if (!sale) return Promise.resolve(NOT_FOUND);
  if (sale.cells.length === 0) return Promise.resolve(notOpen(sale, deps.nowMs()));
  const place = sale.cells[homeCell(request.shopper, sale.cells.length)]!;
  const refusal = remembered(deps, sale, place, request);
  if (refusal) return Promise.resolve(refusal);
  return purchaseFrom(deps, place, request);
}

async function purchaseFrom(
  deps: PlaceOrderDeps,
  place: CellPlace,
  request: PurchaseRequest,
): Promise<Placed | Refusal> {
  const item: PurchaseItem = {
    serial: deps.newSerial(),
    shopper: request.shopper,
    key: request.key,
    fingerprint: fingerprint(request),
    offer: request.offer,
    quantity: request.quantity,
    expectedTotalMinor: request.expectedTotalMinor,
  };
  try {
    const answer = await deps.batches.purchase(place, item);
    if (answer.word === 'answer') return conclude(deps, place, request, item, answer);
    if (answer.word === 'crowded') return BUSY;
  } catch {
    return afterCut(deps, place, request, item);
  }
  void deps.keepOpen.recover(place.id, place);
  return BUSY;
}
