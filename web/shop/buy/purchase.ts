import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { OrderBody, PlacedOrder } from '../../../client/index.ts';
import type { PageTime } from '../../kit/time/browser-time.ts';
import type { Kept } from '../../kit/session/kept.ts';
import { isOpenEnded, refusalOf } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import { forgetAttempt, keepAttempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/** How far a purchase is. */
export type Buying =
  | { readonly state: 'ready' }
  | { readonly state: 'placing' }
  /**
   * Nobody knows what became of the attempt. `refusal` is null when an older page left it, and
   * `isAlone` says that it is sent again without a tap.
   */
  | {
      readonly state: 'unknown';
      readonly refusal: Refusal | null;
      readonly isAlone: boolean;
    }
  /** A correct no: nothing was ordered. */
  | { readonly state: 'refused'; readonly refusal: Refusal; readonly atMs: number }
  /**
   * The shopper saw `wasMinor`, and must say yes to `nowMinor`. Null: that is what they saw, and it
   * is without their coupons, because no quote says which ones to use.
   */
  | { readonly state: 'asking'; readonly wasMinor: number | null; readonly nowMinor: number }
  | { readonly state: 'placed'; readonly order: string };

/** What a tap asks for. */
export interface Wanted {
  readonly body: OrderBody & { readonly expectedTotal: number };
  /** The total that the shopper saw, in minor units: a higher one needs a yes. */
  readonly sawMinor: number;
  /** Whether coupons that the shopper has stay unused, for lack of a quote: that needs a yes. */
  readonly leavesCoupons: boolean;
}

export interface PurchaseDeps {
  readonly kept: Kept<readonly Attempt[]>;
  /** Sends the order. @throws what the client throws */
  readonly place: (attempt: Attempt) => Promise<PlacedOrder>;
  readonly newKey: () => string;
  readonly time: PageTime;
}

/** After so long, an attempt is only repeated when the shopper asks for it. */
export const ALONE_MS = 120_000;
/** The pause before an attempt without an answer is sent again. */
const PAUSE_MS = 3_000;

/** The page may open a little before the service does: such a tap is sent again for so long. */
const EARLY_MS = 3_000;
const EARLY_PAUSE_MS = 200;

const READY: Buying = { state: 'ready' };

/**
 * Buys once, however often the button is tapped, the page is loaded and the network fails: each
 * attempt keeps its key in storage until its answer is known.
 */
export class Purchase {
  readonly now: ReadonlySignal<Buying>;
  readonly #now = signal<Buying>(READY);
  readonly #deps: PurchaseDeps;
  /** The attempt that waits for a yes to a new price; its key is good for the answer, too. */
  #asked: Attempt | null = null;
  /** Null: nobody is signed in. */
  #shopper: string | null = null;
  #cancel = () => {};
  #isClosed = false;

  constructor(deps: PurchaseDeps) {
    this.now = this.#now;
    this.#deps = deps;
  }

  /** A tap. It does nothing while an earlier one has no answer. */
  start(wanted: Wanted, shopper: string): void {
    if (this.#isBusy) return;
    this.#shopper = shopper;
    // A second key would be a second order.
    if (this.#own) return this.resume(shopper);
    const { body, sawMinor, leavesCoupons } = wanted;
    const { newKey, time } = this.#deps;
    const attempt = { key: newKey(), body, shopper, atMs: time.now() };
    if (body.expectedTotal > sawMinor) this.#ask(attempt, sawMinor, body.expectedTotal);
    else if (leavesCoupons) this.#ask(attempt, null, body.expectedTotal);
    else this.#send(attempt);
  }

  /** A tap while the price of the cart is on its way. @param later null: it has none */
  startLater(later: Promise<Wanted | null>, shopper: string): void {
    if (this.#isBusy) return;
    this.#now.value = { state: 'placing' };
    void later.then((wanted) => {
      if (this.#isClosed || this.#now.peek().state !== 'placing') return;
      this.#now.value = READY;
      if (wanted) this.start(wanted, shopper);
    });
  }

  /** Yes to the new price. */
  accept(): void {
    const attempt = this.#asked;
    if (this.#now.peek().state !== 'asking' || !attempt) return;
    this.#send({ ...attempt, atMs: this.#deps.time.now() });
  }

  /** Sends the attempt again, with its key. */
  again(): void {
    const attempt = this.#own;
    if (this.#now.peek().state === 'unknown' && attempt) this.#send(attempt);
  }

  /** The same, unless the attempt is so old that the shopper should say so. */
  hurry(): void {
    const attempt = this.#own;
    if (attempt && this.#isFresh(attempt)) this.again();
  }

  /**
   * Goes on with what an earlier page left, such as one that was reloaded in mid-flight. What
   * another shopper left waits until they are back.
   * @param shopper null: nobody is signed in
   */
  resume(shopper: string | null): void {
    this.#shopper = shopper;
    const { state } = this.#now.peek();
    if (state !== 'ready' && state !== 'unknown') return;
    const attempt = shopper === null ? this.#deps.kept.value.peek().at(-1) : this.#own;
    if (!attempt) {
      this.#cancel();
      this.#now.value = READY;
      return;
    }
    if (shopper !== null && this.#isFresh(attempt)) this.#send(attempt);
    else if (state === 'ready') {
      this.#now.value = { state: 'unknown', refusal: null, isAlone: false };
    }
  }

  /** Takes away the refusal or the question that is shown: nothing of either was ordered. */
  drop(): void {
    const { state } = this.#now.peek();
    if (state !== 'refused' && state !== 'asking') return;
    this.#asked = null;
    this.#now.value = READY;
  }

  /** Forgets the attempt without its answer, because the shopper says so. */
  startOver(): void {
    const attempt = this.#own;
    if (this.#now.peek().state !== 'unknown' || !attempt) return;
    this.#cancel();
    forgetAttempt(this.#deps.kept, attempt);
    this.#now.value = READY;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  /** The attempt of who is signed in whose answer is not known; null: there is none. */
  get #own(): Attempt | null {
    const kept = this.#deps.kept.value.peek();
    return kept.find(({ shopper }) => shopper === this.#shopper) ?? null;
  }

  get #isBusy(): boolean {
    const { state } = this.#now.peek();
    return state === 'placing' || state === 'unknown' || state === 'placed';
  }

  #ask(attempt: Attempt, wasMinor: number | null, nowMinor: number): void {
    this.#asked = { ...attempt, body: { ...attempt.body, expectedTotal: nowMinor } };
    this.#now.value = { state: 'asking', wasMinor, nowMinor };
  }

  #isFresh({ atMs }: Attempt): boolean {
    return Math.abs(this.#deps.time.now() - atMs) < ALONE_MS;
  }

  #send(attempt: Attempt): void {
    this.#cancel();
    // Stored before it is sent: a reload from here on finds the order.
    keepAttempt(this.#deps.kept, attempt);
    this.#now.value = { state: 'placing' };
    this.#deps.place(attempt).then(
      ({ id }) => {
        // A page that was left keeps its attempt for the next one, which gets the same order.
        if (this.#isClosed) return;
        forgetAttempt(this.#deps.kept, attempt);
        this.#now.value = { state: 'placed', order: id };
      },
      (error: unknown) => this.#fail(attempt, refusalOf(error)),
    );
  }

  #fail(attempt: Attempt, refusal: Refusal): void {
    if (this.#isClosed) return;
    if (isOpenEnded(refusal)) {
      const isAlone = refusal.code !== 'unauthenticated' && this.#isFresh(attempt);
      this.#now.value = { state: 'unknown', refusal, isAlone };
      if (isAlone) this.#cancel = this.#deps.time.after(PAUSE_MS, () => this.hurry());
      return;
    }
    const { time } = this.#deps;
    if (refusal.code === 'sale_not_open' && time.now() - attempt.atMs < EARLY_MS) {
      this.#cancel = time.after(EARLY_PAUSE_MS, () => this.#send(attempt));
      return;
    }
    forgetAttempt(this.#deps.kept, attempt);
    const { expectedTotal } = attempt.body;
    if (refusal.code === 'price_changed' && refusal.total !== null && expectedTotal !== undefined) {
      this.#ask(attempt, expectedTotal, refusal.total);
      return;
    }
    this.#now.value = { state: 'refused', refusal, atMs: time.monotonic() };
  }
}
