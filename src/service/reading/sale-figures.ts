import type { Pool } from 'pg';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import { liveFiguresById } from '../terms/sales-by-id.ts';
import type { ReadSaleDeps } from '../terms/sale-view.ts';
import type { SoldAsOf, SoldMemory } from './sold-memory.ts';

/** How an offer sells, or all offers of a store. Money in minor units, shares in 1/10,000. */
export interface Figures {
  readonly cap: number;
  /** Reserved or paid, by the ledger. */
  readonly committed: number;
  /** Paid. */
  readonly sold: number;
  /** On sale at this moment. */
  readonly available: number;
  readonly debt: number;
  /** Of the cap, what is sold. */
  readonly sellThroughBps: number;
  /** Ordered, on average of the last five minutes. */
  readonly unitsAMinute: number;
  /** What was paid, before refunds. */
  readonly revenue: number;
  /** What went back, in cash and red packet. */
  readonly refunds: number;
  /** The lines of orders that were accepted. */
  readonly placed: number;
  /** The lines of orders that were refused, by the problem's code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of all lines asked for, those that were accepted. */
  readonly conversionBps: number;
}

export interface FiguresOfOffer extends Figures {
  readonly offer: string;
  readonly title: string;
  readonly store: string;
}

export interface FiguresOfStore extends Figures {
  readonly store: string;
}

export interface SaleFigures {
  readonly sale: string;
  readonly currency: string;
  /** When the ledger was read. */
  readonly asOfMs: number;
  /** By id. */
  readonly stores: readonly FiguresOfStore[];
  /** By id. */
  readonly offers: readonly FiguresOfOffer[];
}

export interface SaleFiguresDeps extends ReadSaleDeps {
  readonly pool: Pool;
  readonly soldMemory: Pick<SoldMemory, 'of'>;
}

/** Figures that can be added up. */
type Sums = Omit<Figures, 'sellThroughBps' | 'unitsAMinute' | 'conversionBps'> & {
  readonly recentUnits: number;
};
type SumsOfOffer = Sums & Pick<FiguresOfOffer, 'offer' | 'title' | 'store'>;

const RECENT_MINUTES = 5;
const WHOLE_BPS = 10_000;

const shareBps = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.floor((part * WHOLE_BPS) / whole);

/** Adds the ratios, which do not add up. */
function figuresOf<Named extends Sums>({ recentUnits, ...sums }: Named) {
  const refused = Object.values(sums.refused).reduce((sum, count) => sum + count, 0);
  return {
    ...sums,
    sellThroughBps: shareBps(sums.sold, sums.cap),
    unitsAMinute: Math.round(recentUnits / RECENT_MINUTES),
    conversionBps: shareBps(sums.placed, sums.placed + refused),
  };
}

function sumsByOffer(sold: SoldAsOf, left: ReadonlyMap<string, number>): SumsOfOffer[] {
  const moneyOf = new Map(sold.money.map((row) => [row.offer, row]));
  const refundedOf = new Map(sold.refunded.map((row) => [row.offer, row.refundedMinor]));
  const refusalsOf = Map.groupBy(sold.refusals, ({ offer }) => offer);
  return sold.units.map(({ offer, title, store, cap, debt, held, sold: paid }) => {
    const money = moneyOf.get(offer);
    const refusals = refusalsOf.get(offer) ?? [];
    return {
      offer,
      title,
      store,
      cap,
      committed: held + paid,
      sold: paid,
      available: left.get(offer) ?? 0,
      debt,
      recentUnits: money?.recentUnits ?? 0,
      revenue: money?.revenueMinor ?? 0,
      refunds: refundedOf.get(offer) ?? 0,
      placed: money?.placed ?? 0,
      refused: Object.fromEntries(refusals.map(({ code, refused }) => [code, refused])),
    };
  });
}

function addRefused(all: readonly Sums[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { refused } of all) {
    for (const [code, count] of Object.entries(refused)) sum[code] = (sum[code] ?? 0) + count;
  }
  return sum;
}

function sumsOfStore(store: string, offers: readonly Sums[]): Sums & { readonly store: string } {
  const sum = (name: Exclude<keyof Sums, 'refused'>) =>
    offers.reduce((total, one) => total + one[name], 0);
  return {
    store,
    cap: sum('cap'),
    committed: sum('committed'),
    sold: sum('sold'),
    available: sum('available'),
    debt: sum('debt'),
    recentUnits: sum('recentUnits'),
    revenue: sum('revenue'),
    refunds: sum('refunds'),
    placed: sum('placed'),
    refused: addRefused(offers),
  };
}

/**
 * How the offers of a sale sell. What is on sale comes from this process's memory, the rest from
 * the ledger as it was some seconds before.
 * @param store a merchant's own, or null for all
 */
export async function saleFigures(
  deps: SaleFiguresDeps,
  sale: SaleId,
  store: StoreId | null,
): Promise<SaleFigures | Refusal> {
  if (!(await mayRead(deps.pool, sale, store))) return NOT_FOUND;
  const sold = await deps.soldMemory.of(sale);
  if (!sold) return NOT_FOUND;
  const live = liveFiguresById(deps, sale, store)?.offers ?? [];
  const left = new Map(live.map(({ id, unitsLeft }) => [id, unitsLeft]));
  const all = sumsByOffer(sold, left);
  const offers = all.filter((one) => store === null || one.store === store);
  const byStore = Map.groupBy(offers, (one) => one.store);
  const stores = [...byStore].map(([id, own]) => figuresOf(sumsOfStore(id, own)));
  const inOrder = stores.toSorted((one, other) => (one.store < other.store ? -1 : 1));
  const { currency, asOfMs } = sold;
  return { sale, currency, asOfMs, stores: inOrder, offers: offers.map(figuresOf) };
}
