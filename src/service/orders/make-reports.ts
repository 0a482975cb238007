import type { Pool } from 'pg';
import { sumDiscounts } from '../../ledger/orders/sum-discounts.ts';
import { clearReports, keepReport, takeReport } from '../../ledger/reading/kept-reports.ts';
import type { Time } from '../../platform/time.ts';

export interface MakeReportsDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'monotonic'>;
  /** Ends the run after the report under way. */
  readonly signal: AbortSignal;
  /** Told after each report. */
  readonly onProgress: () => void;
}

/**
 * Makes the reports that apis asked for, one after the other. A chore of the worker repeats it.
 * @throws when a report cannot be made; the others wait for the next run
 */
export async function makeReports(deps: MakeReportsDeps): Promise<void> {
  try {
    await makeAsked(deps);
  } finally {
    await clearReports(deps.pool);
  }
}

async function makeAsked({ pool, time, signal, onProgress }: MakeReportsDeps): Promise<void> {
  while (!signal.aborted) {
    const taken = await takeReport(pool);
    if (!taken) break;
    const beganMs = time.monotonic();
    const rows = await sumDiscounts(pool, taken.sale, taken.store);
    const tookMs = Math.round(time.monotonic() - beganMs);
    await keepReport(pool, taken, { rows, tookMs });
    onProgress();
  }
}
