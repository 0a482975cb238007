/**
 * The listeners, a process of their own that `startListeners` forks. It yields the CPU to all
 * others: real listeners have machines of their own.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { Listeners } from './listeners.ts';
import type { ListenAnswer, ListenOrder, ListenPlan, ListenTally } from './listen-plan.ts';

let groups: Readonly<Partial<Record<keyof ListenTally, Listeners>>> = {};

const answer = (message: ListenAnswer): void => void process.send!(message);

const NOBODY = { open: 0, cut: 0, events: 0, fewest: 0, most: 0, heard: {} };

const tally = (): ListenTally => ({
  public: groups.public?.tally() ?? NOBODY,
  merchants: groups.merchants?.tally() ?? NOBODY,
});

/**
 * The process sleeps as long between two looks at its connections. It then reads what has come to
 * thousands of them at once, instead of waking for each.
 */
const SLEEP_MS = 20;
const asleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function sleepBetweenReads(): void {
  Atomics.wait(asleep, 0, 0, SLEEP_MS);
  setImmediate(sleepBetweenReads);
}

/** One group after the other: a service that others ask nothing is not busy. */
async function open(plan: ListenPlan): Promise<void> {
  for (const group of plan.groups) {
    const listeners = new Listeners(plan, group);
    groups = { ...groups, [group.audience]: listeners };
    await listeners.open();
  }
  setImmediate(sleepBetweenReads);
}

function end(): void {
  for (const listeners of Object.values(groups)) listeners.end();
}

async function obey(order: ListenOrder): Promise<void> {
  if (typeof order === 'object') await open(order.open);
  if (order === 'end') end();
  answer({ tally: tally() });
  if (order === 'end') process.disconnect();
}

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
setPriority(Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL));
process.on('message', (order: ListenOrder) => {
  obey(order).catch(({ message }: Error) => answer({ fault: message }));
});
// Also when the parent is gone.
process.once('disconnect', () => process.exit());
