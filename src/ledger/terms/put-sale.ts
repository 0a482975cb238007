import { isDeepStrictEqual } from 'node:util';
import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { promotionFaults } from '../../domain/pricing/promotion-faults.ts';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove, SaleState, SaleStore, SaleTerms } from '../../domain/sale.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, run } from '../../platform/query.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordChange, recordDocument } from '../changes/record-change.ts';
import { saveNewDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import { askAllBack } from './align-caps.ts';
import { openFirst } from './open-sale-first-time.ts';
import { promotionsOfSale } from './sale-rules.ts';
import { rulesInstruction, termsInstruction } from './sale-instructions.ts';
import { lockSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { announceSale } from '../webhooks/announce-changes.ts';
import { setStores, storeLeftOut, storesOfSale } from '../sale-stores.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

/** A sale in a change: `stores` only if the change is about them. */
type SaleDocument = SaleTerms & { readonly stores?: readonly SaleStore[] };

const upsert = query('terms/sales/upsert');
const setState = query('terms/sales/set-state');

function saleConflict(now: SaleRow, terms: SaleTerms): string | null {
  if (now.state === 'closed') return 'the sale is closed';
  if (now.state === 'draft') return null;
  if (now.cells !== terms.cells) return 'cells are fixed from the first opening';
  if (now.currency !== terms.currency) return 'the currency is fixed from the first opening';
  return null;
}

/** New layers must fit every promotion of the sale. */
async function layersConflict(client: PoolClient, now: SaleRow, terms: SaleTerms) {
  if (isDeepStrictEqual(now.layers, terms.layers)) return null;
  const promotions = await promotionsOfSale(client, now.id);
  const unfit = promotions.find((promotion) => promotionFaults(promotion, terms.layers).length > 0);
  return unfit ? `promotion ${unfit.id} does not fit these layers` : null;
}

/**
 * Tells the cells of an opened sale the new terms, and the rules when they changed. The rules come
 * first: should a call end between the two, no cart is priced by old rules under the new version.
 */
async function changeInstructions(
  client: PoolClient,
  now: SaleRow,
  terms: SaleTerms,
): Promise<Instruction[]> {
  const rulesVersion = await raiseRulesVersion(client, now.id);
  await recordTerms(client, now.id, rulesVersion, 'sale', terms);
  const told = termsInstruction(terms, rulesVersion);
  const isSame = now.pointsRate === terms.pointsRate && isDeepStrictEqual(now.layers, terms.layers);
  if (isSame) return [told];
  return [await rulesInstruction(client, { ...now, ...terms, rulesVersion }), told];
}

/** Without the fields that older releases do not know, while they say nothing. */
const documentOf = (terms: SaleTerms) => ({
  ...terms,
  access: terms.access.length > 0 ? terms.access : undefined,
  visibleFromMs: terms.visibleFromMs ?? undefined,
});

/** What a store has in a sale would be nobody's if the store were not a member any more. */
async function storesConflict(client: PoolClient, id: SaleId, stores: readonly SaleStore[]) {
  const store = await storeLeftOut(client, id, stores);
  return store === null ? null : `${store} has something in the sale, so it stays a member`;
}

/** Writes a sale's terms, and tells the cells of an opened one. @returns false: they were so */
async function setTerms(
  client: PoolClient,
  id: SaleId,
  now: SaleRow | null,
  terms: SaleTerms,
): Promise<boolean> {
  if (!(await saveNewDocument(client, id, 'sale', documentOf(terms)))) return false;
  const { name, currency, opensAtMs, closesAtMs, payWithinS, cells } = terms;
  const values = [id, name, currency, opensAtMs, closesAtMs, payWithinS, cells];
  await run(client, upsert, [
    ...values,
    JSON.stringify(terms.layers),
    terms.pointsRate,
    terms.holdsPerShopper,
    terms.cooldownAfter,
    terms.cooldownS,
    terms.hasClawback,
    JSON.stringify(terms.access),
    terms.visibleFromMs,
  ]);
  if (now && now.state !== 'draft') {
    const instructions = await changeInstructions(client, now, terms);
    await tellCells(client, now, () => instructions);
  }
  return true;
}

/**
 * Creates a sale or changes its terms. In an opened sale, they apply to new orders.
 * @param stores all its members; null: they stay as they are
 */
export function putSale(
  pool: Pool,
  id: SaleId,
  terms: SaleTerms,
  actor: Actor,
  stores: readonly SaleStore[] | null = null,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const now = await lockSale(client, id);
    const detail =
      (now && (saleConflict(now, terms) ?? (await layersConflict(client, now, terms)))) ??
      (stores && (await storesConflict(client, id, stores)));
    if (detail) return { kind: 'conflict', detail };
    const before = stores && (await storesOfSale(client, id));
    const hasNewTerms = await setTerms(client, id, now, terms);
    const hasNewStores = stores !== null && (await setStores(client, id, stores));
    if (!hasNewTerms && !hasNewStores) return { kind: 'unchanged' };
    const change = { sale: id, subject: 'sale', what: 'put', owner: null } as const;
    const next: SaleDocument = stores ? { ...terms, stores } : terms;
    await recordDocument(client, actor, change, now && { ...now, stores: before ?? [] }, next);
    return { kind: now ? 'changed' : 'created' };
  });
}

/**
 * Tells the cells the sale's new state. Closing is final: the cells must also hand back what they
 * have left. That is asked first, because its rows are locked before any inbox.
 */
async function tellState(
  client: PoolClient,
  sale: SaleRow,
  state: 'open' | 'paused' | 'closed',
): Promise<void> {
  if (state === 'closed') await askAllBack(client, sale);
  await tellCells(client, sale, () => [{ kind: 'state', state }]);
}

/** Opens, pauses, resumes or closes a sale. Closing is final. */
export function moveSale(
  pool: Pool,
  id: SaleId,
  move: SaleMove,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { from, to }: { from: readonly SaleState[]; to: 'open' | 'paused' | 'closed' } =
    saleMoves[move];
  return transaction(pool, async (client) => {
    const now = await lockSale(client, id);
    if (!now) return { kind: 'unknown' };
    if (now.state === to) return { kind: 'unchanged' };
    if (!from.includes(now.state)) {
      return { kind: 'conflict', detail: `cannot ${move} a sale that is ${now.state}` };
    }
    if (now.state === 'draft') await openFirst(client, now);
    else await tellState(client, now, to);
    await run(client, setState, [id, to]);
    await announceSale(client, now, move, to);
    await recordChange(client, actor, {
      sale: id,
      subject: 'sale',
      what: move,
      owner: null,
      before: { state: now.state },
      after: { state: to },
    });
    return { kind: 'changed' };
  });
}
