import type { SaleId } from './ids.ts';
import { toTimestamp } from './timestamps.ts';

/**
 * All that a sale may wait for, in the words of a table for people. A sale is quiet while it waits
 * for nothing: everything is settled, delivered and given back.
 */
export const WAITING_FOR = {
  cells_away: 'cells that are not open or do not answer',
  unsettled_orders: 'orders and claims to be settled',
  instructions: 'instructions that cells have not applied',
  withdrawals: 'offers that cells have not handed back',
  holds_overdue: 'unpaid orders whose time is over',
  provider_calls: 'calls to payment providers',
  webhooks: 'webhook deliveries',
  chores_late: 'chores that are late',
} as const satisfies Record<string, string>;
export type WaitingFor = keyof typeof WAITING_FOR;

/** What only an operator ends. A sale may be quiet in spite of it. */
export const FOR_OPERATORS = {
  dead_letters: 'dead letters: `dead-letters list`',
  lost_entries: 'lost entries: `cell accept-loss`',
  dead_calls: 'provider calls given up: `payments list --dead`',
} as const satisfies Record<string, string>;
export type ForOperators = keyof typeof FOR_OPERATORS;

/** A number of things of one kind. */
export interface Pending<Kind extends string> {
  readonly for: Kind;
  /** Counted up to a bound where there may be very many. */
  readonly count: number;
  /** Since when the oldest of them is there; null: nobody knows. */
  readonly sinceMs: number | null;
  /** Names what is meant where a number says too little. */
  readonly detail: string | null;
}

export interface LastAudit {
  readonly ranAtMs: number;
  readonly ageMs: number;
  readonly brokenPromises: number;
  /** Null: it is from before a release that notes it. */
  readonly tookMs: number | null;
}

/** Whether a sale is quiet, and everything that an operator asks next. */
export interface SaleStatus {
  readonly sale: SaleId;
  readonly asOfMs: number;
  /** Empty: the sale is quiet. */
  readonly waiting: readonly Pending<WaitingFor>[];
  readonly unresolved: readonly Pending<ForOperators>[];
  /** Null: the service has not audited the sale yet. */
  readonly audit: LastAudit | null;
}

export const isQuiet = ({ waiting }: SaleStatus): boolean => waiting.length === 0;

/** What HTTP and the command line answer; times in RFC 3339 UTC. */
export interface SaleStatusView {
  readonly sale: SaleId;
  readonly quiet: boolean;
  readonly asOf: string;
  readonly waiting: readonly PendingView<WaitingFor>[];
  readonly unresolved: readonly PendingView<ForOperators>[];
  readonly audit: {
    readonly at: string;
    readonly ageSeconds: number;
    readonly brokenPromises: number;
    readonly tookMs: number | null;
  } | null;
}

export type PendingView<Kind extends string> = Omit<Pending<Kind>, 'sinceMs'> & {
  readonly since: string | null;
};

const MS_PER_S = 1_000;

const pendingView = <Kind extends string>(pending: Pending<Kind>): PendingView<Kind> => {
  const { sinceMs, ...rest } = pending;
  return { ...rest, since: sinceMs === null ? null : toTimestamp(sinceMs) };
};

export function statusView(status: SaleStatus): SaleStatusView {
  const { sale, asOfMs, waiting, unresolved, audit } = status;
  return {
    sale,
    quiet: isQuiet(status),
    asOf: toTimestamp(asOfMs),
    waiting: waiting.map(pendingView),
    unresolved: unresolved.map(pendingView),
    audit: audit && {
      at: toTimestamp(audit.ranAtMs),
      ageSeconds: Math.floor(audit.ageMs / MS_PER_S),
      brokenPromises: audit.brokenPromises,
      tookMs: audit.tookMs,
    },
  };
}
