import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { isOwnedBy, ownerOf, quotaPot } from '../../domain/promotion.ts';
import type { Promotion } from '../../domain/promotion.ts';
import {
  promotionConflict,
  promotionsBound,
  referenceFaults,
} from '../../domain/terms/promotion-conflicts.ts';
import type { Surroundings } from '../../domain/terms/promotion-conflicts.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordDocument } from '../changes/record-change.ts';
import { saveNewDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import { offersOfSale } from './offer-rows.ts';
import { setPot } from '../books/pots.ts';
import type { ByCell } from '../books/pots.ts';
import { budgetsOfSale, promotionsOfSale, upsertPromotion } from './sale-rules.ts';
import { rulesInstruction } from './sale-instructions.ts';
import type { SaleRow } from '../sale-row.ts';
import { promotionVersion } from '../versions.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';
import type { LockedSale } from '../sale-stores.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

/** What a promotion of a sale is checked against. */
interface Around extends Surroundings {
  readonly promotions: readonly Promotion[];
}

/**
 * Reads what a promotion may refer to. A merchant gives away only what the store owns, so for a
 * merchant the sale has no other budgets and offers.
 */
async function readAround(
  client: PoolClient,
  sale: SaleRow,
  store: string | null,
): Promise<Around> {
  const isTheirs = (one: { readonly store: string | null }) =>
    store === null || one.store === store;
  const offers = (await offersOfSale(client, sale.id)).filter(isTheirs);
  return {
    sale,
    stores: new Set((await storesOfSale(client, sale.id)).map((one) => one.store)),
    offers: new Set(offers.map(({ id }) => id)),
    budgets: (await budgetsOfSale(client, sale.id)).filter(isTheirs),
    promotions: await promotionsOfSale(client, sale.id),
  };
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
export async function nextRules(
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
  expected: Expected,
): Promise<ChangeOutcome> {
  const { store } = actor;
  const around = await readAround(client, sale, store);
  const now = around.promotions.find((other) => other.id === promotion.id);
  if (store !== null && now && !isOwnedBy(now, store)) return { kind: 'unknown' };
  if (!meets(expected, now ? promotionVersion(now) : null)) return { kind: 'stale' };
  const errors = referenceFaults(around, promotion);
  if (errors.length > 0) return { kind: 'invalid', errors };
  const others = around.promotions.filter((other) => other !== now);
  const detail =
    promotionConflict(sale.state, now, promotion) ??
    promotionsBound(others, store, now ? null : bounds);
  if (detail) return { kind: 'conflict', detail };
  const subject = `promotion:${promotion.id}`;
  const version = promotionVersion(promotion);
  if (!(await saveNewDocument(client, sale.id, subject, promotion))) {
    return { kind: 'unchanged', version };
  }
  await upsertPromotion(client, sale.id, promotion);
  const dealt = await setQuota(client, sale, now, promotion);
  if (sale.state !== 'draft') {
    const rules = await nextRules(client, sale, promotion);
    await tellCells(client, sale, (cell) => [...(dealt?.(cell) ?? []), rules]);
  }
  const change = { sale: sale.id, subject, what: 'put', owner: ownerOf(promotion) } as const;
  await recordDocument(client, actor, change, now, promotion);
  return { kind: now ? 'changed' : 'created', version };
}

/** Creates or changes a promotion. In an opened sale, it applies to new carts. */
export function putPromotion(
  pool: Pool,
  id: SaleId,
  promotion: Promotion,
  actor: Actor,
  expected: Expected = ANY,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    if (store !== null && !isOwnedBy(promotion, store)) return { kind: 'foreign' };
    return putLocked(client, locked, promotion, actor, expected);
  });
}
