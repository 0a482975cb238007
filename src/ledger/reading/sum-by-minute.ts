import type { Pool } from 'pg';
import type { OfferId, SaleId, StoreId } from '../../domain/ids.ts';
import { PATIENT, transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';

/** What was ordered in a minute, without gifts. Money in minor units. */
export interface MinuteSum {
  /** The beginning of the minute. */
  readonly atMs: number;
  /** Order lines, whatever became of the orders. */
  readonly placed: number;
  readonly units: number;
  /** Those of them that are paid, also if they were refunded later. */
  readonly paidUnits: number;
  /** Paid, before refunds. */
  readonly revenueMinor: number;
}

/** The same of one offer. */
export interface OfferMinute extends MinuteSum {
  readonly store: StoreId;
  readonly offer: OfferId;
}

/** Whose order lines to sum. */
export interface Stretch {
  readonly sale: SaleId;
  /** Placed from then on. */
  readonly fromMs: number;
  /** Placed before then. */
  readonly untilMs: number;
}

const byMinute = query<OfferMinute>('reading/figures/by-minute');

/**
 * Sums order lines by offer and by the minute in which they were placed, oldest first. Minutes
 * without any are left out. It reads every order of the stretch, so its time grows with their
 * number.
 */
export const sumByMinute = (
  pool: Pool,
  { sale, fromMs, untilMs }: Stretch,
): Promise<OfferMinute[]> =>
  transaction(pool, (client) => rows(client, byMinute, [sale, fromMs, untilMs]), PATIENT);
