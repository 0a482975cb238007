import { setTimeout as wait } from 'node:timers/promises';
import type { SaleFile } from '../sale-admin.ts';
import { Asking } from './asking.ts';
import { follow } from './courses.ts';
import { dealCourses } from './crowd.ts';
import type { Course, EarlyShopper } from './crowd.ts';
import { LifeNotes, unitsForGood } from './notes.ts';
import type { OrderNote } from './notes.ts';
import { Teller } from './teller.ts';

/** Whatever stands then: it ends, and what is left is told as unsold. */
const DEADLINE_MS = 20_000;
const PROGRESS_MS = 200;
/** Who met `sold_out` comes back after half of it to one and a half of it. */
const COME_BACK_MS = 400;
const MS = 1_000;
const KEY = 'first';

export interface LivesWanted {
  readonly url: string;
  readonly jwtSecret: string;
  readonly file: SaleFile;
  readonly crowd: readonly EarlyShopper[];
  readonly connections: number;
  readonly onProgress: (progress: { answered: number; units: number }) => void;
}

/** What is going on; `underWay`: orders that have not come to their end. */
interface Lives {
  readonly teller: Teller;
  readonly notes: LifeNotes;
  readonly offers: readonly string[];
  readonly courses: Iterator<Course>;
  readonly cap: number;
  readonly deadlineMs: number;
  underWay: number;
}

const forGood = ({ orders }: LifeNotes): number =>
  [...orders.values()].reduce((sum, note) => sum + unitsForGood(note), 0);

/** Every unit is sold for good, and nobody is busy with an order any more. */
const isOver = ({ underWay, notes, cap, deadlineMs }: Lives): boolean =>
  performance.now() >= deadlineMs || (underWay === 0 && forGood(notes) >= cap);

async function live(lives: Lives, note: OrderNote, course: Course): Promise<void> {
  lives.underWay++;
  await follow(lives.teller, note, course);
  lives.underWay--;
}

/** Comes back for a unit of whatever is on sale again, and pays for it, until all is over. */
async function comeBack(lives: Lives, one: EarlyShopper, first: number): Promise<void> {
  const { teller, offers } = lives;
  for (let turn = 0; !isOver(lives); turn++) {
    await wait(COME_BACK_MS * (0.5 + Math.random()));
    const offer = offers[(first + turn) % offers.length]!;
    const note = await teller.buy(one, `again-${turn}`, [{ offer, quantity: 1 }], true);
    if (note) await live(lives, note, 'pay');
  }
}

async function come(lives: Lives, one: EarlyShopper, number: number): Promise<void> {
  const note = await lives.teller.buy(one, KEY, one.lines, false);
  if (note) await live(lives, note, lives.courses.next().value as Course);
  else await comeBack(lives, one, number);
}

/**
 * Lets a crowd buy, pay, leave, cancel and be refunded, and whoever met `sold_out` come back, until
 * every unit is sold for good; gives back what they were told.
 */
export async function rushLives(
  wanted: LivesWanted,
): Promise<{ readonly notes: LifeNotes; readonly seconds: number }> {
  const { url, jwtSecret, file, crowd, connections, onProgress } = wanted;
  const notes = new LifeNotes();
  const startMs = performance.now();
  const deadlineMs = startMs + DEADLINE_MS;
  const asking = new Asking(connections, (kind) => notes.count(kind));
  const sale = file.sale.id;
  const lives: Lives = {
    teller: new Teller({ url, sale, jwtSecret, asking, notes, deadlineMs }),
    ...{ notes, deadlineMs, underWay: 0 },
    offers: file.offers.map(({ id }) => id),
    courses: dealCourses(),
    cap: file.offers.reduce((sum, { cap }) => sum + cap, 0),
  };
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
