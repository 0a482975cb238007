import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../../domain/ids.ts';
import { isOwnedBy } from '../../../domain/promotion.ts';
import type { Promotion } from '../../../domain/promotion.ts';
import { transaction } from '../../../platform/postgres.ts';
import { potFigures } from '../../books/pots.ts';
import type { ChangeOutcome } from '../../change-outcome.ts';
import type { SaleRow } from '../../sale-row.ts';
import { findSaleFor } from '../../sale-stores.ts';
import { presentPromotion, readAround, whyNotPut } from './check-promotion.ts';
import type { AroundPromotion } from './check-promotion.ts';

/** A sale in which a promotion may be put. */
export interface SaleToPreview extends AroundPromotion {
  readonly kind: 'sound';
  readonly sale: SaleRow;
  /** What is left of each pot, over all cells. */
  readonly potsLeft: ReadonlyMap<string, number>;
}

type NotPut =
  | { readonly kind: 'unknown' | 'foreign' }
  | Extract<ChangeOutcome, { kind: 'invalid' | 'conflict' }>;

/**
 * Reads everything that prices carts of a sale, if the promotion passes the checks of its PUT. It
 * locks and writes nothing.
 * @param store the merchant's; null: an operator asks
 */
export function readForPreview(
  pool: Pool,
  id: SaleId,
  promotion: Promotion,
  store: string | null,
): Promise<SaleToPreview | NotPut> {
  const read = async (client: PoolClient): Promise<SaleToPreview | NotPut> => {
    const found = await findSaleFor(client, id, store);
    if ('kind' in found) return found;
    if (store !== null && !isOwnedBy(promotion, store)) return { kind: 'foreign' };
    const around = await readAround(client, id);
    const now = presentPromotion(around, promotion.id, store);
    if (now === 'hidden') return { kind: 'unknown' };
    const fault = whyNotPut(found, around, [now, promotion], store);
    if (fault) return fault;
    const pots = await potFigures(client, id);
    const potsLeft = new Map(pots.map(({ pot, amount, spent }) => [pot, amount - spent]));
    return { kind: 'sound', ...around, sale: found.sale, potsLeft };
  };
  return transaction(pool, read, { isolation: 'repeatable read' });
}
