import type { Time } from '../../platform/time.ts';
import type { Answer, Books } from './books.ts';

/**
 * What a shopper may do. `challenge`: the bank first asks whether it is really them, as 3-D Secure
 * does · `slow`: the bank takes its time, and the shopper is back at the shop before it answers.
 */
export const OUTCOMES = ['authorize', 'decline', 'challenge', 'slow'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const isOutcome = (word: unknown): word is Outcome => OUTCOMES.some((one) => one === word);

/** How long a slow bank takes. */
export const SLOW_BANK_MS = 10_000;

export interface OutcomesOptions {
  readonly books: Books;
  /** Whether the bank declines one who pays. */
  readonly declines: () => boolean;
  readonly time: Pick<Time, 'after'>;
}

/** Lets shoppers act, and slow banks answer. */
export class Outcomes {
  readonly #options: OutcomesOptions;
  /** Cancels the answer that a bank still owes, by payment: a payment has one at most. */
  readonly #cancels = new Map<string, () => void>();

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  act(id: string, outcome: Outcome): Answer {
    const { books, declines } = this.#options;
    if (outcome === 'authorize') return books.pay(id, declines);
    if (outcome === 'decline') return books.pay(id, () => true);
    const answer = books.wait(id, outcome === 'slow' ? 'bank' : 'challenge');
    const isOpen = answer.status === 200 && answer.body.state === 'open';
    if (outcome === 'slow' && isOpen && !this.#cancels.has(id)) this.#answerLater(id);
    return answer;
  }

  close(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** A payment that was paid or given up meanwhile stays as it is. */
  #answerLater(id: string): void {
    const { books, declines, time } = this.#options;
    const cancel = time.after(SLOW_BANK_MS, () => {
      this.#cancels.delete(id);
      books.pay(id, declines);
    });
    this.#cancels.set(id, cancel);
  }
}
