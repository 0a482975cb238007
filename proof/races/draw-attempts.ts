import type { ProviderEvent } from '../../src/domain/payment.ts';
import type { RefundLine } from '../../src/domain/refunds/refund.ts';
import type { Dice } from '../builders/dice.ts';

/** One attempt on an order. Events or refunds with the same number repeat one another. */
export type Attempt =
  | {
      readonly what: 'event';
      readonly kind: Extract<ProviderEvent['kind'], 'captured' | 'authorized' | 'failed'>;
      /** The index of the order's payment. */
      readonly payment: number;
      readonly number: number;
    }
  /** Notes the provider's answer to a payment just begun. */
  | { readonly what: 'open' }
  /** Expires at most `most` overdue orders of the cell. */
  | { readonly what: 'expire'; readonly most: number }
  | { readonly what: 'cancel' }
  | { readonly what: 'refund'; readonly number: number; readonly asked: Asked };

export interface Asked {
  readonly lines: readonly RefundLine[];
  readonly restock: boolean;
}

/** Refundable units of an order by line; `rich`: paid with coupon, packet and points too. */
export const carts = { plain: [1], odd: [3, 2], rich: [3, 1] } as const;
export type CartKind = keyof typeof carts;

/** An order with its attempts: waves one after another, the attempts of a wave at once. */
export interface Life {
  readonly cart: CartKind;
  /** With 2 payments, the first one failed. */
  readonly payments: 1 | 2;
  /** The provider knows the last payment, but its answer is not in the ledger. */
  readonly isCreating: boolean;
  readonly waves: readonly (readonly Attempt[])[];
}

type Draw = keyof typeof FIRST;

/** The weights of the attempts while an order is open. */
const FIRST = {
  capture: 6,
  again: 4,
  other: 1,
  open: 1,
  expire: 4,
  cancel: 4,
  refund: 2,
  replay: 1,
};
/** The weights of the attempts once an order should have ended. */
const LATER: typeof FIRST = {
  capture: 3,
  again: 3,
  other: 0,
  open: 0,
  expire: 1,
  cancel: 1,
  refund: 6,
  replay: 5,
};
const WAVE = { least: 2, most: 6 };
const EXPIRE_MOST = 3;

const cardsOf = (weights: Readonly<Record<Draw, number>>): Draw[] =>
  Object.entries(weights).flatMap(([name, weight]) => Array<Draw>(weight).fill(name as Draw));
const cards = [cardsOf(FIRST), cardsOf(LATER)] as const;

/** Draws the attempts on one order. */
class LifeDraw {
  readonly #dice: Dice;
  readonly #cart: CartKind;
  readonly #payments: 1 | 2;
  readonly #events: Extract<Attempt, { what: 'event' }>[] = [];
  readonly #refunds: Extract<Attempt, { what: 'refund' }>[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#cart = dice.pick(['plain', 'odd', 'odd', 'rich'] as const);
    this.#payments = dice.oneIn(3) ? 2 : 1;
  }

  draw(): Life {
    const waves = [this.#wave(cards[0])];
    if (!this.#dice.oneIn(3)) waves.push(this.#wave(cards[1]));
    const isCreating = waves[0]!.some(({ what }) => what === 'open');
    return { cart: this.#cart, payments: this.#payments, isCreating, waves };
  }

  #wave(deck: readonly Draw[]): Attempt[] {
    const length = WAVE.least + this.#dice.below(WAVE.most - WAVE.least + 1);
    return Array.from({ length }, () => this.#attempt(this.#dice.pick(deck)));
  }

  #attempt(draw: Draw): Attempt {
    switch (draw) {
      case 'capture':
        return this.#event('captured');
      case 'again':
        return this.#events.length > 0 ? this.#dice.pick(this.#events) : this.#event('captured');
      case 'other':
        return this.#event(this.#dice.pick(['authorized', 'failed'] as const));
      case 'expire':
        return { what: 'expire', most: 1 + this.#dice.below(EXPIRE_MOST) };
      case 'refund':
        return this.#refund();
      case 'replay':
        return this.#refunds.length > 0 ? this.#dice.pick(this.#refunds) : this.#refund();
      default:
        return { what: draw };
    }
  }

  #event(kind: 'captured' | 'authorized' | 'failed'): Attempt {
    const payment = this.#dice.below(this.#payments);
    const event = { what: 'event', kind, payment, number: this.#events.length } as const;
    this.#events.push(event);
    return event;
  }

  #refund(): Attempt {
    const refund = { what: 'refund', number: this.#refunds.length, asked: this.#asked() } as const;
    this.#refunds.push(refund);
    return refund;
  }

  /** Refunds the whole order, or some units of some lines. */
  #asked(): Asked {
    const restock = this.#dice.oneIn(2);
    const all = carts[this.#cart].map((quantity, line) => ({ line, quantity }));
    if (this.#dice.oneIn(3)) return { lines: all, restock };
    const some = this.#dice.some(all, 1 + this.#dice.below(all.length));
    const part = ({ line, quantity }: RefundLine) => {
      return { line, quantity: 1 + this.#dice.below(quantity) };
    };
    return { lines: some.map(part), restock };
  }
}

export const drawLife = (dice: Dice): Life => new LifeDraw(dice).draw();

/** Counts the attempts on orders. */
export const attemptsOf = (lives: readonly Pick<Life, 'waves'>[]): number =>
  lives.reduce((sum, { waves }) => sum + waves.flat().length, 0);
