import { isDeepStrictEqual } from 'node:util';
import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { saleMoves } from '../../domain/sale.ts';
import type { SaleMove, SaleState, SaleStore, SaleTerms } from '../../domain/sale.ts';
import { layersConflict, saleConflict, storesConflict } from '../../domain/terms/sale-conflicts.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
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
import { saleVersion } from '../versions.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

/** A sale in a change: `stores` only if the change is about them. */
type SaleDocument = SaleTerms & { readonly stores?: readonly SaleStore[] };

const upsert = query('terms/sales/upsert');
const setState = query('terms/sales/set-state');

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
  expected: Expected = ANY,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const now = await lockSale(client, id);
    const before = await storesOfSale(client, id);
    if (!meets(expected, now && saleVersion(now, before))) return { kind: 'stale' };
    const detail =
      (now &&
        (saleConflict(now, terms) ??
          layersConflict(now, terms, await promotionsOfSale(client, id)))) ??
      (stores && storesConflict(await storeLeftOut(client, id, stores)));
    if (detail) return { kind: 'conflict', detail };
    const hasNewTerms = await setTerms(client, id, now, terms);
    const hasNewStores = stores !== null && (await setStores(client, id, stores));
    const version = saleVersion(terms, stores ?? before);
    if (!hasNewTerms && !hasNewStores) return { kind: 'unchanged', version };
    const change = { sale: id, subject: 'sale', what: 'put', owner: null } as const;
    const next: SaleDocument = stores ? { ...terms, stores } : terms;
    await recordDocument(client, actor, change, now && { ...now, stores: before }, next);
    return { kind: now ? 'changed' : 'created', version };
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
