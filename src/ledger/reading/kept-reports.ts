import type { Pool } from 'pg';
import { query, rows, run } from '../../platform/query.ts';
import type { DiscountRow } from '../orders/sum-discounts.ts';

/** Which orders a report is about; store null: those of all stores. */
export interface ReportOf {
  readonly sale: string;
  readonly store: string | null;
}

/** A report that waits for a worker, or is made. */
export interface KeptReport {
  /** Null until it is made. */
  readonly rows: readonly DiscountRow[] | null;
  /** When the ledger was read; null until it is made. */
  readonly asOfMs: number | null;
  /** Whether a worker makes it, or has made it. */
  readonly isTaken: boolean;
}

export interface TakenReport extends ReportOf {
  /** How often a worker took it. */
  readonly takes: number;
}

interface TakenRow {
  readonly sale: string;
  readonly store: string;
  readonly takes: number;
}

const ask = query('reading/reports/ask');
const find = query<KeptReport>('reading/reports/find');
const take = query<TakenRow>('reading/reports/take');
const keep = query('reading/reports/keep');
const clear = query('reading/reports/clear');

const keyOf = ({ sale, store }: ReportOf) => [sale, store ?? ''];

/** Asks workers for a report, unless one waits already or is fresh. */
export const askForReport = (pool: Pool, of: ReportOf): Promise<number> =>
  run(pool, ask, keyOf(of));

/** @returns null when nobody asked for it of late */
export const findReport = async (pool: Pool, of: ReportOf): Promise<KeptReport | null> =>
  (await rows(pool, find, keyOf(of)))[0] ?? null;

/** Takes the report that has waited longest, for a minute. @returns null when none waits */
export async function takeReport(pool: Pool): Promise<TakenReport | null> {
  const [taken] = await rows(pool, take);
  return taken ? { ...taken, store: taken.store === '' ? null : taken.store } : null;
}

/** Keeps what a report says. One that was taken again in the meantime stays as it is. */
export const keepReport = (
  pool: Pool,
  report: TakenReport,
  made: { readonly rows: readonly DiscountRow[]; readonly tookMs: number },
): Promise<number> =>
  run(pool, keep, [...keyOf(report), report.takes, made.tookMs, JSON.stringify(made.rows)]);

/** Deletes reports that nobody has asked for in an hour. */
export const clearReports = (pool: Pool): Promise<number> => run(pool, clear);
