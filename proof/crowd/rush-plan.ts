/** What a rush is asked to do; handed to the client's process as a JSON file. */
export interface RushPlan {
  /** Origin of the service, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly sale: string;
  /** Where each request goes; default: placing an order in the sale. */
  readonly path?: string;
  /** Written by `writeTokens`: one shopper a line, with the tokens to use one after another. */
  readonly tokensFile: string;
  /** Where each request and answer is appended; made by this rush. */
  readonly journalFile: string;
  /** Same seed, same shoppers in the same order. */
  readonly seed: number;
  readonly connections: number;
  readonly offers: readonly RushOffer[];
  /** Share of the shoppers who ask again under the same key once they have an order. */
  readonly repeatShare: number;
  /** Share of the shoppers who, having an order, ask under a fresh key for their whole limit. */
  readonly overLimitShare: number;
  /**
   * A connection whose request was answered 503, or that was cut, repeats it until answered
   * otherwise.
   */
  readonly retry: boolean;
  readonly length: RushLength;
  /** Orders are asked for at this rate until so many units are acknowledged, then at full speed. */
  readonly pace: { readonly ratePerSecond: number; readonly untilUnits: number } | null;
  /** The load ends then, finished or not. */
  readonly deadlineSeconds: number;
}

/** What is asked for: one unit of an offer, unless it has a body of its own that `id` names. */
export interface RushOffer {
  readonly id: string;
  /** JSON in ASCII. */
  readonly body?: string;
  /** Offers are drawn in proportion. */
  readonly weight: number;
  readonly limitPerShopper: number | null;
}

/** A number of purchases, or a time, of which the first seconds are not measured. */
export type RushLength =
  { readonly purchases: number } | { readonly seconds: number; readonly warmupSeconds: number };

/** Answers by kind: `placed`, `replayed`, a problem's code, or `status <n>`; `cut`: none came. */
export type Answers = Readonly<Record<string, number>>;

export interface RushProgress {
  readonly answered: number;
  /** Units of orders acknowledged, replays not counted. */
  readonly units: number;
}

/** What a rush measured; latencies are of every answer, in ms. */
export interface RushReport {
  readonly answers: Answers;
  /** In the measured span only: the whole rush, or its seconds after the warm-up. */
  readonly measured: {
    readonly answers: Answers;
    readonly seconds: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
  };
  /** From the first request to the last order acknowledged, in seconds. */
  readonly sellingSeconds: number;
  /** Purchases that had no final answer when the load ended. */
  readonly unfinished: number;
  /** CPU of the client itself, in seconds. */
  readonly cpuSeconds: number;
}

/** One line of the client's output. */
export type RushEvent =
  | { readonly event: 'progress'; readonly progress: RushProgress }
  | { readonly event: 'measuring' | 'measured' }
  | { readonly event: 'done'; readonly report: RushReport };
