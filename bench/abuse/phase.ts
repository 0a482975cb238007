import { auditArm, SETTLED_WITHIN_MS, SETTLING, wishOf } from '../over-http/arms.ts';
import type { Harness } from '../over-http/harness.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import { measuredPhase } from '../over-http/measured-phase.ts';
import type { MeasuredPhase } from '../over-http/measured-phase.ts';
import { measuredRush, total } from '../over-http/measured-rush.ts';
import type { Rushed } from '../over-http/measured-rush.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { AttackPlan, AttackTally } from './attack-plan.ts';
import { watchMemory } from './memory.ts';
import type { MemorySpan } from './memory.ts';
import { startAttack } from './start-attack.ts';
import type { RunningAttack } from './start-attack.ts';

export interface PhaseOptions {
  readonly seconds: number;
  /** Honest shoppers, with a connection each. */
  readonly shoppers: number;
  /** What they order together, whatever the service does. */
  readonly ordersPerSecond: number;
  /** One token each. */
  readonly tokensFile: string;
}

/** What attackers sent and got in the measured span. */
export interface AttackSpan {
  readonly tries: number;
  readonly answers: number;
}

export interface Phase extends MeasuredPhase {
  readonly apiMemory: MemorySpan;
  /** Null in a phase without attackers. */
  readonly attack: (AttackTally & { readonly span: AttackSpan }) | null;
}

const STALLED = 'stalled';
const HELD_BACK = 'held back';

const answersOf = ({ got }: AttackTally): number => total(got) - (got[HELD_BACK] ?? 0);

/** Of a stalled connection nobody knows the answers, so its tries count as answered. */
function spanOf([first, last]: readonly AttackTally[]): AttackSpan {
  const tries = last!.tries - first!.tries;
  const answers = answersOf(last!) - answersOf(first!);
  return { tries, answers: last!.got[STALLED] ? tries : answers };
}

/**
 * Begins when the honest shoppers are connected and the measured span begins, so that what the
 * limits let through at once counts in full. Ends after the shoppers.
 */
async function underAttack(
  attack: RunningAttack | null,
  rush: (onEdge: () => Promise<number>) => Promise<Rushed>,
): Promise<{ rushed: Rushed; attack: Phase['attack'] }> {
  const marks: AttackTally[] = [];
  const onEdge = async () => {
    if (attack && marks.length === 0) attack.begin();
    if (attack) marks.push(await attack.tally());
    return 0;
  };
  try {
    const rushed = await rush(onEdge);
    const tally = attack && (await attack.end());
    return { rushed, attack: tally && { ...tally, span: spanOf(marks) } };
  } catch (error) {
    await attack?.end();
    throw error;
  }
}

/**
 * Lets honest shoppers buy at a steady rate in a fresh sale, with or without attackers beside them.
 * Afterwards it compares their journals with the ledger, and audits the sale.
 * @param attackOn the flood on this sale, or null
 * @throws NoNumber on any fault; that some shoppers were refused is none
 */
export async function runPhase(
  harness: Harness,
  options: PhaseOptions,
  attackOn: ((sale: string) => AttackPlan) | null,
): Promise<Phase> {
  const { seconds, shoppers: connections, ordersPerSecond: ratePerSecond, tokensFile } = options;
  const onSale = await putOnSale(harness, hotWares, PLENTY);
  const memory = watchMemory(harness.api.pid);
  const attack = attackOn && startAttack(attackOn(onSale.sale));
  const wish = wishOf(harness, onSale, { seconds, connections });
  const pace = { ratePerSecond, untilUnits: Number.MAX_SAFE_INTEGER, isOpen: true };
  const pids = {
    ...wish.pids,
    worker: harness.worker.pid,
    ...(attack && { attackers: attack.pid }),
  };
  const result = await underAttack(attack, (onEdge) =>
    measuredRush(harness, { ...wish, pids, pace, tokensFile, onEdge }),
  );
  const apiMemory = memory();
  await harness.admin.untilQuiet(onSale.sale, SETTLED_WITHIN_MS, SETTLING);
  await auditArm(harness, onSale, [result.rushed.journal]);
  return { ...measuredPhase(result.rushed), apiMemory, attack: result.attack };
}
