import type { Displaced } from '../cell/batch.ts';
import type { CheckoutItem, CheckoutReply } from '../cell/checkout.ts';
import type { CellPlace } from '../cell/directory.ts';
import { orderId } from '../domain/ids.ts';
import { receiptView, totalMinor } from '../domain/order.ts';
import type { OrderRequest } from '../domain/quote.ts';
import { BUSY } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { afterCut, fingerprintOf } from './placing.ts';
import type { Placed, PlacingDeps } from './placing.ts';

export interface CheckOutDeps extends PlacingDeps {
  /** One script call. @throws what the connection answered: the outcome is then unknown */
  readonly checkout: (place: CellPlace, item: CheckoutItem) => Promise<CheckoutReply | Displaced>;
}

function conclude(
  { soldOut, keepOpen }: CheckOutDeps,
  place: CellPlace,
  { serial, shopper }: CheckoutItem,
  reply: CheckoutReply | Displaced,
): Placed | Refusal {
  switch (reply.word) {
    case 'placed':
    case 'replayed': {
      const { receipt, payByMs, rulesVersion } = reply;
      const isReplay = reply.word === 'replayed';
      if (!isReplay) soldOut.noteBuyer(place, shopper);
      const id = orderId(place.id, isReplay ? reply.serial : serial);
      const order = { id, sale: place.id.sale, ...receipt, payByMs, rulesVersion };
      return { order, isReplay, place, seq: isReplay ? 0 : reply.seq };
    }
    case 'price_changed': {
      const quote = { ...receiptView(reply.receipt), rulesVersion: reply.rulesVersion };
      return { code: 'price_changed', total: totalMinor(reply.receipt), quote };
    }
    case 'sold_out': {
      const { offer, unitsLeft, inbox } = reply;
      if (unitsLeft === 0) soldOut.noteEmpty(place, offer, inbox).catch(() => {});
      return { code: 'sold_out', offer, unitsLeft };
    }
    case 'refused':
      return reply.refusal;
    case 'fenced':
    case 'no_script':
      void keepOpen.recover(place.id, place);
      return BUSY;
  }
}

/**
 * Places one cart: one script prices it, takes stock, coupons, budgets and balances, and writes the
 * order into the outbox, all or nothing.
 */
export async function checkOut(
  deps: CheckOutDeps,
  place: CellPlace,
  request: OrderRequest,
): Promise<Placed | Refusal> {
  const item: CheckoutItem = {
    serial: deps.newSerial(),
    shopper: request.shopper,
    key: request.key,
    fingerprint: fingerprintOf(request),
    member: request.member,
    lines: request.lines,
    coupons: request.coupons,
    redPacket: request.redPacket,
    points: request.points,
    expectedTotalMinor: request.expectedTotalMinor,
  };
  let reply: CheckoutReply | Displaced;
  try {
    reply = await deps.checkout(place, item);
  } catch {
    return afterCut(deps, place, request, item.serial);
  }
  return conclude(deps, place, item, reply);
}
