import { findInCell } from '../../cell/selling/lookup.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { KnownSale } from '../../cell/sale-directory.ts';
import type { RecordedOrder } from '../../cell/selling/shopper-record.ts';
import type { OfferId, ShopperId } from '../../domain/ids.ts';
import { ORDER_MARKS } from '../../domain/inbox-instruction.ts';
import type { QuoteProblem, QuoteRequest } from '../../domain/pricing/quote.ts';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import { MAX_ORDERS } from '../../domain/sale.ts';
import type { Offer } from '../../domain/sale.ts';
import { isOpenFor, opensForMs } from '../../domain/terms/opening.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { unitsByOffer } from '../../domain/units.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';
import { healed } from './shared-by-lanes.ts';

export interface QuoteProblemDeps {
  readonly recoverOnce: Pick<RecoverOnce, 'heal'>;
  readonly time: Pick<Time, 'now'>;
}

/** The units of an offer when they were last polled; undefined: nobody knows. */
export type Polled = (offer: OfferId) => number | undefined;

interface Place {
  readonly sale: KnownSale;
  /** Where an order of the shopper would go; null: nobody asks there. */
  readonly cell: CellAddress | null;
  readonly polled: Polled;
}

interface Past {
  readonly orders: readonly RecordedOrder[];
  readonly marks: ReadonlyMap<string, { readonly mark: number; readonly atMs: number }>;
}

const MS = 1_000;
const SERIAL_LENGTH = 22;
const { expired: EXPIRED, cancelled: CANCELLED } = ORDER_MARKS;

const markOf = ({ marks }: Past, { id }: RecordedOrder) => marks.get(id.slice(-SERIAL_LENGTH));

/** Why nobody may order the offer at this moment, or not this shopper; null: they may. */
function windowProblem(
  { sale }: KnownSale,
  offer: Offer,
  member: string | null,
  nowMs: number,
): QuoteProblem | null {
  const { id } = offer;
  if (offer.closesAtMs !== null && nowMs >= offer.closesAtMs)
    return { code: 'sale_over', offer: id };
  if (sale.state === 'paused') return { code: 'sale_paused' };
  if (offer.isPaused) return { code: 'sale_paused', offer: id };
  const isOpen = isOpenFor(sale, offer, member, nowMs);
  if (sale.state === 'open' && isOpen) return null;
  const opensAt = isOpen ? null : toTimestamp(opensForMs(sale, offer, member));
  return { code: 'sale_not_open', opensAt, offer: id };
}

function stockProblem(
  { sale, polled }: Place,
  offer: OfferId,
  wanted: number,
): QuoteProblem | null {
  const left = Math.max(0, polled(offer) ?? sale.offers.get(offer)!.cap);
  return left < wanted ? { code: 'sold_out', offer, unitsLeft: left } : null;
}

/** Units of an offer that count towards its limit, as in lua/lib/shoppers.lua. */
function unitsTaken(past: Past, offer: OfferId): number {
  const counted = past.orders.filter((order) => {
    const mark = markOf(past, order)?.mark;
    return mark !== EXPIRED && mark !== CANCELLED;
  });
  const lines = counted.flatMap((order) => order.lines).filter((line) => !line.isGift);
  return unitsByOffer(lines).get(offer) ?? 0;
}

/** What the shopper's earlier orders keep it from, whatever it orders. */
function pastProblem({ sale }: KnownSale, past: Past, nowMs: number): QuoteProblem | null {
  const { holdsPerShopper, cooldownAfter, cooldownS } = sale;
  const { orders, marks } = past;
  if (orders.length >= MAX_ORDERS) {
    return { code: 'limit_reached', limit: MAX_ORDERS, taken: orders.length, of: 'orders' };
  }
  const holds = orders.filter((order) => !markOf(past, order)).length;
  if (holds >= holdsPerShopper) {
    return { code: 'limit_reached', limit: holdsPerShopper, taken: holds, of: 'holds' };
  }
  const expired = [...marks.values()].filter(({ mark }) => mark === EXPIRED);
  const untilMs = Math.max(0, ...expired.map(({ atMs }) => atMs)) + cooldownS * MS;
  return expired.length >= cooldownAfter && nowMs < untilMs
    ? { code: 'rate_limited', retryAfterS: Math.ceil((untilMs - nowMs) / MS) }
    : null;
}

/**
 * Whether a rule of the sale looks at the shopper's earlier orders: otherwise nobody asks for them,
 * and a quote does not foretell that the shopper already has as many orders as anyone may have.
 */
function isLimited({ sale, offers }: KnownSale, wanted: ReadonlyMap<OfferId, number>): boolean {
  if (sale.holdsPerShopper < MAX_ORDERS || sale.cooldownAfter < MAX_ORDERS) return true;
  return [...wanted.keys()].some((offer) => offers.get(offer)!.limitPerShopper !== null);
}

async function pastOf(
  deps: QuoteProblemDeps,
  cell: CellAddress,
  shopper: ShopperId,
): Promise<Past | typeof BUSY> {
  const found = await unlessAway(findInCell(cell, shopper, 'steady'));
  if (found === 'away') return BUSY;
  return found.word === 'known' ? found : healed(deps, cell, found);
}

/**
 * What would refuse the cart as an order at this moment, in the order of its lines: window, early
 * access, stock, limits. Empty: nothing that is known here.
 */
export async function quoteProblems(
  deps: QuoteProblemDeps,
  place: Place,
  { lines, shopper, member }: QuoteRequest,
): Promise<readonly QuoteProblem[] | typeof BUSY> {
  const { sale, cell } = place;
  const wanted = unitsByOffer(lines);
  const nowMs = deps.time.now();
  const { state, closesAtMs } = sale.sale;
  if (state === 'closed' || nowMs >= closesAtMs) return [{ code: 'sale_over' }];
  const asksPast = shopper !== null && cell !== null && isLimited(sale, wanted);
  const past = asksPast ? await pastOf(deps, cell, shopper) : null;
  if (past && isRefusal(past)) return past;
  const overLimit = (offer: OfferId, units: number): QuoteProblem | null => {
    const limit = sale.offers.get(offer)!.limitPerShopper;
    const taken = past ? unitsTaken(past, offer) : 0;
    if (limit === null || taken + units <= limit) return null;
    return { code: 'limit_reached', limit, taken, offer };
  };
  const found = [...wanted].flatMap(([offer, units]) => [
    windowProblem(sale, sale.offers.get(offer)!, member, nowMs),
    stockProblem(place, offer, units),
    overLimit(offer, units),
  ]);
  const ofShopper = past && pastProblem(sale, past, nowMs);
  return [ofShopper, ...found].filter((problem) => problem !== null);
}
