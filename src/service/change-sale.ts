import type { Pool } from 'pg';
import type { Redis } from 'ioredis';
import type { Directory } from '../cell/directory.ts';
import type { CellId, SaleId } from '../domain/ids.ts';
import { offerFaults, saleFaults } from '../domain/sale.ts';
import type { Offer, SaleMove, SaleTerms } from '../domain/sale.ts';
import type { Refusal } from '../domain/refusal.ts';
import { lastInstruction } from '../ledger/instructions.ts';
import { putOffer } from '../ledger/put-offer.ts';
import type { OfferChange } from '../ledger/put-offer.ts';
import { moveSale, putSale } from '../ledger/sales.ts';
import { checkDurability } from '../cell/durability.ts';
import { deliver } from './deliver.ts';
import type { KeepOpen } from './keep-open.ts';

export interface ChangeSaleDeps {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly directory: Directory;
  readonly keepOpen: Pick<KeepOpen, 'recover'>;
  /** Opens sales also on a Redis that may lose or evict what it acknowledged. */
  readonly allowUnsafeRedis: boolean;
}

/** `pendingCells`: cells that have not applied it yet; they will, by the worker's next sweep. */
export interface Changed {
  readonly kind: 'created' | 'changed' | 'unchanged';
  readonly pendingCells: readonly number[];
}

/** How long an answer waits for every cell to have applied a change. */
const APPLY_WITHIN_MS = 2_000;
const RETRY_MS = 20;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens the cell when it never was or has to be again, then gives it what is new. */
async function apply(deps: ChangeSaleDeps, cell: CellId, last: number): Promise<boolean> {
  const place = deps.directory.cell(cell);
  if (!place) return false;
  if (place.state !== 'open') {
    const outcome = await deps.keepOpen.recover(cell, place);
    if (outcome instanceof Error) return false;
  }
  const delivered = await deliver(deps, cell);
  return delivered !== 'displaced' && delivered.inbox >= last;
}

async function applyWithin(
  deps: ChangeSaleDeps,
  cell: CellId,
  deadlineMs: number,
): Promise<boolean> {
  const last = await lastInstruction(deps.pool, cell);
  for (;;) {
    if (await apply(deps, cell, last).catch(() => false)) return true;
    if (performance.now() >= deadlineMs) return false;
    await pause(RETRY_MS);
    await deps.directory.refresh();
  }
}

async function answer(
  deps: ChangeSaleDeps,
  sale: SaleId,
  change: OfferChange,
): Promise<Changed | Refusal> {
  if (change.kind === 'conflict') return { code: 'conflict', detail: change.detail };
  if (change.kind === 'unknown') return { code: 'not_found' };
  if (change.kind === 'foreign') return { code: 'forbidden' };
  await deps.directory.refresh();
  const cells = deps.directory.sale(sale)?.cells ?? [];
  const deadlineMs = performance.now() + APPLY_WITHIN_MS;
  const applied = await Promise.all(cells.map(({ id }) => applyWithin(deps, id, deadlineMs)));
  return { kind: change.kind, pendingCells: cells.map((_, i) => i).filter((i) => !applied[i]) };
}

/** Sets a sale's terms; the same again changes nothing. */
export async function setSale(
  deps: ChangeSaleDeps,
  sale: SaleId,
  terms: SaleTerms,
): Promise<Changed | Refusal> {
  const errors = saleFaults(terms);
  if (errors.length > 0) return { code: 'invalid', errors };
  return answer(deps, sale, await putSale(deps.pool, sale, terms));
}

/** @param store the merchant's own store, or null for an operator */
export async function setOffer(
  deps: ChangeSaleDeps,
  sale: SaleId,
  offer: Offer,
  store: string | null,
): Promise<Changed | Refusal> {
  const errors = offerFaults(offer);
  if (errors.length > 0) return { code: 'invalid', errors };
  return answer(deps, sale, await putOffer(deps.pool, sale, offer, store));
}

/** Opens, pauses, resumes or closes a sale; repeated, it changes nothing. */
export async function setSaleState(
  deps: ChangeSaleDeps,
  sale: SaleId,
  move: SaleMove,
): Promise<Changed | Refusal> {
  if (move === 'open' && !deps.allowUnsafeRedis) {
    const detail = await checkDurability(deps.redis);
    if (detail) return { code: 'conflict', detail };
  }
  return answer(deps, sale, await moveSale(deps.pool, sale, move));
}
