import { Dice } from '../../builders/dice.ts';

/** The part of a fault that the plan looks at. */
export interface Card {
  readonly name: string;
  readonly group: string;
}

/** Faults that come at once. */
export type Round = readonly string[];

/** One world: its seed and the faults that come one round after another. */
export interface Plan {
  readonly seed: number;
  readonly rounds: readonly Round[];
}

/** These come more often: they found the most. */
const OFTEN: readonly string[] = ['half-open', 'promotion'];
/** A run of this many worlds deals every fault. */
const FULL_RUN_WORLDS = 80;
/** How often every fault comes alone in such a run. */
const TIMES = 2;

/** Deals cards without end, each deck in a new order, so that every card comes equally often. */
class Deck {
  readonly #cards: readonly Card[];
  readonly #dice: Dice;
  #left: Card[] = [];

  constructor(cards: readonly Card[], dice: Dice) {
    this.#cards = cards;
    this.#dice = dice;
  }

  deal(): Card {
    if (this.#left.length === 0) this.#left = this.#dice.some(this.#cards, this.#cards.length);
    return this.#left.pop()!;
  }

  /** The next card that may come with this one; cards that may not come later. */
  dealWith({ name }: Card): Card {
    const passed: Card[] = [];
    let card = this.deal();
    while (card.name === name) {
      passed.push(card);
      card = this.deal();
    }
    this.#left.push(...passed);
    return card;
  }
}

/** Cards of groups that come often are in the deck twice. */
const stacked = (cards: readonly Card[]): Card[] =>
  cards.flatMap((card) => (OFTEN.includes(card.group) ? [card, card] : [card]));

/** Rounds of a world in which one fault comes alone. */
const soloRounds = (cards: readonly Card[]): number =>
  Math.ceil((TIMES * cards.length) / FULL_RUN_WORLDS);

/**
 * Plans worlds: in each of them faults come alone, one after another, and then two come at once. In
 * a run of 80 worlds every fault comes at least twice alone and twice in a pair, and a fault of the
 * groups that come often at least four times in a pair, for up to 80 cards in the deck.
 */
export function dealRounds(cards: readonly Card[], worlds: number, seed: number): Plan[] {
  const dice = new Dice(seed);
  const solos = new Deck(cards, dice);
  const pairs = new Deck(stacked(cards), dice);
  return Array.from({ length: worlds }, (_, i) => {
    const rounds = Array.from({ length: soloRounds(cards) }, (): Round => [solos.deal().name]);
    const one = pairs.deal();
    rounds.push([one.name, pairs.dealWith(one).name]);
    return { seed: seed + i, rounds };
  });
}

/** `a/b,c`: first `a` alone, then `b` and `c` at once. */
export const roundsOf = (text: string): Round[] => text.split('/').map((round) => round.split(','));

export const textOf = (rounds: readonly Round[]): string =>
  rounds.map((round) => round.join(',')).join('/');
