import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory, KnownSale } from '../../cell/sale-directory.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { opensForMs } from '../../domain/terms/opening.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import { placeInCartLane } from './cart-lane.ts';
import type { CartLaneDeps } from './cart-lane.ts';
import { homeOf, isPlain, remembered, whyHomeless } from './shared-by-lanes.ts';
import type { Placed } from './shared-by-lanes.ts';
import { placeInFlashLane } from './flash-lane.ts';
import type { FlashLaneDeps } from './flash-lane.ts';
import { quote } from './quote.ts';
import type { QuoteDeps } from './quote.ts';

export interface PlaceOrderDeps extends FlashLaneDeps, CartLaneDeps, QuoteDeps {
  readonly directory: Directory;
}

/** A refusal waits this long for its quote. */
const QUOTE_MS = 1_000;

/** An order that took longer in the flash lane has no time left for the other one. */
const SECOND_LANE_MS = 1_000;

/** From when on the shopper may order everything in the cart. */
const cartOpensMs = ({ sale, offers }: KnownSale, { lines, member }: OrderRequest): number =>
  Math.max(
    ...lines.map(({ offer: id }) => {
      const offer = offers.get(id);
      return offer ? opensForMs(sale, offer, member) : sale.opensAtMs;
    }),
  );

/** The flash lane takes plain orders; every order that may need the cart lane goes to checkout. */
async function placeIn(
  deps: PlaceOrderDeps,
  { offers }: KnownSale,
  cell: CellAddress,
  request: OrderRequest,
): Promise<Placed | Refusal> {
  if (!isPlain(request) || offers.get(request.lines[0]!.offer)?.lane === 'cart') {
    return placeInCartLane(deps, cell, request);
  }
  const sinceMs = deps.time.monotonic();
  const placed = await placeInFlashLane(deps, cell, request);
  if (placed !== 'cart_lane') return placed;
  const isLate = deps.time.monotonic() - sinceMs > SECOND_LANE_MS;
  return isLate ? BUSY : placeInCartLane(deps, cell, request);
}

/** The refusal with the quote the shopper would get now; its total and lines are the script's. */
async function withFreshQuote(
  deps: PlaceOrderDeps,
  request: OrderRequest,
  refusal: Refusal & { code: 'price_changed' },
): Promise<Refusal> {
  const quoting = within(QUOTE_MS, () => quote(deps, { ...request, isBest: false }));
  const fresh = await unlessAway(quoting);
  if (fresh === 'away' || isRefusal(fresh)) return refusal;
  // The flash lane answers only a total. A quote under terms that the cell lacks does not count.
  if (refusal.quote === undefined && fresh.total !== refusal.total) return refusal;
  return { ...refusal, quote: { ...fresh, ...(refusal.quote as object | undefined) } };
}

/**
 * Places an order: one script takes all of it and writes it into the outbox. So an order
 * that was answered is kept.
 * @throws UnreadableRecord
 */
export async function placeOrder(
  deps: PlaceOrderDeps,
  request: OrderRequest,
): Promise<Placed | Refusal> {
  const sale = deps.directory.sale(request.sale);
  const cell = sale && homeOf(sale, request.shopper);
  if (!cell) {
    const reason = await whyHomeless(deps, request, (known) => cartOpensMs(known, request));
    return reason ?? placeOrder(deps, request);
  }
  const known = remembered(deps, sale, cell, request);
  if (known) return known;
  const placed = await placeIn(deps, sale, cell, request);
  return isRefusal(placed) && placed.code === 'price_changed'
    ? withFreshQuote(deps, request, placed)
    : placed;
}
