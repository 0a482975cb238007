import type { BatchAnswer, ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { CheckoutItem, CheckoutReply } from '../../cell/selling/checkout.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import { orderId } from '../../domain/ids.ts';
import { receiptView, totalMinor } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { askCell, fingerprintOf, unreadable } from './shared-by-lanes.ts';
import type { Placed, PlacingDeps, Unreadable } from './shared-by-lanes.ts';

type Answer = BatchAnswer<CheckoutReply>;

export interface CartLaneDeps extends PlacingDeps {
  readonly checkouts: ScriptBatches<CheckoutItem, CheckoutReply>;
}

function placed(
  cell: CellAddress,
  { serial }: CheckoutItem,
  { batch, outcome }: Answer & { outcome: { word: 'placed' | 'replayed' } },
): Placed {
  const isReplay = outcome.word === 'replayed';
  const { payByMs, rulesVersion } = isReplay ? outcome : batch;
  const id = orderId(cell.id, isReplay ? outcome.serial : serial);
  const order = { id, sale: cell.id.sale, ...outcome.receipt, payByMs, rulesVersion };
  return { order, isReplay, cell, seq: isReplay ? outcome.seq : batch.seq };
}

function conclude(
  { soldOut }: CartLaneDeps,
  cell: CellAddress,
  item: CheckoutItem,
  answer: Answer,
): Placed | Refusal | Unreadable {
  const { batch, outcome } = answer;
  switch (outcome.word) {
    case 'placed':
      soldOut.noteBuyer(cell, item.shopper);
      return placed(cell, item, { ...answer, outcome });
    case 'replayed':
      return placed(cell, item, { ...answer, outcome });
    case 'price_changed': {
      const quote = { ...receiptView(outcome.receipt), rulesVersion: batch.rulesVersion };
      return { code: 'price_changed', total: totalMinor(outcome.receipt), quote };
    }
    case 'sold_out': {
      const { offer, unitsLeft } = outcome;
      if (unitsLeft === 0) soldOut.noteEmpty(cell, offer, batch.restocked);
      return { code: 'sold_out', offer, unitsLeft };
    }
    case 'returning':
      return { code: 'sold_out', offer: outcome.offer, unitsLeft: 0 };
    case 'refused':
      return outcome.refusal;
    case 'unreadable':
      return unreadable('a record that a cart needs cannot be read');
  }
}

/**
 * Places one cart, in a batch with others: one script prices it, takes stock, coupons, budgets and
 * balances, and writes the order into the outbox, all or nothing.
 * @throws UnreadableRecord
 */
export function placeInCartLane(
  deps: CartLaneDeps,
  cell: CellAddress,
  request: OrderRequest,
): Promise<Placed | Refusal> {
  const serial = deps.newSerial();
  const item: CheckoutItem = { ...request, serial, fingerprint: fingerprintOf(request) };
  const sent = { cell, request, item };
  return askCell(deps, deps.checkouts, sent, (answer) => conclude(deps, cell, item, answer));
}
