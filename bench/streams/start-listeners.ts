import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NoNumber } from '../run/no-number.ts';
import type { ListenAnswer, ListenOrder, ListenPlan, ListenTally } from './listen-plan.ts';

const CLIENT = join(import.meta.dirname, 'listen-client.ts');

export interface RunningListeners {
  readonly pid: number;
  /** What they got so far. */
  tally(): Promise<ListenTally>;
  /** Closes all streams. @returns what they got in all */
  end(): Promise<ListenTally>;
}

/**
 * Starts listeners in a process of their own, and waits until each has its first event. The process
 * ends with this one.
 * @throws NoNumber when a listener gets no stream
 */
export async function startListeners(plan: ListenPlan): Promise<RunningListeners> {
  const child = fork(CLIENT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = once(child, 'exit').then(() => {
    throw new Error('the listeners ended before they were told to');
  });
  gone.catch(() => {});
  const askNow = async (order: ListenOrder): Promise<ListenTally> => {
    const answered = once(child, 'message');
    child.send(order);
    const [answer] = (await Promise.race([answered, gone])) as [ListenAnswer];
    if ('tally' in answer) return answer.tally;
    throw new NoNumber(answer.fault);
  };
  // One after another, so that each gets its own answer.
  let last: Promise<unknown> = Promise.resolve();
  const ask = (order: ListenOrder): Promise<ListenTally> => {
    const answer = last.then(() => askNow(order));
    last = answer.catch(() => {});
    return answer;
  };
  const end = async () => {
    const exit = once(child, 'exit');
    const tally = await ask('end');
    await exit;
    return tally;
  };
  try {
    await ask({ open: plan });
  } catch (error) {
    child.kill();
    throw error;
  }
  return { pid: child.pid!, tally: () => ask('tally'), end };
}
