/** Who listens: shoppers' pages to the words of a sale's stock, merchants to its figures. */
export type Audience = 'public' | 'merchants';

export interface ListenGroup {
  readonly audience: Audience;
  readonly listeners: number;
  /** As they go over the wire, in ASCII; the listeners send them in turn. */
  readonly requests: readonly string[];
  /** Loopback addresses to come from, in turn. */
  readonly addresses: readonly string[];
}

/** Listeners, passed to their process as a message. */
export interface ListenPlan {
  /** An origin, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly groups: readonly ListenGroup[];
  /** Each listener must hear that each of these offers is sold out. */
  readonly offers: readonly string[];
}

/** Who heard that an offer is sold out. */
export interface Heard {
  readonly listeners: number;
  /** When the last of them heard it, in ms since 1970. */
  readonly lastMs: number;
}

/** What the listeners of a group got so far. */
export interface GroupTally {
  readonly open: number;
  /** Streams that the service ended. */
  readonly cut: number;
  /** Events of all listeners; comments are none. */
  readonly events: number;
  /** Events of the listeners that got the fewest and the most. */
  readonly fewest: number;
  readonly most: number;
  /** By offer. */
  readonly heard: Readonly<Record<string, Heard>>;
}

export type ListenTally = Readonly<Record<Audience, GroupTally>>;

/** What the parent tells the process of the listeners. Each order has one answer. */
export type ListenOrder = { readonly open: ListenPlan } | 'tally' | 'end';

/** `fault`: why a listener has no stream. */
export type ListenAnswer = { readonly tally: ListenTally } | { readonly fault: string };
