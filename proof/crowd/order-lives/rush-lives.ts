import { setTimeout as wait } from 'node:timers/promises';
import type { UnitsOf } from '../../checker/compare-books.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { RetryingClient } from './retrying-client.ts';
import { followCourse, lookLater } from './follow-course.ts';
import { dealCourses } from './early-shoppers.ts';
import type { Course, EarlyShopper } from './early-shoppers.ts';
import { LifeNotes, unitsForGood } from './life-notes.ts';
import type { OrderNote } from './life-notes.ts';
import { OrderClient } from './order-client.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';

/** The rush ends after this time, and units left count as unsold. */
const DEADLINE_MS = 180_000;
const PROGRESS_MS = 200;
/** A shopper who was told `sold_out` comes back after 0.5 to 1.5 times this long. */
const COME_BACK_MS = 400;
const MS = 1_000;

export interface LivesWanted {
  readonly url: string;
  readonly jwtSecret: string;
  readonly file: SaleFile;
  readonly crowd: readonly EarlyShopper[];
  /** Shoppers who buy and pay at once: few enough to pay in time on a slow machine. */
  readonly atOnce: number;
  readonly onProgress: (progress: { answered: number; units: number }) => void;
}

/** The state of a rush; `underWay` counts orders whose final state is still open. */
interface Lives {
  readonly client: OrderClient;
  readonly limit: ConcurrencyLimit;
  readonly notes: LifeNotes;
  readonly offers: readonly string[];
  readonly courses: Iterator<Course, never>;
  readonly cap: number;
  readonly deadlineMs: number;
  underWay: number;
}

/** What a shopper wants; with `course` null, the order gets the next course. */
interface Wish {
  readonly key: string;
  readonly lines: readonly UnitsOf[];
  readonly course: Course | null;
}

const forGood = ({ orders }: LifeNotes): number =>
  [...orders.values()].reduce((sum, note) => sum + unitsForGood(note), 0);

/** True when every unit is sold for good and no order is under way. */
const isOver = ({ underWay, notes, cap, deadlineMs }: Lives): boolean =>
  performance.now() >= deadlineMs || (underWay === 0 && forGood(notes) >= cap);

/** Buys, and begins the course of the order. @returns null when the order was refused */
function begin(lives: Lives, one: EarlyShopper, wish: Wish): Promise<OrderNote | null> {
  const { client, limit, courses } = lives;
  const { key, lines, course } = wish;
  return limit.run(async () => {
    const note = await client.buy(one, key, lines, course !== null);
    if (!note) return null;
    lives.underWay++;
    await followCourse(client, note, course ?? courses.next().value);
    return note;
  });
}

/** Follows an order to its end. @returns whether there was an order */
async function live(lives: Lives, one: EarlyShopper, wish: Wish): Promise<boolean> {
  const note = await begin(lives, one, wish);
  if (!note) return false;
  if (note.state === 'reserved') await lookLater(lives.client, note);
  lives.underWay--;
  return true;
}

/** Comes back, again and again, for a unit of any offer on sale, and pays for it. */
async function comeBack(lives: Lives, one: EarlyShopper, first: number): Promise<void> {
  const { offers } = lives;
  for (let turn = 0; !isOver(lives); turn++) {
    await wait(COME_BACK_MS * (0.5 + Math.random()));
    const lines = [{ offer: offers[(first + turn) % offers.length]!, quantity: 1 }];
    if (!isOver(lives)) await live(lives, one, { key: `again-${turn}`, lines, course: 'pay' });
  }
}

async function come(lives: Lives, one: EarlyShopper, number: number): Promise<void> {
  const hasOrder = await live(lives, one, { key: 'first', lines: one.lines, course: null });
  if (!hasOrder) await comeBack(lives, one, number);
}

function livesOf({ url, jwtSecret, file, atOnce }: LivesWanted, startMs: number): Lives {
  const notes = new LifeNotes();
  const deadlineMs = startMs + DEADLINE_MS;
  const retrying = new RetryingClient((kind) => notes.count(kind));
  return {
    client: new OrderClient({ url, sale: file.sale.id, jwtSecret, retrying, notes, deadlineMs }),
    limit: new ConcurrencyLimit(atOnce),
    notes,
    deadlineMs,
    underWay: 0,
    offers: file.offers.map(({ id }) => id),
    courses: dealCourses(),
    cap: file.offers.reduce((sum, { cap }) => sum + cap, 0),
  };
}

/**
 * Lets a crowd buy, pay, leave, cancel and be refunded until every unit is sold for good. Shoppers
 * who were told `sold_out` come back. @returns what they were told
 */
export async function rushLives(
  wanted: LivesWanted,
): Promise<{ readonly notes: LifeNotes; readonly seconds: number }> {
  const { crowd, onProgress } = wanted;
  const startMs = performance.now();
  const lives = livesOf(wanted, startMs);
  const { notes } = lives;
  const answered = () => Object.values(notes.answers).reduce((sum, count) => sum + count, 0);
  const tell = () => onProgress({ answered: answered(), units: forGood(notes) });
  const ticker = setInterval(tell, PROGRESS_MS);
  try {
    await Promise.all(crowd.map((one, i) => come(lives, one, i)));
  } finally {
    clearInterval(ticker);
  }
  tell();
  return { notes, seconds: (performance.now() - startMs) / MS };
}
