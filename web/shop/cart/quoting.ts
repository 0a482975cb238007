import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Quote, QuoteBody } from '../../../client/index.ts';
import { isAborted } from '../../kit/api/problem.ts';
import type { PageTime } from '../../kit/time/browser-time.ts';
import { isOpenEnded, refusalOf } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import { subtotalOf } from './cart.ts';
import type { CartContent } from './cart.ts';

/** What is known of the price of a cart. */
export interface Pricing {
  /** The last quote; null: none yet, or the cart is empty. */
  readonly quote: Quote | null;
  /** Whether `quote` is of the cart as it is. */
  readonly isCurrent: boolean;
  /** Why the cart as it is has no quote; null: it has one, or one is on its way. */
  readonly refusal: Refusal | null;
}

/**
 * What the screen shows for exactly this cart, in minor units. Without a quote of it, that is the
 * sum of its prices: discounts only take something off.
 */
export const shownTotalOf = (
  cart: CartContent,
  { quote, isCurrent }: Pick<Pricing, 'quote' | 'isCurrent'>,
): number => (quote && isCurrent ? quote.total : subtotalOf(cart));

export interface Quoting {
  readonly now: ReadonlySignal<Pricing>;
  /** The cart is this from now on; null: it is empty. */
  ask(body: QuoteBody | null): void;
  /** Prices the same cart again. */
  refresh(): void;
  /** Resolves as soon as the cart as it is has a quote, or will have none. */
  settled(): Promise<Pricing>;
  close(): void;
}

/** Taps in quick succession are priced together. */
const PAUSE_MS = 250;
const NOTHING: Pricing = { quote: null, isCurrent: true, refusal: null };

/** Keeps the price of a cart up to date: one request at a time, and only the newest cart counts. */
export function startQuoting(
  read: (body: QuoteBody, signal: AbortSignal) => Promise<Quote>,
  time: Pick<PageTime, 'after'>,
): Quoting {
  return new CartQuoting(read, time);
}

class CartQuoting implements Quoting {
  readonly now: ReadonlySignal<Pricing>;
  readonly #now = signal(NOTHING);
  readonly #read;
  readonly #time;
  #body: QuoteBody | null = null;
  #cancel = () => {};
  #abort = new AbortController();
  #waiting: ((pricing: Pricing) => void)[] = [];

  constructor(
    read: (body: QuoteBody, signal: AbortSignal) => Promise<Quote>,
    time: Pick<PageTime, 'after'>,
  ) {
    this.now = this.#now;
    this.#read = read;
    this.#time = time;
  }

  ask(body: QuoteBody | null): void {
    if (JSON.stringify(body) === JSON.stringify(this.#body)) return;
    this.#stop();
    this.#body = body;
    if (!body) {
      this.#settle(NOTHING);
      return;
    }
    this.#now.value = { quote: this.#now.peek().quote, isCurrent: false, refusal: null };
    this.#cancel = this.#time.after(PAUSE_MS, () => this.#price(body));
  }

  refresh(): void {
    const body = this.#body;
    // A price on its way is fresh enough.
    if (!body || !this.#isSettled) return;
    this.#stop();
    this.#price(body);
  }

  settled(): Promise<Pricing> {
    if (this.#isSettled) return Promise.resolve(this.#now.peek());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#stop();
    this.#settle({ ...this.#now.peek(), isCurrent: false });
  }

  get #isSettled(): boolean {
    const { isCurrent, refusal } = this.#now.peek();
    return isCurrent || refusal !== null;
  }

  #price(body: QuoteBody): void {
    const { signal: own } = this.#abort;
    this.#read(body, own).then(
      (quote) => {
        if (!own.aborted) this.#settle({ quote, isCurrent: true, refusal: null });
      },
      (error: unknown) => {
        if (own.aborted || isAborted(error)) return;
        const refusal = refusalOf(error);
        const { quote, isCurrent } = this.#now.peek();
        // Without an answer, the last price of the same cart is still the best that is known.
        if (isCurrent && isOpenEnded(refusal)) return;
        this.#settle({ quote, isCurrent: false, refusal });
      },
    );
  }

  #settle(pricing: Pricing): void {
    this.#now.value = pricing;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(pricing);
  }

  #stop(): void {
    this.#cancel();
    this.#abort.abort();
    this.#abort = new AbortController();
  }
}
