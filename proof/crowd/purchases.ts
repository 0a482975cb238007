import type { RushOffer, RushPlan } from './rush-plan.ts';
import { seededRandom, shuffle } from './seeded-random.ts';
import type { TokenHolder } from './tokens.ts';

/** One purchase, repeated byte by byte until it is answered. */
export interface Purchase {
  readonly shopper: string;
  readonly token: string;
  readonly key: string;
  readonly offer: RushOffer;
  readonly quantity: number;
  /** 1 when it follows an order of the same shopper. */
  readonly follows: 0 | 1;
}

const KEY_DIGITS = 9;
const FOLLOW_UP_SHARE = 0.5;

/** Deals out the purchases of a rush: to shoppers in random order, then in a new random order. */
export class Purchases {
  readonly #plan: RushPlan;
  readonly #random: () => number;
  readonly #holders: TokenHolder[];
  readonly #keyPrefix: string;
  readonly #later: Purchase[] = [];
  readonly #weights: readonly number[];
  #dealt = 0;
  #keys = 0;
  #isClosed = false;

  constructor(plan: RushPlan, holders: readonly TokenHolder[]) {
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
    this.#holders = [...holders];
    this.#keyPrefix = `${plan.sale}-${plan.seed.toString(36)}`;
    let sum = 0;
    this.#weights = plan.offers.map(({ weight }) => (sum += weight));
  }

  /** Begins no more purchases; those begun go on until answered. */
  close(): void {
    this.#isClosed = true;
  }

  /** Null when there is none at present: an order under way may bring a follow-up. */
  next(): Purchase | null {
    if (this.#isClosed) return null;
    const isDealtOut = this.#isDealtOut();
    const isFollowUp = isDealtOut || this.#random() < FOLLOW_UP_SHARE;
    if (this.#later.length > 0 && isFollowUp) return this.#later.pop()!;
    return isDealtOut ? null : this.#deal();
  }

  /** Notes an order. Some shoppers then repeat the key, and some ask for more. */
  noteOrder(purchase: Purchase): void {
    if (purchase.follows === 1) return;
    const { repeatShare, overLimitShare } = this.#plan;
    const draw = this.#random();
    if (draw < repeatShare) {
      this.#later.push({ ...purchase, follows: 1 });
    } else if (draw < repeatShare + overLimitShare) {
      const quantity = purchase.offer.limitPerShopper ?? 1;
      this.#later.push({ ...purchase, key: this.#freshKey(), quantity, follows: 1 });
    }
  }

  #isDealtOut(): boolean {
    const { length } = this.#plan;
    return 'purchases' in length && this.#dealt >= length.purchases;
  }

  #deal(): Purchase {
    const place = this.#dealt % this.#holders.length;
    if (place === 0) shuffle(this.#holders, this.#random);
    const { shopper, tokens } = this.#holders[place]!;
    const turn = Math.floor(this.#dealt / this.#holders.length);
    this.#dealt++;
    return {
      shopper,
      token: tokens[turn % tokens.length]!,
      key: this.#freshKey(),
      offer: this.#drawOffer(),
      quantity: 1,
      follows: 0,
    };
  }

  #freshKey(): string {
    return `${this.#keyPrefix}-${String(this.#keys++).padStart(KEY_DIGITS, '0')}`;
  }

  #drawOffer(): RushOffer {
    if (this.#weights.length === 1) return this.#plan.offers[0]!;
    const draw = this.#random() * this.#weights.at(-1)!;
    return this.#plan.offers[this.#weights.findIndex((sum) => draw < sum)]!;
  }
}
