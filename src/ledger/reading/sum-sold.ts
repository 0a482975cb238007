import type { Pool, PoolClient } from 'pg';
import type { OfferId, SaleId, StoreId } from '../../domain/ids.ts';
import { PATIENT, transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { findSale } from '../sale-row.ts';
import { refusalsOf } from './refusal-counts.ts';
import type { RefusalCount } from './refusal-counts.ts';

/** The units of an offer, by the ledger. */
export interface UnitsOfOffer {
  readonly offer: OfferId;
  readonly title: string;
  readonly store: StoreId;
  readonly cap: number;
  readonly debt: number;
  readonly held: number;
  readonly sold: number;
}

/** What was ordered and paid of an offer. Money in minor units. */
export interface MoneyOfOffer {
  readonly offer: OfferId;
  /** Lines of orders that are not gifts, whatever became of the orders. */
  readonly placed: number;
  readonly revenueMinor: number;
  /** Ordered in the last five minutes. */
  readonly recentUnits: number;
}

interface RefundedOfOffer {
  readonly offer: OfferId;
  readonly refundedMinor: number;
}

/** What the ledger says of a sale at an instant. */
export interface SoldInSale {
  readonly currency: string;
  /** By offer id. */
  readonly units: readonly UnitsOfOffer[];
  readonly money: readonly MoneyOfOffer[];
  readonly refunded: readonly RefundedOfOffer[];
  readonly refusals: readonly RefusalCount[];
}

const units = query<UnitsOfOffer>('reading/figures/units');
const money = query<MoneyOfOffer>('reading/figures/money');
const refunds = query<RefundedOfOffer>('reading/figures/refunds');

async function sum(client: PoolClient, sale: SaleId): Promise<SoldInSale | null> {
  const found = await findSale(client, sale);
  if (!found) return null;
  return {
    currency: found.currency,
    units: await rows(client, units, [sale]),
    money: await rows(client, money, [sale]),
    refunded: await rows(client, refunds, [sale]),
    refusals: await refusalsOf(client, sale),
  };
}

/**
 * Sums what was sold of every offer. It reads all orders of the sale, so its time grows with their
 * number: about three seconds for a million.
 * @returns null when there is no such sale
 */
export const sumSold = (pool: Pool, sale: SaleId): Promise<SoldInSale | null> =>
  transaction(pool, (client) => sum(client, sale), { isolation: 'repeatable read', ...PATIENT });
