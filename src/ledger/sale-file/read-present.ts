import type { Pool, PoolClient } from 'pg';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Budget, Promotion } from '../../domain/promotion.ts';
import type { Offer, SaleStore } from '../../domain/sale.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { compareDocument } from '../last-documents.ts';
import { findSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { storeLeftOut, storesOfSale } from '../sale-stores.ts';
import type { Grant } from '../terms/grant-coupons.ts';
import { offersOfSale } from '../terms/offer-rows.ts';
import { budgetsOfSale, promotionsOfSale } from '../terms/sale-rules.ts';

/** How the ledger knows a grant of a file. */
export interface KnownGrant {
  /** Whether its key granted the same, granted something else, or granted nothing yet. */
  readonly word: 'same' | 'other' | 'none';
  /** The most coupons of the promotion that one of the shoppers holds. */
  readonly mostHeld: number;
}

export interface Granted {
  readonly shopper: ShopperId;
  readonly points: number;
  readonly redPacket: number;
}

/** All that a sale file is compared with, as of one instant. */
export interface Present {
  /** Null: there is no such sale. */
  readonly sale: SaleRow | null;
  readonly stores: readonly SaleStore[];
  readonly offers: readonly Offer[];
  readonly budgets: readonly Budget[];
  readonly promotions: readonly Promotion[];
  /** One for each grant asked about, in the same order. */
  readonly grants: readonly KnownGrant[];
  /** Of the shoppers asked about; one who is not listed was given nothing. */
  readonly balances: readonly Granted[];
  /** A store with something in the sale that would not be a member any more; null: none. */
  readonly leftOut: string | null;
}

/** What a file names beyond the sale's own lists. `stores` null: the members stay. */
export interface Named {
  readonly stores: readonly SaleStore[] | null;
  readonly grants: readonly Grant[];
  readonly shoppers: readonly ShopperId[];
}

const mostHeld = query<{ most: number }>('books/coupons/most-held');
const ofShoppers = query<Granted>('books/balances/of-shoppers');

async function knownGrants(
  client: PoolClient,
  sale: SaleId,
  grants: readonly Grant[],
): Promise<KnownGrant[]> {
  const known: KnownGrant[] = [];
  for (const grant of grants) {
    const { promotion, shoppers, key } = grant;
    const word = await compareDocument(client, sale, `grant:${promotion}:${key}`, grant);
    const [held] = await rows(client, mostHeld, [sale, promotion, shoppers]);
    known.push({ word, mostHeld: held!.most });
  }
  return known;
}

/** Reads what a sale is now, to compare it with a file. It locks nothing. */
export const readPresent = (
  pool: Pool,
  sale: SaleId,
  { stores, grants, shoppers }: Named,
): Promise<Present> =>
  transaction(
    pool,
    async (client) => ({
      sale: await findSale(client, sale),
      stores: await storesOfSale(client, sale),
      offers: (await offersOfSale(client, sale)).map(({ sale: _, assigned: __, ...one }) => one),
      budgets: (await budgetsOfSale(client, sale)).map(({ sale: _, ...budget }) => budget),
      promotions: await promotionsOfSale(client, sale),
      grants: await knownGrants(client, sale, grants),
      balances: await rows(client, ofShoppers, [sale, shoppers]),
      leftOut: stores && (await storeLeftOut(client, sale, stores)),
    }),
    { isolation: 'repeatable read' },
  );
