import type { Pool } from 'pg';
import type { BrokenPromise } from '../../src/ledger/audit.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { Dice } from '../builders/dice.ts';
import { Answers } from './answers.ts';
import { setUp } from './race-setup.ts';
import type { Entrant } from './race-setup.ts';
import { check } from './checks.ts';
import { attemptsOf, drawLife } from './draw-attempts.ts';
import type { Life } from './draw-attempts.ts';
import { historyOf } from './history.ts';
import { endTime, makeAttempt } from './make-attempts.ts';

export interface Wanted {
  /** Connects to a migrated database of this run, which is emptied again and again. */
  readonly databaseUrl: string;
  /** The least number of attempts; the last order gets all of its attempts. */
  readonly count: number;
  /** Fixes orders and attempts. How they interleave is up to the machine. */
  readonly seed: number;
  readonly onProgress?: (attempts: number) => void;
}

export interface Raced {
  readonly attempts: number;
  readonly orders: number;
  /** Counts of answers, such as `captured: moved`, and of money, such as `goes back: late`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenPromise[];
  /** The history of the orders of the first broken promises, in lines. */
  readonly histories: readonly string[];
}

/** Attempts per round; everything is checked after each. */
const ROUND = 20_000;
/** Orders that are raced at once. */
const LANES = 6;
const CONNECTIONS = 24;
const HISTORIES = 3;

/**
 * Settings that save time and change neither the races nor the order of commits: a commit does not
 * wait for the disk, and statements keep their plans.
 */
const FASTER = `do $$ begin
  execute format('alter database %I set synchronous_commit = off', current_database());
  execute format('alter database %I set plan_cache_mode = force_generic_plan', current_database());
end $$`;

function drawRound(dice: Dice, attempts: number): Life[] {
  const lives: Life[] = [];
  for (let left = attempts; left > 0; left -= attemptsOf(lives.slice(-1))) {
    lives.push(drawLife(dice));
  }
  return lives;
}

/** Makes the attempts of a wave at once, each on a connection of its own. */
async function raceOne(pool: Pool, entrant: Entrant, answers: Answers): Promise<void> {
  for (const wave of entrant.life.waves) {
    if (wave.some(({ what }) => what === 'expire')) await endTime(pool, entrant);
    await Promise.all(
      wave.map(async (attempt) => {
        try {
          answers.note(entrant, attempt, await makeAttempt(pool, entrant, attempt));
        } catch (error) {
          answers.noteFault(entrant, attempt, error as Error);
        }
      }),
    );
  }
}

async function raceAll(
  pool: Pool,
  entrants: readonly Entrant[],
  answers: Answers,
  onProgress: (attempts: number) => void,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let one = entrants[next++]; one; one = entrants[next++]) {
      await raceOne(pool, one, answers);
      onProgress(attemptsOf([one.life]));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function historiesOf(pool: Pool, broken: readonly BrokenPromise[]): Promise<string[]> {
  const lists: string[][] = [];
  for (const { subject } of broken) {
    if (lists.length === HISTORIES) break;
    const lines = await historyOf(pool, subject);
    if (lines.length > 0) lists.push(lines);
  }
  return lists.flat();
}

async function makeFaster(databaseUrl: string): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1, statementMs: 60_000, onError: () => {} });
  await pool.query(FASTER);
  await pool.end();
}

/** Races rounds of orders until `count` attempts were made or a promise was broken. */
export async function race(wanted: Wanted): Promise<Raced> {
  const { databaseUrl, count, seed, onProgress = () => {} } = wanted;
  await makeFaster(databaseUrl);
  const pool = createPool(databaseUrl, {
    max: CONNECTIONS,
    statementMs: 60_000,
    onError: () => {},
  });
  const answers = new Answers();
  const dice = new Dice(seed);
  let [attempts, orders] = [0, 0];
  let broken: BrokenPromise[] = [];
  try {
    while (attempts < count && broken.length === 0) {
      const lives = drawRound(dice, Math.min(ROUND, count - attempts));
      answers.beginRound();
      const entrants = await setUp({ databaseUrl, pool }, lives);
      await raceAll(pool, entrants, answers, (more) => onProgress((attempts += more)));
      orders += lives.length;
      await answers.countReturned(pool);
      broken = [...(await answers.check(pool)), ...(await check(pool))];
    }
    const histories = await historiesOf(pool, broken);
    return { attempts, orders, counts: answers.counts, broken, histories };
  } finally {
    await pool.end();
  }
}
