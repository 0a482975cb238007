import type { KnownSale } from '../../cell/sale-directory.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import { EMPTY_WALLET } from '../../cell/selling/wallets.ts';
import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import { isAnnounced } from '../../domain/people/viewer.ts';
import type { Cart } from '../../domain/pricing/cart.ts';
import { linesOfOffers } from '../../domain/pricing/lines-of-offers.ts';
import type { OfferId } from '../../domain/ids.ts';
import { POINTS, RED_PACKET, budgetPot } from '../../domain/promotion.ts';
import type { QuoteRequest, QuoteView } from '../../domain/pricing/quote.ts';
import { quoteCart } from '../../domain/pricing/quote-cart.ts';
import { BUSY, NOT_FOUND, invalid, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { DealThreads } from './deal-threads.ts';
import { quoteProblems } from './quote-problems.ts';
import type { Polled } from './quote-problems.ts';
import { isHeld, lookUpWallet } from './wallet.ts';
import type { WalletDeps, WalletInSale } from './wallet.ts';

export interface QuoteDeps extends WalletDeps {
  readonly watch: CellWatch;
  readonly deals: Pick<DealThreads, 'find'>;
}

/** A sale as one who asks for a quote sees it; without a cell, a guest asks or it has none yet. */
type AskedSale = Omit<WalletInSale, 'cell'> & {
  readonly cell: CellAddress | null;
  readonly polled: Polled;
};

/** The largest number that some cell has; undefined: none was polled. */
function largest(found: readonly (number | undefined)[]): number | undefined {
  const known = found.filter((number) => number !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/**
 * What a sale shows to a guest, who holds nothing and belongs to no cell: of each offer and budget
 * the most that some cell had when it was polled. A budget that was not polled counts as full.
 */
function asGuest({ watch }: QuoteDeps, sale: KnownSale): AskedSale {
  const snapshots = sale.cells.flatMap((cell) => watch.snapshot(cell) ?? []);
  const pots = sale.sale.budgets.map(({ id, amountMinor }): [string, number] => {
    const pot = budgetPot(id);
    return [pot, largest(snapshots.map((snapshot) => snapshot.pots.get(pot))) ?? amountMinor];
  });
  const polled: Polled = (offer) =>
    largest(snapshots.map(({ unitsByOffer: units }) => units.get(offer)));
  return { sale, cell: null, wallet: EMPTY_WALLET, pots: new Map(pots), polled };
}

async function askedSale(
  deps: QuoteDeps,
  { sale: id, shopper }: QuoteRequest,
): Promise<AskedSale | Refusal> {
  const sale = deps.directory.sale(id);
  if (!sale || !isAnnounced(sale.sale, deps.time.now())) return NOT_FOUND;
  // Before the first opening nobody holds anything.
  if (shopper === null || sale.cells.length === 0) return asGuest(deps, sale);
  const known = await lookUpWallet(deps, id, shopper);
  if (isRefusal(known)) return known;
  const stock = deps.watch.snapshot(known.cell)?.unitsByOffer;
  return { ...known, polled: (offer) => stock?.get(offer) };
}

/** Balances as the order would use them, or why it cannot. */
function tenderOf(
  { sale, wallet }: AskedSale,
  request: QuoteRequest,
): Pick<Cart, 'redPacketMinor' | 'points'> | Refusal {
  const { points } = request;
  const packet = Math.max(0, wallet.redPacketMinor);
  const redPacketMinor = request.redPacket === 'max' ? packet : request.redPacket;
  if (redPacketMinor > packet) {
    return { code: 'balance_short', balance: 'redPacket', available: packet };
  }
  const held = Math.max(0, wallet.points);
  if (points > held) return { code: 'balance_short', balance: 'points', available: held };
  const hasLayer = (name: string) => sale.rules.layers.some((layer) => layer.name === name);
  if (redPacketMinor > 0 && !hasLayer(RED_PACKET)) {
    return invalid('/redPacket', `the sale has no layer ${RED_PACKET}`);
  }
  if (points > 0 && !hasLayer(POINTS)) {
    return invalid('/points', `the sale has no layer ${POINTS}`);
  }
  return { redPacketMinor, points };
}

function cartOf(known: AskedSale, request: QuoteRequest): Cart | Refusal {
  const lines = linesOfOffers(known.sale.offers, request.lines);
  if (isRefusal(lines)) return lines;
  const missing = request.coupons.find((id) => !isHeld(known, id));
  if (missing !== undefined) return { code: 'coupon_unavailable', promotion: missing };
  const tender = tenderOf(known, request);
  if (isRefusal(tender)) return tender;
  return { lines, member: request.member, coupons: new Set(request.coupons), ...tender };
}

interface Chosen {
  readonly cart: Cart;
  readonly isExhaustive: boolean;
}

async function best({ deals }: QuoteDeps, known: AskedSale, cart: Cart): Promise<Chosen | Refusal> {
  const { sale, wallet, pots } = known;
  const held = [...wallet.coupons.keys()].filter((id) => isHeld(known, id));
  if (held.length === 0) return { cart: { ...cart, coupons: new Set() }, isExhaustive: true };
  const found = await deals.find({ sale: sale.sale.id, rules: sale.rules, cart, held, pots });
  if (found === 'busy') return BUSY;
  return { cart: { ...cart, coupons: new Set(found.coupons) }, isExhaustive: found.exhaustive };
}

/**
 * Says what a cart costs its shopper at present, and why. It holds nothing: an order that sends the
 * total as `expectedTotal` gets that price or is refused.
 */
export async function quote(deps: QuoteDeps, request: QuoteRequest): Promise<QuoteView | Refusal> {
  const known = await askedSale(deps, request);
  if (isRefusal(known)) return known;
  const asked = cartOf(known, request);
  if (isRefusal(asked)) return asked;
  const chosen = request.isBest
    ? await best(deps, known, asked)
    : { cart: asked, isExhaustive: true };
  if (isRefusal(chosen)) return chosen;
  const problems = await quoteProblems(deps, known, request);
  if (isRefusal(problems)) return problems;
  const { cart, isExhaustive } = chosen;
  const { rules, offers } = known.sale;
  // Until the next poll nobody knows a new offer's stock: this assumes there is enough.
  const unitsLeft = (offer: OfferId) => known.polled(offer) ?? Infinity;
  return {
    sale: request.sale,
    ...quoteCart(rules, cart, known.pots, { offers, unitsLeft }),
    rulesVersion: rules.version,
    problems,
    coupons: [...cart.coupons],
    exhaustive: isExhaustive,
  };
}
