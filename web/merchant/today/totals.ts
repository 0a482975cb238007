import type { OfferFigures, StoreFigures } from '../../../client/index.ts';

/** Codes of refusals behind which a shopper wanted to buy and could not. */
const LOST: readonly string[] = ['sold_out', 'busy', 'sale_paused'];

export interface Totals {
  /** What was paid, before refunds, in minor units. */
  readonly revenue: number;
  readonly refunds: number;
  readonly unitsAMinute: number;
  readonly cap: number;
  readonly sold: number;
  /** Units sold out of the cap, from 0 to 1; null: nothing may be sold. */
  readonly sellThrough: number | null;
}

const sum = <One>(all: readonly One[], of: (one: One) => number): number =>
  all.reduce((total, one) => total + of(one), 0);

/** The sums of some stores. */
export function totalsOf(stores: readonly StoreFigures[]): Totals {
  const [cap, sold] = [sum(stores, (one) => one.cap), sum(stores, (one) => one.sold)];
  return {
    revenue: sum(stores, (one) => one.revenue),
    refunds: sum(stores, (one) => one.refunds),
    unitsAMinute: sum(stores, (one) => one.unitsAMinute),
    cap,
    sold,
    sellThrough: cap === 0 ? null : sold / cap,
  };
}

/** Order lines refused for one reason. */
export interface Refused {
  readonly code: string;
  readonly lines: number;
}

/** All order lines refused, the most frequent reason first. */
export function refusedOf(offers: readonly Pick<OfferFigures, 'refused'>[]): readonly Refused[] {
  const lines = new Map<string, number>();
  for (const { refused } of offers) {
    for (const [code, count] of Object.entries(refused)) {
      lines.set(code, (lines.get(code) ?? 0) + count);
    }
  }
  const all = [...lines].map(([code, count]) => ({ code, lines: count }));
  return all.filter((one) => one.lines > 0).toSorted((one, other) => other.lines - one.lines);
}

export interface LostDemand {
  readonly lines: number;
  /** One unit a line, at the present price, in minor units. Each try counts, so it is a bound. */
  readonly worth: number;
}

/** What could have been sold to those who were refused, at most one unit a try. */
export function lostDemand(
  offers: readonly Pick<OfferFigures, 'offer' | 'refused'>[],
  priceOf: (offer: string) => number,
): LostDemand {
  const lost = offers.map(({ offer, refused }) => {
    const lines = sum(LOST, (code) => refused[code] ?? 0);
    return { lines, worth: lines * priceOf(offer) };
  });
  return { lines: sum(lost, (one) => one.lines), worth: sum(lost, (one) => one.worth) };
}

/** How soon an offer runs out. */
export interface Pace {
  readonly figures: OfferFigures;
  /** Whole minutes until nothing is on sale; 0: nothing is; null: nobody buys at present. */
  readonly minutesLeft: number | null;
}

const minutesLeft = ({ available, unitsAMinute }: OfferFigures): number | null => {
  if (available === 0) return 0;
  return unitsAMinute === 0 ? null : Math.max(1, Math.floor(available / unitsAMinute));
};

/** The order of the list: first what runs out soonest, then what rests, then what is sold out. */
function rankOf({ minutesLeft: minutes }: Pace): number {
  if (minutes === null) return Number.MAX_SAFE_INTEGER - 1;
  return minutes === 0 ? Number.MAX_SAFE_INTEGER : minutes;
}

export const bySoonest = (offers: readonly OfferFigures[]): readonly Pace[] =>
  offers
    .map((figures) => ({ figures, minutesLeft: minutesLeft(figures) }))
    .toSorted((one, other) => rankOf(one) - rankOf(other));
