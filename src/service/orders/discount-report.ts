import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Funder } from '../../domain/promotion.ts';
import { NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { MAX_DISCOUNT_ROWS } from '../../ledger/orders/sum-discounts.ts';
import type { DiscountRow } from '../../ledger/orders/sum-discounts.ts';
import type { ReportOf } from '../../ledger/reading/kept-reports.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import type { MadeReport } from './await-report.ts';

/** Discounts of orders that stand, in minor units: what platform and stores owe each other. */
export interface Report {
  readonly sale: string;
  /** When the ledger was read: some seconds ago at most, or longer if reading takes long. */
  readonly asOf: string;
  readonly total: number;
  readonly byFunder: Readonly<Record<Funder, number>>;
  /** By store, then promotion. */
  readonly rows: readonly DiscountRow[];
}

export interface ReportDeps {
  readonly pool: Pool;
  /** Has a worker make a report, or finds one that is some seconds old at most. */
  readonly madeReport: (of: ReportOf) => Promise<MadeReport | Refusal>;
}

const isWhole = ({ rows }: Pick<Report, 'rows'>): boolean => rows.length < MAX_DISCOUNT_ROWS;

/** A store's rows come from those of the whole sale, unless these are too many to be whole. */
async function discountsOf({ madeReport }: ReportDeps, sale: SaleId, store: string | null) {
  const all = await madeReport({ sale, store: null });
  if (isRefusal(all) || store === null) return all;
  if (!isWhole(all)) return madeReport({ sale, store });
  return { ...all, rows: all.rows.filter((row) => row.store === store) };
}

/** @param store a merchant's own store, or null for all */
export async function report(
  deps: ReportDeps,
  sale: SaleId,
  store: string | null,
): Promise<Report | Refusal> {
  if (!(await mayRead(deps.pool, sale, store))) return NOT_FOUND;
  const found = await discountsOf(deps, sale, store);
  if (isRefusal(found)) return found;
  if (!isWhole(found)) {
    return { code: 'conflict', detail: `the report has ${MAX_DISCOUNT_ROWS} rows or more` };
  }
  const { rows, asOfMs } = found;
  const sumOf = (some: readonly DiscountRow[]) =>
    some.reduce((sum, { discount }) => sum + discount, 0);
  const byFunder = {
    platform: sumOf(rows.filter(({ funder }) => funder === 'platform')),
    store: sumOf(rows.filter(({ funder }) => funder === 'store')),
  };
  return { sale, asOf: toTimestamp(asOfMs), total: sumOf(rows), byFunder, rows };
}
