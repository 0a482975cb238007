import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AttackOrder, AttackPlan, AttackTally } from './attack-plan.ts';

const CLIENT = join(import.meta.dirname, 'attack-client.ts');

export interface RunningAttack {
  readonly pid: number;
  begin(): void;
  /** What the attackers did and got so far. */
  tally(): Promise<AttackTally>;
  /** Ends the flood. @returns what they did and got in all */
  end(): Promise<AttackTally>;
}

/** Starts attackers in a process of their own, which wait to begin. It ends with this process. */
export function startAttack(plan: AttackPlan): RunningAttack {
  const child = fork(CLIENT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const tell = (order: AttackOrder) => void child.send(order);
  const ask = async (order: 'tally' | 'end'): Promise<AttackTally> => {
    const gone = once(child, 'exit').then(() => {
      throw new Error('the attackers ended before they were told to');
    });
    gone.catch(() => {});
    const answer = once(child, 'message');
    tell(order);
    return ((await Promise.race([answer, gone])) as [AttackTally])[0];
  };
  const end = async () => {
    const exit = once(child, 'exit');
    const tally = await ask('end');
    await exit;
    return tally;
  };
  const begin = () => tell({ begin: plan });
  return { pid: child.pid!, begin, tally: () => ask('tally'), end };
}
