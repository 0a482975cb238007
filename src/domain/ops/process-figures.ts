/** How requests are answered, in the words of an operator. */
export const ANSWERS = ['placed', 'soldOut', 'busy', 'refused', 'faults', 'other'] as const;
export type Answer = (typeof ANSWERS)[number];

/** Counts of requests by how they were answered. */
export type AnswerCounts = Readonly<Record<Answer, number>>;

/**
 * The buckets that count accepted orders by how long they took, as upper bounds in ms. One more
 * bucket counts those that took longer.
 */
export const ORDER_BOUNDS_MS = [
  1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_500, 4_000,
] as const;

/** What the server of the cells says of itself; null: it does not, as some that are hosted. */
export interface ServerLoad {
  readonly usedBytes: number | null;
  /** Null: it has no bound. */
  readonly maxBytes: number | null;
  /** Out of one core. */
  readonly cpuShare: number | null;
  readonly commandsPerSecond: number | null;
}

/**
 * `denied`: the token does not allow it · `bad_token`: the token is forged, expired or for others ·
 * `bad_signature`: the provider did not sign the payment event · `rate_limited`: too many requests
 */
export const SECURITY_EVENTS = ['denied', 'bad_token', 'bad_signature', 'rate_limited'] as const;
export type SecurityEvent = (typeof SECURITY_EVENTS)[number];

/** A request that was turned away at the door. It names people and addresses by pseudonyms. */
export interface SecurityNote {
  readonly atMs: number;
  readonly event: SecurityEvent;
  /** Method and pattern. */
  readonly route: string;
  readonly person: string | null;
  readonly address: string;
  readonly requestId: string;
  /** Events of this kind at this route since the note before, which nothing else tells of. */
  readonly leftOut: number;
}

/** A process keeps this many notes: the newest. */
export const NOTES_MAX = 20;

/** Raised when a field changes its meaning, so that no release misreads the figures of another. */
export const FIGURES_SHAPE = 1;

/**
 * What a process says of its last seconds: the counts are those of `windowMs`. It travels as JSON
 * of at most some 6 KiB.
 */
export interface ProcessFigures {
  readonly shape: typeof FIGURES_SHAPE;
  /** Of the package. */
  readonly release: string;
  readonly windowMs: number;
  /** How late the event loop ran timers, the 99th percentile. */
  readonly loopDelayMs: number;
  /** Out of one core; all threads together may use more. */
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly answers: AnswerCounts;
  /** Accepted orders by `ORDER_BOUNDS_MS`; one bucket more than bounds. */
  readonly orderTimes: readonly number[];
  /** Script calls for orders, and the orders in them. */
  readonly batches: { readonly calls: number; readonly items: number };
  readonly settledOrders: number;
  /** Of the cells that the process polls; null: it polls none. */
  readonly lag: { readonly entries: number; readonly ms: number } | null;
  /** Null: the process does not ask, or the server did not answer. */
  readonly server: ServerLoad | null;
  /** Newest last. */
  readonly notes: readonly SecurityNote[];
}

/**
 * How requests with an outcome are counted.
 * @param outcome the code of a problem, `ok`, `placed` or `replayed`
 */
export function answerOf(outcome: string): Answer {
  switch (outcome) {
    case 'placed':
    case 'busy':
      return outcome;
    case 'sold_out':
      return 'soldOut';
    case 'fault':
      return 'faults';
    case 'ok':
    case 'replayed':
      return 'other';
    default:
      return 'refused';
  }
}

/**
 * The time that a share of orders took at most, as if those of a bucket were spread evenly in it.
 * @param counts by `ORDER_BOUNDS_MS` @param share e.g. 0.99
 * @returns null without orders; the last bound for orders above it
 */
export function orderTimeMs(counts: readonly number[], share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let below = 0;
  for (const [i, upperMs] of ORDER_BOUNDS_MS.entries()) {
    const count = counts[i] ?? 0;
    const lowerMs = ORDER_BOUNDS_MS[i - 1] ?? 0;
    if (below + count >= share * all) {
      return lowerMs + (upperMs - lowerMs) * ((share * all - below) / count);
    }
    below += count;
  }
  return ORDER_BOUNDS_MS.at(-1)!;
}
