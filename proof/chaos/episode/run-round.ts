import { setTimeout as wait } from 'node:timers/promises';
import type { Dice } from '../../builders/dice.ts';
import type { SaleAdmin } from '../../fleet/sale-admin.ts';
import { readChoreDelays } from '../checker/chore-delays.ts';
import type { ChoreDelays } from '../checker/chore-delays.ts';
import type { Load } from '../clients/load.ts';
import type { End, Fault } from '../faults/fault.ts';
import type { ChaosWorld } from '../world/chaos-world.ts';

/** A world in which a sale is open and clients buy. */
export interface Scene {
  readonly world: ChaosWorld;
  readonly sale: string;
  readonly admin: SaleAdmin;
  readonly load: Load;
  readonly dice: Dice;
}

/** What came of a round. */
export interface RoundResult {
  readonly faults: readonly string[];
  /** From the end of the faults to the first new order of each cell; null: there was none. */
  readonly firstOrdersMs: readonly (number | null)[];
  readonly chores: ChoreDelays;
  /** From the last request to the quiet sale; null: it did not become quiet. */
  readonly quietMs: number | null;
  /** What went wrong by then, in words. */
  readonly wrong: readonly string[];
}

const CALM_MS = 800;
const HOLD_LEAST_MS = 700;
const HOLD_SPREAD_MS = 1_600;
/** The second of two faults begins up to this much later. */
const STAGGER_MS = 800;
const SELLS_WITHIN_MS = 30_000;
export const QUIET_WITHIN_MS = 30_000;
/** Chores run on their own for this long after the cells sell. */
const CHORES_MS = 1_500;

const WORDS = 0x1_0000_0000;

async function beginAll({ world, dice }: Scene, faults: readonly Fault[]): Promise<End[]> {
  const random = () => dice.below(WORDS) / WORDS;
  return Promise.all(
    faults.map(async (fault, i) => {
      if (i > 0) await wait(dice.below(STAGGER_MS));
      return fault.begin(world, random);
    }),
  );
}

/** Strikes, holds, and heals. @returns when it was healed, in ms since 1970 */
async function strike(scene: Scene, faults: readonly Fault[]): Promise<number> {
  const ends = await beginAll(scene, faults);
  const holdMs = HOLD_LEAST_MS + scene.dice.below(HOLD_SPREAD_MS);
  if (!faults.every(({ isBrief }) => isBrief)) await wait(holdMs);
  await Promise.all(ends.map((end) => end()));
  return Date.now();
}

/** Waits until the sale is quiet. @returns the time it took, or why it is not */
export async function becomeQuiet({ admin, sale }: Scene): Promise<number | string> {
  try {
    return await admin.untilQuiet(sale, QUIET_WITHIN_MS);
  } catch (error) {
    return `quiet: ${(error as Error).message}`;
  }
}

/** Lets faults strike a world under load, and waits until it sells again and is quiet. */
export async function runRound(scene: Scene, faults: readonly Fault[]): Promise<RoundResult> {
  const { world, sale, load } = scene;
  await wait(CALM_MS);
  const fromMs = await strike(scene, faults);
  const firstOrdersMs = await load.firstOrders(SELLS_WITHIN_MS);
  await wait(CHORES_MS);
  await load.pause();
  const quiet = await becomeQuiet(scene);
  const chores = await readChoreDelays(world.databaseUrl, sale, { fromMs, toMs: Date.now() });
  load.resume();
  const names = faults.map(({ name }) => name);
  const after = `after ${names.join(' and ')}`;
  return {
    faults: names,
    firstOrdersMs,
    chores,
    quietMs: typeof quiet === 'number' ? quiet : null,
    wrong: [
      ...firstOrdersMs.flatMap((ms, cell) => {
        return ms === null ? [`standstill: cell ${cell} took no order ${after}`] : [];
      }),
      ...(typeof quiet === 'string' ? [`${quiet} ${after}`] : []),
    ],
  };
}
