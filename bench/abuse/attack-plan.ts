/**
 * How an attacker uses its connections. `answers`: it reads each answer and sends the next
 * request · `streams`: each request has a connection of its own, and an event stream that it gets
 * stays open · `stalls`: it sends on a new connection and never reads.
 */
export type AttackWay = 'answers' | 'streams' | 'stalls';

/** A flood, passed to the attacker's process as a message. */
export interface AttackPlan {
  /** An origin, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly way: AttackWay;
  /** As they go over the wire, in ASCII; sent in turn, again and again. */
  readonly requests: readonly string[];
  /** Loopback addresses to come from, in turn. */
  readonly addresses: readonly string[];
  /** Tries a second: requests or connections, as the way says. */
  readonly perSecond: number;
  /** The most at once. A try that finds all of them in use is held back, and never made up for. */
  readonly connections: number;
}

/** What an attacker did and got so far. */
export interface AttackTally {
  readonly tries: number;
  /** By kind: `status <n>`, `cut`, `held back`, `stalled`. */
  readonly got: Readonly<Record<string, number>>;
}

/** What the parent tells the attacker's process. */
export type AttackOrder = { readonly begin: AttackPlan } | 'tally' | 'end';
