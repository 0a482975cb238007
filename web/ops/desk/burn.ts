import type { SaleGlance } from '../../../client/index.ts';

/** What was left of a budget at one moment, in minor units. */
interface Drawn {
  readonly atMs: number;
  readonly left: number;
}

/** What was left of each budget in the last five minutes, by `budgetKey`; oldest first. */
export type Burn = ReadonlyMap<string, readonly Drawn[]>;

const WINDOW_MS = 300_000;
/** Nearer moments tell nothing more. */
const STEP_MS = 15_000;

export const budgetKey = (sale: string, budget: string): string => `${sale}/${budget}`;

/** Adds what is left now, and forgets budgets that are gone. */
export function withBudgets(burn: Burn, sales: readonly SaleGlance[], atMs: number): Burn {
  const added = ({ sale, budgets }: SaleGlance) =>
    budgets.map(({ id, left }): [string, readonly Drawn[]] => {
      const key = budgetKey(sale, id);
      const isKept = (one: Drawn) => one.atMs <= atMs && atMs - one.atMs <= WINDOW_MS;
      const kept = (burn.get(key) ?? []).filter(isKept);
      const last = kept.at(-1);
      return [key, last && atMs - last.atMs < STEP_MS ? kept : [...kept, { atMs, left }]];
    });
  return new Map(sales.flatMap(added));
}

/**
 * How long a budget lasts at the pace of the last minutes, in ms.
 * @returns null when nothing was drawn, or too little time has passed to say
 */
export function lastsMs(drawn: readonly Drawn[], left: number, nowMs: number): number | null {
  const [first] = drawn;
  if (!first || left <= 0 || nowMs - first.atMs < STEP_MS) return null;
  const spent = first.left - left;
  return spent > 0 ? (left / spent) * (nowMs - first.atMs) : null;
}
