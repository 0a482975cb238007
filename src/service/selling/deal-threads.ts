import { Worker } from 'node:worker_threads';
import type { BestDeal } from '../../domain/pricing/best-deal.ts';
import type { Cart, Rules } from '../../domain/pricing/cart.ts';
import type { Time } from '../../platform/time.ts';

/** A cart and the coupons that its shopper holds. */
export interface DealSearch {
  readonly sale: string;
  readonly rules: Rules;
  readonly cart: Cart;
  readonly held: readonly string[];
  /** Minor units left in each budget. */
  readonly pots: ReadonlyMap<string, number>;
}

/** A search as a thread gets it. */
export interface DealTask extends Omit<DealSearch, 'rules'> {
  /** Absent when the thread has this version of the sale's rules. */
  readonly rules?: Rules;
  /** A sale whose rules the thread drops. */
  readonly forgotten?: string;
}

export type DealFound = Pick<BestDeal, 'coupons' | 'exhaustive'>;

export interface DealThreadsOptions {
  readonly time: Pick<Time, 'after'>;
  /** Default: 1. */
  readonly threads?: number;
  /** Searches that may wait; more are refused. Default: 4. One takes 0.5 s on an idle core. */
  readonly maxWaiting?: number;
  /** How long a search may take, with the start of its thread; default: 3 s. */
  readonly withinMs?: number;
}

interface Waiting {
  readonly search: DealSearch;
  readonly resolve: (found: DealFound | 'busy') => void;
  readonly reject: (error: Error) => void;
}

const MAX_WAITING = 4;
const WITHIN_MS = 3_000;
/** The sales whose rules a thread keeps. */
const MAX_SALES = 32;
const THREAD = new URL('./deal-thread.ts', import.meta.url);

/** One thread, which runs a search at a time. It does not keep the process alive. */
class DealThread {
  readonly #worker = new Worker(THREAD);
  /** The version of the rules that the thread has, by sale; the oldest comes first. */
  readonly #versions = new Map<string, number>();

  /** The search under way. */
  #search: PromiseWithResolvers<DealFound> = Promise.withResolvers();

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (found: DealFound) => this.#search.resolve(found));
    this.#worker.on('error', (error) => this.#search.reject(error));
    this.#worker.on('exit', () => this.#search.reject(new Error('a thread for deals has ended')));
    // A thread without a search may end, too.
    this.#search.promise.catch(() => {});
  }

  /** @throws what the search threw, or that the thread ended */
  run({ rules, ...search }: DealSearch): Promise<DealFound> {
    const { sale } = search;
    const isKnown = this.#versions.get(sale) === rules.version;
    const forgotten = isKnown ? undefined : this.#remember(sale, rules.version);
    const task: DealTask = {
      ...search,
      ...(isKnown ? {} : { rules }),
      ...(forgotten === undefined ? {} : { forgotten }),
    };
    this.#search = Promise.withResolvers();
    this.#worker.postMessage(task);
    return this.#search.promise;
  }

  end(): Promise<unknown> {
    return this.#worker.terminate();
  }

  /** @returns the sale that is forgotten instead, if there were too many */
  #remember(sale: string, version: number): string | undefined {
    this.#versions.delete(sale);
    this.#versions.set(sale, version);
    if (this.#versions.size <= MAX_SALES) return undefined;
    const oldest = this.#versions.keys().next().value!;
    this.#versions.delete(oldest);
    return oldest;
  }
}

/**
 * Searches best deals beside the event loop, which goes on selling meanwhile. What exceeds the
 * bounds is `busy`.
 */
export class DealThreads {
  readonly #options: DealThreadsOptions;
  /** Threads without a search. They start when they are needed. */
  readonly #idle: (DealThread | null)[];
  readonly #busy = new Set<DealThread>();
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(options: DealThreadsOptions) {
    this.#options = options;
    this.#idle = Array.from({ length: options.threads ?? 1 }, () => null);
  }

  /** Searches that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length;
  }

  find(search: DealSearch): Promise<DealFound | 'busy'> {
    const { maxWaiting = MAX_WAITING } = this.#options;
    const isFull = this.#idle.length === 0 && this.#waiting.length >= maxWaiting;
    if (isFull || this.#isClosed) return Promise.resolve('busy');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ search, resolve, reject });
      this.#startNext();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve('busy');
    const idle = this.#idle.splice(0).flatMap((thread) => thread ?? []);
    await Promise.all([...idle, ...this.#busy].map((thread) => thread.end()));
  }

  #startNext(): void {
    if (this.#idle.length === 0) return;
    const next = this.#waiting.shift();
    if (next) void this.#run(this.#idle.pop() ?? new DealThread(), next);
  }

  async #run(thread: DealThread, { search, resolve, reject }: Waiting): Promise<void> {
    this.#busy.add(thread);
    let isOver = false;
    const cancel = this.#options.time.after(this.#options.withinMs ?? WITHIN_MS, () => {
      isOver = true;
      void thread.end();
    });
    // A thread that failed or took too long is replaced.
    let kept: DealThread | null = null;
    try {
      resolve(await thread.run(search));
      kept = thread;
    } catch (error) {
      if (isOver || this.#isClosed) resolve('busy');
      else reject(error as Error);
    }
    cancel();
    this.#busy.delete(thread);
    if (this.#isClosed) return;
    this.#idle.push(isOver ? null : kept);
    this.#startNext();
  }
}
