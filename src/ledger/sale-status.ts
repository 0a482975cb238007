import type { Pool, PoolClient } from 'pg';
import type { CellState } from '../domain/cells/cell-record.ts';
import type { CellId, SaleId } from '../domain/ids.ts';
import type { ForOperators, LastAudit, Pending, WaitingFor } from '../domain/quiet.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { Query, Queryable } from '../platform/query.ts';

/** A cell as the ledger sees it. */
export interface CellStanding extends CellId {
  readonly epoch: number;
  readonly state: CellState;
  /** Since when no epoch of it is open; null: one is, or none ever was. */
  readonly awaySinceMs: number | null;
  readonly cursorEpoch: number;
  readonly cursorSeq: number;
  /** Orders and claims of the present epoch that are settled or buried. */
  readonly settledOrders: number;
  readonly lastInstruction: number;
}

export interface LateChore {
  readonly chore: string;
  readonly ranAtMs: number;
}

/** A cell, and the last instruction that it has applied. */
export interface Applied extends CellId {
  readonly inbox: number;
}

/** When the first instruction was given that a cell has not applied. */
interface NextInstruction extends CellId {
  readonly sinceMs: number;
}

/** All that the ledger knows of a sale. */
export interface SaleStanding {
  /** By number. */
  readonly cells: readonly CellStanding[];
  /** By no order. */
  readonly nextInstructions: readonly NextInstruction[];
  readonly waiting: readonly Pending<WaitingFor>[];
  readonly unresolved: readonly Pending<ForOperators>[];
  readonly audit: LastAudit | null;
}

export interface Standings {
  readonly ofSale: (sale: SaleId) => SaleStanding;
  readonly lateChores: readonly LateChore[];
}

interface Tally {
  readonly sale: SaleId;
  readonly count: number;
  readonly sinceMs: number;
}

interface AuditRun {
  readonly ranAtUs: number;
}

/**
 * A chore is late when no run of it has ended or made progress for this many of its periods, and
 * one step more.
 */
const LATE_PERIODS = 3;
const STEP_MS = 5_000;

const cells = query<CellStanding>('status/cells');
const nextInstructions = query<NextInstruction>('status/next-instructions');
const lateChores = query<LateChore>('status/late-chores');
const lastAudits = query<{ sale: SaleId; audit: LastAudit }>('status/last-audits');
const noteAudit = query<AuditRun>('status/note-audit');
const auditRun = query<AuditRun>('status/audit-ran-at');

const waitingTallies = {
  withdrawals: query<Tally>('status/open-withdrawals'),
  holds_overdue: query<Tally>('status/overdue-holds'),
  provider_calls: query<Tally>('status/due-calls'),
  webhooks: query<Tally>('status/due-deliveries'),
} as const satisfies Partial<Record<WaitingFor, Query<Tally>>>;
const unresolvedTallies = {
  dead_letters: query<Tally>('status/buried-letters'),
  lost_entries: query<Tally>('status/lost-entries'),
  dead_calls: query<Tally>('status/dead-calls'),
} as const satisfies Record<ForOperators, Query<Tally>>;

interface Counted<Kind extends string> {
  readonly sale: SaleId;
  readonly pending: Pending<Kind>;
}

async function tally<Kind extends string>(
  client: PoolClient,
  statements: Readonly<Record<Kind, Query<Tally>>>,
  sales: readonly SaleId[],
): Promise<Counted<Kind>[]> {
  const found: Counted<Kind>[] = [];
  for (const [kind, statement] of Object.entries<Query<Tally>>(statements)) {
    for (const { sale, count, sinceMs } of await rows(client, statement, [sales])) {
      found.push({ sale, pending: { for: kind as Kind, count, sinceMs, detail: null } });
    }
  }
  return found;
}

const bySale = <Row extends { readonly sale: SaleId }>(list: readonly Row[]) => {
  const groups = Map.groupBy(list, ({ sale }) => sale);
  return (sale: SaleId): readonly Row[] => groups.get(sale) ?? [];
};

async function read(
  client: PoolClient,
  sales: readonly SaleId[],
  applied: readonly Applied[],
): Promise<Standings> {
  const columns = [
    applied.map(({ sale }) => sale),
    applied.map(({ cell }) => cell),
    applied.map(({ inbox }) => inbox),
  ];
  const cellsOf = bySale(await rows(client, cells, [sales]));
  const nextOf = bySale(await rows(client, nextInstructions, columns));
  const waitingOf = bySale(await tally(client, waitingTallies, sales));
  const unresolvedOf = bySale(await tally(client, unresolvedTallies, sales));
  const auditsOf = bySale(await rows(client, lastAudits, [sales]));
  return {
    lateChores: await rows(client, lateChores, [LATE_PERIODS, STEP_MS]),
    ofSale: (sale) => ({
      cells: cellsOf(sale),
      nextInstructions: nextOf(sale),
      waiting: waitingOf(sale).map(({ pending }) => pending),
      unresolved: unresolvedOf(sale).map(({ pending }) => pending),
      audit: auditsOf(sale)[0]?.audit ?? null,
    }),
  };
}

/**
 * Reads what the ledger knows of some sales, as of one instant.
 * @param applied what the cells said before
 */
export const readStandings = (
  pool: Pool,
  sales: readonly SaleId[],
  applied: readonly Applied[],
): Promise<Standings> =>
  transaction(pool, (client) => read(client, sales, applied), { isolation: 'repeatable read' });

/**
 * Notes that an audit of a sale has ended, with the number of rows that it found.
 * @returns when that was, in microseconds since 1970: later than for any audit before it
 */
export async function recordAudit(
  on: Queryable,
  sale: SaleId,
  brokenPromises: number,
  tookMs: number,
): Promise<number> {
  return (await rows(on, noteAudit, [sale, brokenPromises, Math.round(tookMs)]))[0]!.ranAtUs;
}

/** @returns when the last audit of a sale ended, in microseconds since 1970; null: none did */
export async function lastAuditUs(on: Queryable, sale: SaleId): Promise<number | null> {
  return (await rows(on, auditRun, [sale]))[0]?.ranAtUs ?? null;
}
