import { until } from '../../proof/fleet/until.ts';
import type { Harness } from './harness.ts';
import { retireSale } from './put-on-sale.ts';

const AUDITED_WITHIN_MS = 60_000;

/**
 * Audits a sale in which everything is settled, then ends it. Right after a rush the api may still
 * be busy, so it is asked again.
 * @throws NoNumber on any fault
 */
export async function auditSale(harness: Harness, sale: string): Promise<void> {
  let broken: readonly unknown[] = [];
  await until(`${sale} is audited`, AUDITED_WITHIN_MS, async () => {
    broken = (await harness.admin.audit(sale)).brokenPromises;
    return true;
  });
  harness.audits.note(sale, broken);
  await retireSale(harness, sale);
}
