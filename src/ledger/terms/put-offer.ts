import type { Pool, PoolClient } from 'pg';
import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { offerFaults } from '../../domain/sale.ts';
import type { Fault, Offer, OfferPatch, OfferPut } from '../../domain/sale.ts';
import { newOfferConflict, offerConflict } from '../../domain/terms/sale-conflicts.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordDocument } from '../changes/record-change.ts';
import { tellCells } from '../instructions.ts';
import { offerVersion } from '../versions.ts';
import { alignCap } from './align-caps.ts';
import { countOffers, findOffer, upsertOffer } from './offer-rows.ts';
import type { OfferRow } from './offer-rows.ts';
import { offerInstruction, termsInstruction } from './sale-instructions.ts';
import type { SaleRow } from '../sale-row.ts';
import { announceOffer } from '../webhooks/announce-changes.ts';
import { addStore, lockSaleFor } from '../sale-stores.ts';
import type { LockedSale } from '../sale-stores.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

/** Writes an offer. In an opened sale, it tells the cells their units, then the terms. */
async function setOffer(client: PoolClient, sale: SaleRow, offer: Offer): Promise<void> {
  await upsertOffer(client, sale.id, offer);
  if (sale.state === 'draft') return;
  const version = await raiseRulesVersion(client, sale.id);
  await recordTerms(client, sale.id, version, `offer:${offer.id}`, offer);
  await alignCap(client, sale, offer.id);
  const told: Instruction[] = [offerInstruction(offer), termsInstruction(sale, version)];
  await tellCells(client, sale, () => told);
}

async function putLocked(
  client: PoolClient,
  locked: LockedSale,
  now: OfferRow | null,
  offer: OfferPut,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { sale } = locked;
  const { store } = offer;
  const detail =
    offerConflict(sale.state, now, offer) ??
    (now
      ? null
      : newOfferConflict(await countOffers(client, sale.id, store), store, locked.bounds));
  if (detail) return { kind: 'conflict', detail };
  const errors = offerFaults(offer, sale);
  if (errors.length > 0) return { kind: 'invalid', errors };
  if (actor.store === null) await addStore(client, sale.id, offer.store);
  const subject = `offer:${offer.id}` as const;
  const after = { ...offer, isPaused: offer.isPaused ?? now?.isPaused ?? false };
  const version = offerVersion(after);
  if (now && version === offerVersion(now)) return { kind: 'unchanged', version };
  await setOffer(client, sale, after);
  if (now) await announceOffer(client, sale.id, now, after);
  const change = { sale: sale.id, subject, what: 'put', owner: offer.store } as const;
  await recordDocument(client, actor, change, now, after);
  return { kind: now ? 'changed' : 'created', version };
}

/**
 * Creates an offer or changes its terms. At any time its cap may rise, in the ledger first, or
 * fall, in the cells first.
 */
export function putOffer(
  pool: Pool,
  id: SaleId,
  offer: OfferPut,
  actor: Actor,
  expected: Expected = ANY,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    if (store !== null && offer.store !== store) return { kind: 'foreign' };
    const now = await findOffer(client, id, offer.id, store);
    const isForeign = store !== null && !now && (await findOffer(client, id, offer.id, null));
    if (isForeign) return { kind: 'unknown' };
    if (!meets(expected, now && offerVersion(now))) return { kind: 'stale' };
    return putLocked(client, locked, now, offer, actor);
  });
}

/** The offer after the patch, or faults that point at fields of the patch. */
function patched(sale: SaleRow, now: OfferRow, patch: OfferPatch): Offer | Fault[] {
  const { sale: _, assigned: __, ...terms } = now;
  const offer = { ...terms, ...patch };
  // The sale's times may have changed since, so rows that stay as they are may be late.
  const hasRows = patch.access !== undefined || patch.opensAtMs !== undefined;
  const faults = offerFaults(hasRows ? offer : { ...offer, access: [] }, sale).map((fault) =>
    fault.pointer === '/listPrice' && patch.listPriceMinor === undefined
      ? { pointer: '/price', detail: 'must not be above the list price' }
      : fault,
  );
  return faults.length > 0 ? faults : offer;
}

/** Changes some of an offer's terms. Orders placed before keep the old ones. */
export function patchOffer(
  pool: Pool,
  id: SaleId,
  offer: OfferId,
  patch: OfferPatch,
  actor: Actor,
  expected: Expected = ANY,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    const { sale } = locked;
    const now = await findOffer(client, id, offer, store);
    if (!now) return { kind: 'unknown' };
    if (!meets(expected, offerVersion(now))) return { kind: 'stale' };
    if (sale.state === 'closed') return { kind: 'conflict', detail: 'the sale is closed' };
    const after = patched(sale, now, patch);
    if (Array.isArray(after)) return { kind: 'invalid', errors: after };
    const version = offerVersion(after);
    if (version === offerVersion(now)) return { kind: 'unchanged', version };
    await setOffer(client, sale, after);
    await announceOffer(client, id, now, after);
    const change = {
      sale: id,
      subject: `offer:${offer}`,
      what: 'patch',
      owner: now.store,
    } as const;
    await recordDocument(client, actor, change, now, after);
    return { kind: 'changed', version };
  });
}
