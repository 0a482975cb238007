import Table from 'cli-table3';
import type { KnownSale } from '../../../cell/sale-directory.ts';
import { budgetPot, quotaPot } from '../../../domain/promotion.ts';
import type { Effect, Promotion } from '../../../domain/promotion.ts';
import type { CapView, Sale } from '../../../domain/sale.ts';
import { saleHead } from '../../../domain/terms/sale-head.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { unitsOfSale } from '../../../ledger/audit.ts';
import { potFigures } from '../../../ledger/books/pots.ts';
import type { PotFigures } from '../../../ledger/books/pots.ts';
import { promotionView } from '../../../service/terms/promotion-view.ts';
import { budgetTermsView, offerTermsView } from '../../../service/terms/terms-views.ts';
import { PLAIN } from '../output.ts';
import type { Session } from '../session.ts';

const BPS_PER_PERCENT = 100;
const percent = (bps: number): string => `${bps / BPS_PER_PERCENT} %`;
const from = (minor: number): string => (minor === 0 ? '' : ` from ${minor}`);
const atMost = (minor: number | null): string => (minor === null ? '' : `, at most ${minor}`);

/** The effect of a promotion in a few words, money in minor units. */
function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case 'tiers':
      return effect.tiers.map((tier) => `${tier.off}${from(tier.from)}`).join(', ');
    case 'every':
      return `${effect.off} every ${effect.every}${effect.times ? `, ${effect.times} times` : ''}`;
    case 'percent':
      return `${percent(effect.bps)}${from(effect.from)}${atMost(effect.cap)}`;
    case 'fixed':
      return `${effect.off}${from(effect.from)}`;
    case 'freeUnits':
      return `${effect.free} free of ${effect.every} units`;
    case 'gift':
      return `gift ${effect.quantity} × ${effect.offer}${from(effect.from)}`;
    case 'packet': {
      const { amount, boost } = effect;
      const boosted = boost && `, ${boost.members.join(' ')} ${percent(boost.bps)}`;
      return `red packet ${amount}${boosted ? `${boosted}${atMost(boost.cap)}` : ''}`;
    }
  }
}

type Units = Awaited<ReturnType<typeof unitsOfSale>>;

/** The figures of an offer's cap, in units. */
export function capWords(offer: string, { asked, effective, committed, debt }: CapView): string {
  const figures = Object.entries({ asked, effective, committed, debt });
  return `cap of ${offer}: ${figures.map(([name, units]) => `${name} ${units}`).join(', ')}`;
}

/** The caps that cells do not follow yet: a cut waits for units that are reserved or sold. */
function openCaps({ state }: Sale, units: Units): string[] {
  if (state === 'draft' || state === 'closed') return [];
  return units.flatMap(({ offer, cap: asked, debt, unassigned, held, sold }) => {
    const effective = asked + debt - unassigned;
    if (effective === asked && debt === 0) return [];
    return capWords(offer, { asked, effective, committed: held + sold, debt });
  });
}

function offersTable({ offers }: Sale, units: Units): string {
  const head = ['offer', 'store', 'price (minor)', 'cap', 'unassigned'];
  const table = new Table({ head: [...head, 'allotted', 'held', 'sold'], style: PLAIN });
  const byOffer = new Map(units.map((row) => [row.offer as string, row]));
  for (const offer of offers) {
    const { cap, unassigned, allotted, held, sold } = byOffer.get(offer.id)!;
    table.push([offer.id, offer.store, offer.priceMinor, cap, unassigned, allotted, held, sold]);
  }
  return table.toString();
}

type Pots = ReadonlyMap<string, PotFigures>;

function budgetsTable({ budgets }: Sale, pots: Pots): string {
  const head = ['budget', 'whose', 'policy', 'amount (minor)', 'allotted', 'spent'];
  const table = new Table({ head, style: PLAIN });
  for (const { id, store, policy } of budgets) {
    const { amount, allotted, spent } = pots.get(budgetPot(id))!;
    table.push([id, store ?? 'platform', policy, amount, allotted, spent]);
  }
  return table.toString();
}

/** The stores, offers, categories and members that a promotion is limited to. */
function scopeWords({ stores, offers, categories, members, isCoupon }: Promotion): string {
  const words = [stores, offers, categories, members].flatMap((list) => list?.join(' ') ?? []);
  return [...words, ...(isCoupon ? ['with a coupon'] : [])].join(', ');
}

function promotionsTable({ promotions }: Sale, pots: Pots): string {
  const head = ['promotion', 'layer', 'for', 'takes off (minor)', 'budget', 'funder', 'claimed'];
  const table = new Table({ head, style: PLAIN });
  for (const promotion of promotions) {
    const { id, layer, effect, budget, funder, claims } = promotion;
    const quota = claims && pots.get(quotaPot(id))!;
    const claimed = quota ? `${quota.spent} of ${quota.amount}` : '';
    const words = effectWords(effect);
    table.push([id, layer, scopeWords(promotion), words, budget ?? '', funder, claimed]);
  }
  return table.toString();
}

/** What the ledger and the directory know of a sale. */
interface Standing {
  readonly known: KnownSale;
  readonly units: Units;
  readonly pots: Pots;
}

function words({ known: { sale, cells }, units, pots }: Standing): string {
  const [opens, closes] = [sale.opensAtMs, sale.closesAtMs].map(toTimestamp);
  return [
    `${sale.id} "${sale.name}" · ${sale.state} · ${opens} to ${closes} · ${sale.currency}`,
    ...cells.map(({ id: { cell }, epoch, state }) => `cell ${cell}: ${state}, epoch ${epoch}`),
    offersTable(sale, units),
    ...openCaps(sale, units),
    ...(sale.budgets.length > 0 ? [budgetsTable(sale, pots)] : []),
    ...(sale.promotions.length > 0 ? [promotionsTable(sale, pots)] : []),
  ].join('\n');
}

/** Terms as in a sale file, and where units, budgets and claims stand; null: no claims. */
function documentOf({ known: { sale, cells }, units, pots }: Standing) {
  const byOffer = new Map(units.map(({ offer, ...figures }) => [offer as string, figures]));
  const standOf = (pot: string) => {
    const { allotted, spent } = pots.get(pot)!;
    return { allotted, spent };
  };
  return {
    ...saleHead(sale),
    cells: cells.map(({ id: { cell }, epoch, state }) => ({ cell, epoch, state })),
    offers: sale.offers.map((offer) => ({
      ...offerTermsView(offer),
      units: byOffer.get(offer.id),
    })),
    budgets: sale.budgets.map((budget) => ({
      ...budgetTermsView(budget),
      ...standOf(budgetPot(budget.id)),
    })),
    promotions: sale.promotions.map((promotion) => ({
      ...promotionView(promotion),
      claimed: promotion.claims ? standOf(quotaPot(promotion.id)).spent : null,
    })),
  };
}

/** Prints the state of a sale, its cells, and where units, budgets and promotions stand. */
export async function showSale({ core, out }: Session, id: string): Promise<void> {
  const { directory, pool } = core;
  const known = directory.sale(id);
  if (!known) return out.fail([`there is no sale ${id}`], 'not_found');
  const units = await unitsOfSale(pool, id);
  const pots = new Map((await potFigures(pool, known.sale.id)).map((one) => [one.pot, one]));
  const standing = { known, units, pots };
  out.say(words(standing), documentOf(standing));
}
