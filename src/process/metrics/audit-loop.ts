import type { SaleId } from '../../domain/ids.ts';
import type { BrokenPromise } from '../../ledger/audit.ts';
import { chainEnds } from '../../ledger/changes/chain-ends.ts';
import { recordAudit } from '../../ledger/sale-status.ts';
import { VerifiedChains } from '../../service/changes/verified-chains.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import { DamageWatch } from '../../service/damage/watch-damage.ts';
import type { RebuildDeps } from '../../service/damage/watch-damage.ts';
import { audit } from '../../service/audit.ts';
import type { Audit, AuditDeps } from '../../service/audit.ts';

/** The audit reads whole sales, so it runs seldom enough not to burden the servers. */
const AUDIT_MS = 30_000;
/** Chains of sales without an audit that are verified in one round; others follow in the next. */
const OTHER_CHAINS = 100;
/** The keys, counters and terms of cells cost little. */
const COUNTERS_MS = 2_000;

export interface AuditorDeps extends AuditDeps {
  readonly time: Pick<Time, 'repeat' | 'sleep' | 'monotonic'>;
  /** No audit begins once it has aborted. */
  readonly stopping: AbortSignal;
  readonly onAudit: (sale: string, audit: Audit) => void;
  readonly onError: (error: Error, sale: string | null) => void;
  /** @param sale null: the rows belong to no sale */
  readonly onBroken: (sale: string | null, rows: readonly BrokenPromise[]) => void;
  /** The ledger lacks an audit that this process noted in it. */
  readonly onRestored: () => void;
}

async function auditOne(deps: AuditorDeps, sale: SaleId, chains: VerifiedChains): Promise<void> {
  if (await chains.forgetIfRestored(deps.pool, sale)) deps.onRestored();
  const startMs = deps.time.monotonic();
  // The watch for damage compares records, a part at a time.
  const result = await audit(deps, sale, { hasRecords: false, chains });
  if (!result) return;
  deps.onAudit(sale, result);
  if (result.brokenPromises.length > 0) deps.onBroken(sale, result.brokenPromises);
  const tookMs = deps.time.monotonic() - startMs;
  const { length } = result.brokenPromises;
  chains.noteAudit(sale, await recordAudit(deps.pool, sale, length, tookMs));
}

/**
 * Verifies the chains of sales that have no audit: drafts, closed and deleted sales, and that of no
 * sale. It looks at what is new, and at older changes of one chain again.
 * @param round counts up, so that each chain has its turn
 */
async function verifyOthers(deps: AuditorDeps, chains: VerifiedChains, round: number) {
  const isAudited = (sale: SaleId | null): boolean =>
    sale !== null && (deps.directory.sale(sale)?.sale.state ?? 'draft') !== 'draft';
  const due: (SaleId | null)[] = [];
  const sound: (SaleId | null)[] = [];
  for await (const end of chainEnds(deps.pool)) {
    if (isAudited(end.sale)) continue;
    if (chains.hasVerified(end)) sound.push(end.sale);
    else if (due.length < OTHER_CHAINS) due.push(end.sale);
  }
  if (sound.length > 0) due.push(sound[round % sound.length]!);
  for (const sale of due) {
    if (deps.stopping.aborted) return;
    const broken = await chains.verify(deps.pool, sale);
    if (broken.length > 0) deps.onBroken(sale, broken);
  }
}

/**
 * Audits every live sale in turn, for metrics and alerts, then verifies the other chains of
 * changes. A failed audit stops no other.
 */
export function startAuditor(deps: AuditorDeps): Repeating {
  const chains = new VerifiedChains();
  let round = 0;
  const auditAll = async () => {
    for (const { sale } of deps.directory.sales()) {
      if (deps.stopping.aborted) return;
      if (sale.state === 'draft') continue;
      await auditOne(deps, sale.id, chains).catch((error: Error) => deps.onError(error, sale.id));
    }
    await verifyOthers(deps, chains, round++);
  };
  return deps.time.repeat(auditAll, AUDIT_MS, {
    onError: (error) => deps.onError(error, null),
    firstMs: AUDIT_MS,
  });
}

/** Compares all open cells with the ledger, and rebuilds a cell that is wrong. */
export function watchDamage(
  deps: RebuildDeps & { readonly time: Pick<Time, 'repeat'> },
): Repeating {
  const watch = new DamageWatch(deps);
  const onError = (error: Error) => deps.onError(error, 'counters');
  return deps.time.repeat(() => watch.round(), COUNTERS_MS, { onError });
}
