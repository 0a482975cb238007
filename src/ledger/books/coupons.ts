import type { Pool, PoolClient } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { MAX_HELD } from '../../domain/pricing/promotion.ts';
import type { Promotion } from '../../domain/pricing/promotion.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Change } from '../change-outcome.ts';
import { compareDocument, saveDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import type { ByCell } from './pots.ts';
import { isOwnedBy, promotionsOfSale } from '../terms/promotion-rows.ts';
import { lockSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';

/** Coupons of a promotion, `each` for every one of the shoppers; a key grants once. */
export interface Grant {
  readonly promotion: string;
  /** No one twice. */
  readonly shoppers: readonly ShopperId[];
  readonly each: number;
  readonly key: string;
}

interface CouponRow {
  readonly shopper: ShopperId;
  readonly promotion: string;
  readonly granted: number;
}

/** Shoppers of one instruction at most. */
const SHOPPERS_PER_INSTRUCTION = 100;

const mostHeld = query<{ most: number }>('books/coupons/held');
const grantStatement = query('books/coupons/grant');
const ofSale = query<CouponRow>('books/coupons/of-sale');
const settleIn = query('books/coupons/settle-in');

/** What the home cells of shoppers hear of coupons, so many for each. */
function couponInstructions(
  cells: number,
  { promotion, shoppers, each }: Omit<Grant, 'key'>,
): ByCell {
  const homes = Map.groupBy(shoppers, (shopper) => homeCell(shopper, cells));
  return (cell) => {
    const home = homes.get(cell) ?? [];
    const told: Instruction[] = [];
    for (let from = 0; from < home.length; from += SHOPPERS_PER_INSTRUCTION) {
      const some = home.slice(from, from + SHOPPERS_PER_INSTRUCTION);
      told.push({ kind: 'coupons', promotion, each, shoppers: some });
    }
    return told;
  };
}

/** At the first opening: coupons granted so far go to their shoppers' home cells. */
export async function dealCoupons(client: PoolClient, { id, cells }: SaleRow): Promise<ByCell> {
  const granted = await rows(client, ofSale, [id]);
  const shoppers = [...new Set(granted.map(({ shopper }) => shopper))];
  const homes = shoppers.map((shopper) => homeCell(shopper, cells));
  if (shoppers.length > 0) await run(client, settleIn, [id, shoppers, homes]);
  const alike = Map.groupBy(granted, ({ promotion, granted: each }) => `${each} ${promotion}`);
  const told = [...alike.values()].map((list) => {
    const { promotion, granted: each } = list[0]!;
    return couponInstructions(cells, { promotion, each, shoppers: list.map((row) => row.shopper) });
  });
  return (cell) => told.flatMap((of) => of(cell));
}

async function grantConflict(
  client: PoolClient,
  sale: SaleRow,
  promotion: Promotion,
  { shoppers, each }: Grant,
): Promise<string | null> {
  if (sale.state === 'closed') return 'the sale is closed';
  if (!promotion.isCoupon) return 'the promotion takes no coupons';
  const [held] = await rows(client, mostHeld, [sale.id, promotion.id, shoppers]);
  if (held!.most + each <= MAX_HELD) return null;
  return `a shopper may hold at most ${MAX_HELD} coupons of a promotion`;
}

async function grant(client: PoolClient, sale: SaleRow, given: Grant): Promise<void> {
  const { promotion, shoppers, each } = given;
  const isDraft = sale.state === 'draft';
  const homes = shoppers.map((shopper) => (isDraft ? null : homeCell(shopper, sale.cells)));
  await run(client, grantStatement, [sale.id, promotion, shoppers, homes, each]);
  if (!isDraft) await tellCells(client, sale, couponInstructions(sale.cells, given));
}

/**
 * Gives coupons, ledger first; the same grant again changes nothing. Keys are a promotion's own.
 * @param store the merchant's own, or null for an operator
 */
export function grantCoupons(
  pool: Pool,
  id: SaleId,
  given: Grant,
  store: string | null,
): Promise<Change> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    const promotions = sale ? await promotionsOfSale(client, id) : [];
    const promotion = promotions.find((one) => one.id === given.promotion);
    if (!sale || !promotion) return { kind: 'unknown' };
    if (store !== null && !isOwnedBy(promotion, store)) return { kind: 'foreign' };
    const subject = `grant:${promotion.id}:${given.key}`;
    const before = await compareDocument(client, id, subject, given);
    if (before !== 'none') return { kind: before === 'same' ? 'unchanged' : 'reused' };
    const detail = await grantConflict(client, sale, promotion, given);
    if (detail) return { kind: 'conflict', detail };
    await saveDocument(client, id, subject, given);
    await grant(client, sale, given);
    return { kind: 'changed' };
  });
}
