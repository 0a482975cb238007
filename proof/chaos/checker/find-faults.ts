import type { Audit } from '../../fleet/sale-admin.ts';
import type { Exchange } from '../clients/client-journal.ts';
import { answerFaults } from './answer-faults.ts';
import type { Standstill } from './answer-faults.ts';
import { moneyFaults, purseFaults } from './compare-money.ts';
import type { SandboxFacts } from './compare-money.ts';
import { bookFaults, lostOrders, replayFaults, shownFaults } from './compare-orders.ts';
import { limitFaults, unitFaults } from './compare-units.ts';
import { gather } from './evidence.ts';
import { growthFaults } from './growth.ts';
import type { MemorySample } from './growth.ts';
import type { LogFacts } from './read-logs.ts';
import type { Snapshot } from './snapshot.ts';

/** Everything that is known of an episode when it is over. */
export interface EpisodeFacts {
  readonly exchanges: readonly Exchange[];
  readonly snapshot: Snapshot;
  readonly sandbox: SandboxFacts;
  readonly audit: Audit;
  readonly logs: LogFacts;
  readonly standstills: readonly Standstill[];
  readonly memory: readonly MemorySample[];
  /** True when two faults came together that may lose orders, if the service says so. */
  readonly mayLose: boolean;
  /** True when a clock was changed, so that times of the ledger cannot be compared. */
  readonly hasWrongClock: boolean;
  /** Unpaid orders that a shopper may have at once. */
  readonly mostHolds: number;
}

const P2 = 'P2';

/** A loss is a fault unless two faults allow it, and then if no error line says how many. */
function lossFaults(facts: EpisodeFacts, lost: ReturnType<typeof lostOrders>): string[] {
  const { mayLose, logs } = facts;
  const told = logs.goneOrders;
  const isSaid = told >= lost.length;
  return [
    ...(mayLose ? [] : lost.map(({ at, view }) => `lost: ${view.id}, shown in ${at}`)),
    ...(isSaid ? [] : [`silent: ${lost.length} orders are lost, error lines name ${told}`]),
  ];
}

interface AuditRow {
  readonly promise: string;
  readonly subject: string;
  readonly detail: string;
}

/** Broken promises, and sums of the audit that are not the checker's. */
function auditFaults({ audit, snapshot, mayLose }: EpisodeFacts): string[] {
  const rows = audit.brokenPromises as readonly AuditRow[];
  const broken = rows.filter(({ promise }) => !(mayLose && promise === P2));
  const sums = (['held', 'sold', 'allotted'] as const).map((name) => {
    const own = snapshot.allotments.reduce((sum, row) => sum + row[name], 0);
    return { name, own, theirs: audit.units[name] };
  });
  return [
    ...broken.map(({ promise, subject, detail }) => `audit: ${promise} ${subject}: ${detail}`),
    ...sums
      .filter(({ own, theirs }) => own !== theirs)
      .map(({ name, own, theirs }) => `audit: ${name} is ${theirs}, the checker counts ${own}`),
  ];
}

/**
 * Compares everything. `wrong` says what is wrong, each with the ids to look for; empty: nothing.
 * `lost` counts orders that answers showed and the ledger does not have.
 */
export function findFaults(facts: EpisodeFacts): { wrong: string[]; lost: number } {
  const { exchanges, snapshot, sandbox, standstills, memory, logs, mostHolds } = facts;
  const evidence = gather(exchanges);
  const lost = lostOrders(evidence, snapshot);
  const ids = new Set(lost.map(({ view }) => view.id));
  const wrong = [
    ...lossFaults(facts, lost),
    ...bookFaults(evidence, snapshot, ids),
    ...replayFaults(evidence, ids),
    ...shownFaults(evidence, snapshot),
    ...unitFaults(snapshot),
    ...(facts.hasWrongClock ? [] : limitFaults(snapshot, mostHolds)),
    ...purseFaults(snapshot),
    ...moneyFaults(snapshot, sandbox),
    ...auditFaults(facts),
    ...answerFaults(exchanges, standstills),
    ...growthFaults(memory),
    ...logs.bugs.map((bug) => `bug: ${bug}`),
  ];
  return { wrong, lost: lost.length };
}
