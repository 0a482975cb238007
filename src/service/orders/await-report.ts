import type { Pool } from 'pg';
import type { Refusal } from '../../domain/refusals.ts';
import type { DiscountRow } from '../../ledger/orders/sum-discounts.ts';
import { askForReport, findReport } from '../../ledger/reading/kept-reports.ts';
import type { ReportOf } from '../../ledger/reading/kept-reports.ts';
import type { Time } from '../../platform/time.ts';

export interface AwaitReportDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  /** Tells workers that a report is asked for. */
  readonly onAsked: () => void;
}

/** The rows of a report, and when the ledger was read for them. */
export interface MadeReport {
  readonly rows: readonly DiscountRow[];
  readonly asOfMs: number;
}

const LOOK_MS = 150;
/** A worker looks each second for reports to make, also if no call reaches it. */
const TAKEN_WITHIN_MS = 3_000;
const MADE_WITHIN_MS = 20_000;
const RETRY_S = 5;

const NOBODY: Refusal = {
  code: 'busy',
  retryAfterS: RETRY_S,
  detail: 'No worker makes reports at present. Ask again later.',
};
const NOT_YET: Refusal = {
  code: 'busy',
  retryAfterS: RETRY_S,
  detail: 'A worker is making the report, which takes long. Ask again later.',
};

/**
 * Asks a worker for a report and waits for it. An answer that is some seconds old will do.
 * @returns `busy` when no worker takes it within 3 s, or it is not made within 20 s
 */
export async function awaitReport(
  deps: AwaitReportDeps,
  of: ReportOf,
): Promise<MadeReport | Refusal> {
  const { pool, time, onAsked } = deps;
  const beganMs = time.monotonic();
  if ((await askForReport(pool, of)) > 0) onAsked();
  for (;;) {
    const found = await findReport(pool, of);
    if (found?.rows) return { rows: found.rows, asOfMs: found.asOfMs! };
    const waitedMs = time.monotonic() - beganMs;
    if (!found?.isTaken && waitedMs > TAKEN_WITHIN_MS) return NOBODY;
    if (waitedMs > MADE_WITHIN_MS) return NOT_YET;
    await time.sleep(LOOK_MS);
  }
}
