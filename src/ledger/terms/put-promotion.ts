import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { promotionFaults } from '../../domain/pricing/promotion-faults.ts';
import { MAX_PROMOTIONS, isOwnedBy, ownerOf, quotaPot } from '../../domain/promotion.ts';
import type { Budget, Promotion } from '../../domain/promotion.ts';
import type { Fault, SaleStore, StoreBounds } from '../../domain/sale.ts';
import { transaction } from '../../platform/postgres.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordDocument } from '../changes/record-change.ts';
import { saveNewDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import { offersOfSale } from './offer-rows.ts';
import type { OfferRow } from './offer-rows.ts';
import { setPot } from '../books/pots.ts';
import type { ByCell } from '../books/pots.ts';
import { budgetsOfSale, promotionsOfSale, upsertPromotion } from './sale-rules.ts';
import { rulesInstruction } from './sale-instructions.ts';
import type { SaleRow } from '../sale-row.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';
import type { LockedSale } from '../sale-stores.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

/** Everything in the sale that a promotion may refer to. */
interface Surroundings {
  readonly sale: SaleRow;
  readonly stores: readonly SaleStore[];
  readonly offers: readonly OfferRow[];
  readonly budgets: readonly Budget[];
  readonly promotions: readonly Promotion[];
}

/**
 * Reads what a promotion may refer to. A merchant gives away only what the store owns, so for a
 * merchant the sale has no other budgets and offers.
 */
async function surroundings(
  client: PoolClient,
  sale: SaleRow,
  store: string | null,
): Promise<Surroundings> {
  const isTheirs = (one: { readonly store: string | null }) =>
    store === null || one.store === store;
  return {
    sale,
    stores: await storesOfSale(client, sale.id),
    offers: (await offersOfSale(client, sale.id)).filter(isTheirs),
    budgets: (await budgetsOfSale(client, sale.id)).filter(isTheirs),
    promotions: await promotionsOfSale(client, sale.id),
  };
}

const giftOf = ({ effect }: Promotion) => (effect.kind === 'gift' ? effect.offer : null);

const missing = (
  pointer: string,
  names: readonly string[] | null,
  known: readonly string[],
  kind: string,
): Fault[] =>
  (names ?? []).flatMap((name, i) => {
    if (known.includes(name)) return [];
    const at = pointer.replace('*', String(i));
    return [{ pointer: at, detail: `the sale has no such ${kind}` }];
  });

/** A store's budget pays only for what that store bears. A red packet pays for any line. */
function payerFaults({ budgets }: Surroundings, promotion: Promotion): Fault[] {
  const payer = budgets.find(({ id }) => id === promotion.budget)?.store ?? null;
  if (payer === null) return [];
  if (isOwnedBy(promotion, payer)) return [];
  return [
    { pointer: '/budget', detail: `belongs to ${payer}, which does not bear this promotion` },
  ];
}

function referenceFaults(around: Surroundings, promotion: Promotion): Fault[] {
  const { sale, offers, budgets } = around;
  const offerIds = offers.map(({ id }) => id);
  const stores = around.stores.map(({ store }) => store);
  const gift = giftOf(promotion);
  const { budget } = promotion;
  const budgetIds = budgets.map(({ id }) => id);
  return [
    ...promotionFaults(promotion, sale.layers),
    ...missing('/stores/*', promotion.stores, stores, 'store'),
    ...missing('/offers/*', promotion.offers, offerIds, 'offer'),
    ...missing('/effect/offer', gift === null ? [] : [gift], offerIds, 'offer'),
    ...missing('/budget', budget === null ? [] : [budget], budgetIds, 'budget'),
    ...payerFaults(around, promotion),
  ];
}

/** What shoppers may hold or have claimed already keeps its meaning. */
function fixedConflict(now: Promotion, next: Promotion): string | null {
  const isPacket = ({ effect }: Promotion) => effect.kind === 'packet';
  const claimed = now.claims ?? { quota: 0, limitPerShopper: 0 };
  const claims = next.claims ?? { quota: 0, limitPerShopper: 0 };
  if (now.layer !== next.layer) return 'the layer is fixed from the first opening';
  if (now.isCoupon !== next.isCoupon) return 'coupon is fixed from the first opening';
  if (isPacket(now) !== isPacket(next)) return 'a red packet is one from the first opening';
  if (claims.quota < claimed.quota) return 'a quota cannot be cut once the sale was opened';
  if (claims.limitPerShopper < claimed.limitPerShopper) {
    return 'a limit of claims cannot be cut once the sale was opened';
  }
  return null;
}

/**
 * Finds the bound that a promotion would exceed. An operator has only the sale's.
 * @param others the sale's other promotions
 */
function boundConflict(
  others: readonly Promotion[],
  store: string | null,
  bounds: StoreBounds | null,
): string | null {
  if (others.length >= MAX_PROMOTIONS) return `a sale has at most ${MAX_PROMOTIONS} promotions`;
  if (store === null || !bounds) return null;
  const alike = others.filter((other) => isOwnedBy(other, store));
  if (alike.length < bounds.promotionsMax) return null;
  const most = bounds.promotionsMax;
  return `${store} may have at most ${most} promotions in this sale (promotionsMax)`;
}

function promotionConflict(
  sale: SaleRow,
  now: Promotion | undefined,
  next: Promotion,
): string | null {
  if (sale.state === 'closed') return 'the sale is closed';
  return sale.state === 'draft' || !now ? null : fixedConflict(now, next);
}

/** Sets the quota of claims. @returns null: the promotion had no claims before, and has none */
function setQuota(
  client: PoolClient,
  sale: SaleRow,
  now: Promotion | undefined,
  next: Promotion,
): Promise<ByCell> | null {
  if (!now?.claims && !next.claims) return null;
  const amounts = { before: now?.claims?.quota ?? null, after: next.claims?.quota ?? 0 };
  return setPot(client, sale, { pot: quotaPot(next.id), ...amounts });
}

/** Raises the rules version and writes the promotion into the history under it. */
async function nextRules(
  client: PoolClient,
  sale: SaleRow,
  promotion: Promotion,
): Promise<Instruction> {
  const rulesVersion = await raiseRulesVersion(client, sale.id);
  await recordTerms(client, sale.id, rulesVersion, `promotion:${promotion.id}`, promotion);
  return rulesInstruction(client, { ...sale, rulesVersion });
}

async function putLocked(
  client: PoolClient,
  { sale, bounds }: LockedSale,
  promotion: Promotion,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { store } = actor;
  const around = await surroundings(client, sale, store);
  const now = around.promotions.find((other) => other.id === promotion.id);
  if (store !== null && now && !isOwnedBy(now, store)) return { kind: 'unknown' };
  const errors = referenceFaults(around, promotion);
  if (errors.length > 0) return { kind: 'invalid', errors };
  const others = around.promotions.filter((other) => other !== now);
  const detail =
    promotionConflict(sale, now, promotion) ?? boundConflict(others, store, now ? null : bounds);
  if (detail) return { kind: 'conflict', detail };
  const subject = `promotion:${promotion.id}`;
  if (!(await saveNewDocument(client, sale.id, subject, promotion))) return { kind: 'unchanged' };
  await upsertPromotion(client, sale.id, promotion);
  const dealt = await setQuota(client, sale, now, promotion);
  if (sale.state !== 'draft') {
    const rules = await nextRules(client, sale, promotion);
    await tellCells(client, sale, (cell) => [...(dealt?.(cell) ?? []), rules]);
  }
  const change = { sale: sale.id, subject, what: 'put', owner: ownerOf(promotion) } as const;
  await recordDocument(client, actor, change, now, promotion);
  return { kind: now ? 'changed' : 'created' };
}

/** Creates or changes a promotion. In an opened sale, it applies to new carts. */
export function putPromotion(
  pool: Pool,
  id: SaleId,
  promotion: Promotion,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    if (store !== null && !isOwnedBy(promotion, store)) return { kind: 'foreign' };
    return putLocked(client, locked, promotion, actor);
  });
}
