/** The plan of a rush, passed to the client process as a JSON file. */
export interface RushPlan {
  /** Origins of the apis, such as `http://127.0.0.1:8080`. Connections take turns over them. */
  readonly urls: readonly string[];
  readonly sale: string;
  /** The path of each request; default: placing an order in the sale. */
  readonly path?: string;
  /** Written by `writeTokens`: one shopper per line, with tokens to use in turn. */
  readonly tokensFile: string;
  /** The journal of requests and answers, which the rush creates. */
  readonly journalFile: string;
  /** Fixes the order of the shoppers. */
  readonly seed: number;
  readonly connections: number;
  readonly offers: readonly RushOffer[];
  /** Share of the shoppers who ask again under the same key once they have an order. */
  readonly repeatShare: number;
  /** Share of the shoppers who, once they have an order, ask under a fresh key for their limit. */
  readonly overLimitShare: number;
  /**
   * Whether a connection repeats a request that was cut or answered 503, until it gets a different
   * answer.
   */
  readonly retry: boolean;
  readonly length: RushLength;
  readonly pace: RushPace | null;
  /** The load ends after this time even if unfinished. */
  readonly deadlineSeconds: number;
}

/** The rate of orders until `untilUnits` are acknowledged; then full speed. */
export interface RushPace {
  readonly ratePerSecond: number;
  readonly untilUnits: number;
  /**
   * True: slow answers do not slow the load down. A request that is late, because all connections
   * waited for answers, is sent at once, and its latency counts from the time it was due.
   */
  readonly isOpen?: boolean;
}

/** A request: one unit of the offer `id`, or its own `body`, which `id` then names. */
export interface RushOffer {
  readonly id: string;
  /** JSON in ASCII. */
  readonly body?: string;
  /** Offers are drawn in proportion. */
  readonly weight: number;
  readonly limitPerShopper: number | null;
}

/** A number of purchases, or a time whose first seconds are not measured. */
export type RushLength =
  { readonly purchases: number } | { readonly seconds: number; readonly warmupSeconds: number };

/** Answers by kind: `placed`, `replayed`, the code of a problem, `status <n>`, or `cut`. */
export type Answers = Readonly<Record<string, number>>;

export interface RushProgress {
  readonly answered: number;
  /** Units of acknowledged orders, without replays. */
  readonly units: number;
}

/** The measurements of a rush; latencies cover every answer, in ms. */
export interface RushReport {
  readonly answers: Answers;
  /** For the measured span: the whole rush, or its seconds after the warm-up. */
  readonly measured: {
    readonly answers: Answers;
    readonly seconds: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
  };
  /** From the first request to the last acknowledged order, in seconds. */
  readonly sellingSeconds: number;
  /** Purchases that had no final answer when the load ended. */
  readonly unfinished: number;
  /** CPU of the client's process, in seconds. */
  readonly cpuSeconds: number;
}

/** One line of output of the client. */
export type RushEvent =
  | { readonly event: 'progress'; readonly progress: RushProgress }
  | { readonly event: 'measuring' | 'measured' | 'paused' }
  | { readonly event: 'done'; readonly report: RushReport };
