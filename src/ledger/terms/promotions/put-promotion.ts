import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import { isOwnedBy, ownerOf, quotaPot } from '../../../domain/promotion.ts';
import type { Promotion } from '../../../domain/promotion.ts';
import { ANY, meets } from '../../../domain/terms/expected-version.ts';
import type { Expected } from '../../../domain/terms/expected-version.ts';
import { transaction } from '../../../platform/postgres.ts';
import type { ChangeOutcome } from '../../change-outcome.ts';
import { recordDocument } from '../../changes/record-change.ts';
import { saveNewDocument } from '../../last-documents.ts';
import { tellCells } from '../../instructions.ts';
import { presentPromotion, readAround, whyNotPut } from './check-promotion.ts';
import { setPot } from '../../books/pots.ts';
import type { ByCell } from '../../books/pots.ts';
import { upsertPromotion } from '../sale-rules.ts';
import { nextRules } from '../sale-instructions.ts';
import type { SaleRow } from '../../sale-row.ts';
import { promotionVersion } from '../../versions.ts';
import { lockSaleFor } from '../../sale-stores.ts';
import type { LockedSale } from '../../sale-stores.ts';

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

async function putLocked(
  client: PoolClient,
  { sale, bounds }: LockedSale,
  promotion: Promotion,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> {
  const { store } = actor;
  const around = await readAround(client, sale.id);
  const now = presentPromotion(around, promotion.id, store);
  if (now === 'hidden') return { kind: 'unknown' };
  if (!meets(expected, now ? promotionVersion(now) : null)) return { kind: 'stale' };
  const fault = whyNotPut({ sale, bounds }, around, [now, promotion], store);
  if (fault) return fault;
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
