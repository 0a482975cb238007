/**
 * The attackers, a process of their own that `startAttack` forks. It yields the CPU to all others:
 * real attackers have machines of their own.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { Attacker } from './attackers.ts';
import type { AttackOrder, AttackPlan } from './attack-plan.ts';

const TICK_MS = 5;
const SECOND_MS = 1_000;

let attacker: Attacker | null = null;

/** Tries come at a steady rate, whether or not earlier ones are answered. */
function begin(plan: AttackPlan): void {
  const begun = new Attacker(plan);
  const startMs = performance.now();
  let tries = 0;
  const tick = () => {
    const due = Math.floor(((performance.now() - startMs) * plan.perSecond) / SECOND_MS);
    for (; tries < due; tries++) begun.attempt();
  };
  setInterval(tick, TICK_MS);
  attacker = begun;
}

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
setPriority(Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL));
process.on('message', (order: AttackOrder) => {
  if (typeof order === 'object') return begin(order.begin);
  process.send!(attacker?.tally ?? { tries: 0, got: {} });
  if (order === 'end') process.disconnect();
});
// Also when the parent is gone.
process.once('disconnect', () => process.exit());
