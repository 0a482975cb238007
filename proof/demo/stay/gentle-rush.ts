import { LifeNotes } from '../../crowd/order-lives/life-notes.ts';
import type { Course } from '../../crowd/order-lives/early-shoppers.ts';
import { followCourse } from '../../crowd/order-lives/follow-course.ts';
import { OrderClient } from '../../crowd/order-lives/order-client.ts';
import { RetryingClient } from '../../crowd/order-lives/retrying-client.ts';
import { signFor } from '../../builders/secrets.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';

export interface GentleRushOptions {
  readonly url: string;
  readonly jwtSecret: string;
  readonly file: SaleFile;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Is told why a visit failed. */
  readonly onError: (error: Error) => void;
}

/** Between two visits, on average: people watch, and two cores have other things to do. */
const GAP_MS = 600;
/** While this number of visits is under way, nobody else comes. */
const AT_ONCE = 12;
/** Visits see their orders paid after this time at most. */
const VISIT_MS = 60_000;
const LINES_MAX = 3;
const QUANTITY_MAX = 2;
const DIGITS = 7;

/** What becomes of orders, one after the other: most are paid, and each end occurs. */
const COURSES: readonly Course[] = [
  ...(['pay', 'pay', 'decline', 'pay', 'leave', 'pay', 'part', 'pay', 'cancel'] as const),
  ...(['pay', 'begin', 'pay', 'whole_back', 'pay', 'pay', 'part_back'] as const),
];

/** One to three offers. An offer of the flash lane is bought alone. */
export function drawCart({ offers }: SaleFile, random: () => number): UnitsOf[] {
  const draw = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
  const first = draw(offers);
  if (first.lane === 'flash') return [{ offer: first.id, quantity: 1 }];
  const shelf = offers.filter(({ lane }) => lane !== 'flash');
  const more = Array.from({ length: Math.floor(random() * LINES_MAX) }, () => draw(shelf).id);
  return [...new Set([first.id, ...more])].map((offer) => {
    return { offer, quantity: 1 + Math.floor(random() * QUANTITY_MAX) };
  });
}

/** Shoppers without end, each of whom comes once, so that nobody reaches a limit of a shopper. */
export class GentleRush {
  readonly #options: GentleRushOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  #visits = 0;

  constructor(options: GentleRushOptions) {
    this.#options = options;
  }

  start(): void {
    // Times between people who do not know each other have this distribution.
    const gapMs = -Math.log(1 - this.#options.random()) * GAP_MS;
    this.#timer = setTimeout(() => {
      if (this.#underWay < AT_ONCE) void this.#visit();
      this.start();
    }, gapMs);
  }

  /** Nobody comes from now on. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  async #visit(): Promise<void> {
    this.#underWay++;
    const number = this.#visits++;
    try {
      await this.#buy(`visitor-${String(number).padStart(DIGITS, '0')}`, number);
    } catch (error) {
      this.#options.onError(error as Error);
    } finally {
      this.#underWay--;
    }
  }

  async #buy(shopper: string, number: number): Promise<void> {
    const { url, jwtSecret, file, random } = this.#options;
    // Of one visit: the notes of an endless rush would fill the memory.
    const notes = new LifeNotes();
    const retrying = new RetryingClient(() => {});
    const deadlineMs = performance.now() + VISIT_MS;
    const sale = file.sale.id;
    const client = new OrderClient({ url, sale, jwtSecret, retrying, notes, deadlineMs });
    const token = signFor(jwtSecret, { sub: shopper, role: 'shopper' });
    const note = await client.buy({ shopper, token }, 'visit', drawCart(file, random), false);
    if (note) await followCourse(client, note, COURSES[number % COURSES.length]!);
  }
}
