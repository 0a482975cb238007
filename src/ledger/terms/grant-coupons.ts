import { hash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { isOwnedBy, ownerOf } from '../../domain/promotion.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { grantConflict } from '../../domain/terms/promotion-conflicts.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import { couponInstructions } from '../books/coupons.ts';
import type { CouponsGiven } from '../books/coupons.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { pseudonymsOf } from '../changes/pseudonyms.ts';
import { recordChange } from '../changes/record-change.ts';
import { tellCells } from '../instructions.ts';
import { compareDocument, saveDocument } from '../last-documents.ts';
import type { SaleRow } from '../sale-row.ts';
import { lockSaleFor } from '../sale-stores.ts';
import { promotionsOfSale } from './sale-rules.ts';

/** A grant of coupons. A key grants once. */
export interface Grant extends CouponsGiven {
  readonly key: string;
}

const mostHeld = query<{ most: number }>('books/coupons/most-held');
const grantStatement = query('books/coupons/grant');

async function grant(client: PoolClient, sale: SaleRow, given: Grant): Promise<void> {
  const { promotion, shoppers, each } = given;
  const isDraft = sale.state === 'draft';
  const homes = shoppers.map((shopper) => (isDraft ? null : homeCell(shopper, sale.cells)));
  await run(client, grantStatement, [sale.id, promotion, shoppers, homes, each]);
  if (!isDraft) await tellCells(client, sale, couponInstructions(sale.cells, given));
}

/** The list of shoppers is recorded as its length and the hash of their pseudonyms. */
async function recordGrant(
  client: PoolClient,
  actor: Actor,
  sale: SaleId,
  promotion: Promotion,
  { shoppers, each }: Grant,
): Promise<void> {
  const pseudonyms = await pseudonymsOf(client, sale, shoppers);
  const shoppersHash = hash('sha256', pseudonyms.toSorted().join('\n'));
  await recordChange(client, actor, {
    sale,
    subject: `coupons:${promotion.id}`,
    what: 'grant',
    owner: ownerOf(promotion),
    before: null,
    after: { each, shoppers: shoppers.length, shoppersHash },
  });
}

/**
 * Gives coupons to shoppers, in the ledger first. The same grant again changes nothing. Each
 * promotion has keys of its own.
 */
export function grantCoupons(
  pool: Pool,
  id: SaleId,
  given: Grant,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    const { sale } = locked;
    const promotions = await promotionsOfSale(client, id);
    const promotion = promotions.find((one) => one.id === given.promotion);
    if (!promotion || (store !== null && !isOwnedBy(promotion, store))) return { kind: 'unknown' };
    const subject = `grant:${promotion.id}:${given.key}`;
    const before = await compareDocument(client, id, subject, given);
    if (before !== 'none') return { kind: before === 'same' ? 'unchanged' : 'reused' };
    const { shoppers, each } = given;
    const [held] = await rows(client, mostHeld, [id, promotion.id, shoppers]);
    const detail = grantConflict(sale.state, promotion, each, held!.most);
    if (detail) return { kind: 'conflict', detail };
    await saveDocument(client, id, subject, given);
    await grant(client, sale, given);
    await recordGrant(client, actor, id, promotion, given);
    return { kind: 'changed' };
  });
}
