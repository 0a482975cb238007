import type { BatchAnswer, ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { ItemOutcome, PurchaseItem, PurchaseReply } from '../../cell/selling/purchase.ts';
import { orderId } from '../../domain/ids.ts';
import type { OfferId } from '../../domain/ids.ts';
import { plainReceipt } from '../../domain/order.ts';
import type { PlacedOrder } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { askCell, fingerprintOf, unreadable } from './shared-by-lanes.ts';
import type { Placed, PlacingDeps, Unreadable } from './shared-by-lanes.ts';

export interface FlashLaneDeps extends PlacingDeps {
  readonly purchases: ScriptBatches<PurchaseItem, PurchaseReply>;
}

type Answer = BatchAnswer<PurchaseReply>;

function placedOrder(
  cell: CellAddress,
  item: PurchaseItem,
  { batch, outcome }: Answer & { outcome: { word: 'placed' | 'replayed' } },
): PlacedOrder {
  const isReplay = outcome.word === 'replayed';
  const { quantity } = isReplay ? outcome : item;
  const { store, priceMinor } = outcome;
  return {
    id: orderId(cell.id, isReplay ? outcome.serial : item.serial),
    sale: cell.id.sale,
    ...plainReceipt([{ offer: item.offer, store, quantity, priceMinor }]),
    payByMs: isReplay ? outcome.payByMs : batch.payByMs,
    rulesVersion: isReplay ? outcome.rulesVersion : batch.rulesVersion,
  };
}

/** The script counts units of the item's offer, and so does not name it. */
function naming(refusal: Refusal, offer: OfferId): Refusal {
  return refusal.code === 'limit_reached' && refusal.of === undefined
    ? { ...refusal, offer }
    : refusal;
}

function refusalOf(outcome: ItemOutcome, offer: OfferId): Refusal | Unreadable | 'cart_lane' {
  switch (outcome.word) {
    case 'refused':
      return naming(outcome.refusal, offer);
    case 'cart_lane':
      return 'cart_lane';
    case 'unknown_offer':
      return { code: 'unknown_offer', offer };
    case 'sold_out':
      return { code: 'sold_out', offer, unitsLeft: Math.max(0, outcome.unitsLeft) };
    case 'returning':
      return { code: 'sold_out', offer, unitsLeft: 0 };
    case 'unreadable':
      return unreadable(`a record that offer ${offer} needs cannot be read`);
    default:
      throw new Error(`not a refusal: ${outcome.word}`);
  }
}

function conclude(
  { soldOut }: FlashLaneDeps,
  cell: CellAddress,
  item: PurchaseItem,
  answer: Answer,
): Placed | Refusal | Unreadable | 'cart_lane' {
  const { outcome, batch } = answer;
  if (outcome.word === 'placed' || outcome.word === 'replayed') {
    const isReplay = outcome.word === 'replayed';
    if (!isReplay) soldOut.noteBuyer(cell, item.shopper);
    const order = placedOrder(cell, item, { ...answer, outcome });
    return { order, isReplay, cell, seq: isReplay ? outcome.seq : batch.seq };
  }
  if (outcome.word === 'sold_out' && outcome.unitsLeft <= 0) {
    soldOut.noteEmpty(cell, item.offer, batch.restocked);
  }
  return refusalOf(outcome, item.offer);
}

/**
 * Places one plain order in the flash lane, in a batch with others: one script takes the stock and
 * writes the order into the outbox.
 * @returns `cart_lane` when only the checkout script can answer
 * @throws UnreadableRecord
 */
export function placeInFlashLane(
  deps: FlashLaneDeps,
  cell: CellAddress,
  request: OrderRequest,
): Promise<Placed | Refusal | 'cart_lane'> {
  const { offer, quantity } = request.lines[0]!;
  const item: PurchaseItem = {
    serial: deps.newSerial(),
    shopper: request.shopper,
    key: request.key,
    fingerprint: fingerprintOf(request),
    offer,
    quantity,
    expectedTotalMinor: request.expectedTotalMinor,
    member: request.member,
  };
  const sent = { cell, request, item };
  return askCell(deps, deps.purchases, sent, (answer) => conclude(deps, cell, item, answer));
}
