import type { BrokenPromise } from '../../ledger/audit.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import { audit } from '../../service/audit.ts';
import type { Audit, AuditDeps } from '../../service/audit.ts';

/** The audit reads whole sales, so it runs seldom enough not to burden the servers. */
const AUDIT_MS = 30_000;

export interface AuditorDeps extends AuditDeps {
  readonly time: Pick<Time, 'repeat' | 'sleep'>;
  readonly onAudit: (sale: string, audit: Audit) => void;
  readonly onBroken: (sale: string, rows: readonly BrokenPromise[]) => void;
}

/** Audits every live sale in turn, for metrics and alerts. */
export function startAuditor(deps: AuditorDeps): Repeating {
  return deps.time.repeat(
    async () => {
      for (const { sale } of deps.directory.sales()) {
        if (sale.state === 'draft') continue;
        const result = await audit(deps, sale.id);
        if (!result) continue;
        deps.onAudit(sale.id, result);
        if (result.brokenPromises.length > 0) deps.onBroken(sale.id, result.brokenPromises);
      }
    },
    AUDIT_MS,
    AUDIT_MS,
  );
}
