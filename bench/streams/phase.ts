import { setTimeout as wait } from 'node:timers/promises';
import { auditArm, SETTLED_WITHIN_MS, SETTLING, wishOf } from '../over-http/arms.ts';
import type { Harness } from '../over-http/harness.ts';
import { measuredPhase } from '../over-http/measured-phase.ts';
import type { MeasuredPhase } from '../over-http/measured-phase.ts';
import { measuredRush } from '../over-http/measured-rush.ts';
import type { Rushed } from '../over-http/measured-rush.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import type { OnSale } from '../over-http/put-on-sale.ts';
import { PLENTY } from '../over-http/wares.ts';
import { memoryOfApi } from './api-memory.ts';
import type { Memory } from './api-memory.ts';
import { missedBy } from './hearing.ts';
import type { ListenPlan, ListenTally } from './listen-plan.ts';
import { sellOut } from './sell-out.ts';
import type { OrderedAt } from './sell-out.ts';
import { startListeners } from './start-listeners.ts';
import type { RunningListeners } from './start-listeners.ts';
import { lastUnits, streamWares } from './stream-wares.ts';

export interface PhaseOptions {
  readonly seconds: number;
  /** Of the shoppers who buy, each as fast as it is answered. */
  readonly connections: number;
}

/** What listeners got beside the purchases. */
export interface Listening {
  readonly plan: ListenPlan;
  /** In all. */
  readonly tally: ListenTally;
  /** Events that they all got in the measured span. */
  readonly events: number;
  /** The memory of the api without them, and with all of them open. */
  readonly memory: { readonly before: Memory; readonly beside: Memory };
}

export interface Phase extends MeasuredPhase {
  readonly otherCores: number;
  readonly orderedAt: OrderedAt;
  /** Null in a phase without listeners. */
  readonly listening: Listening | null;
}

const HEARD_WITHIN_MS = 15_000;
const POLL_MS = 50;

const eventsOf = (tally: ListenTally): number =>
  Object.values(tally).reduce((sum, { events }) => sum + events, 0);

/** Waits until each listener has heard everything, but not for ever: the rest have missed it. */
async function untilHeard(plan: ListenPlan, listeners: RunningListeners): Promise<void> {
  const endMs = performance.now() + HEARD_WITHIN_MS;
  while (missedBy(plan, await listeners.tally()) > 0 && performance.now() < endMs) {
    await wait(POLL_MS);
  }
}

interface RushResult {
  readonly rushed: Rushed;
  readonly orderedAt: OrderedAt;
  /** Events of the listeners in the measured span. */
  readonly events: number;
}

/** Buys at full speed in a sale, while its offers of one unit sell out, one after another. */
async function rush(
  harness: Harness,
  { seconds, connections }: PhaseOptions,
  onSale: OnSale,
  listeners: RunningListeners | null,
): Promise<RushResult> {
  const offers = lastUnits(seconds);
  const selling: Promise<OrderedAt>[] = [];
  const wish = wishOf(harness, onSale, { seconds, connections });
  const pids = {
    ...wish.pids,
    worker: harness.worker.pid,
    postgres: harness.servers.postgres.pid,
    ...(listeners && { listeners: listeners.pid }),
  };
  const onEdge = async () => {
    if (selling.length === 0) {
      const sold = sellOut(harness, onSale.sale, { offers, seconds });
      sold.catch(() => {});
      selling.push(sold);
    }
    return listeners ? eventsOf(await listeners.tally()) : 0;
  };
  const rushed = await measuredRush(harness, { ...wish, pids, onEdge });
  const [first = 0, last = 0] = rushed.edges;
  return { rushed, orderedAt: (await selling[0]) ?? {}, events: last - first };
}

/**
 * Lets shoppers buy as fast as they are answered in a fresh sale, with or without listeners beside
 * them. Afterwards it compares their journals with the ledger, and audits the sale.
 * @param listenTo who listens to the sale, or null
 * @throws NoNumber on any fault; a listener that misses an event is none
 */
export async function runPhase(
  harness: Harness,
  options: PhaseOptions,
  listenTo: ((sale: string) => ListenPlan) | null,
): Promise<Phase> {
  const onSale = await putOnSale(harness, streamWares(options.seconds), PLENTY);
  const before = await memoryOfApi(harness);
  const plan = listenTo?.(onSale.sale) ?? null;
  const listeners = plan && (await startListeners(plan));
  let result: RushResult;
  let listening: Listening | null = null;
  try {
    const memory = { before, beside: await memoryOfApi(harness) };
    result = await rush(harness, options, onSale, listeners);
    if (plan && listeners) {
      await untilHeard(plan, listeners);
      const tally = await listeners.tally();
      listening = { plan, tally, events: result.events, memory };
    }
  } finally {
    await listeners?.end();
  }
  await harness.admin.untilQuiet(onSale.sale, SETTLED_WITHIN_MS, SETTLING);
  await auditArm(harness, onSale, [result.rushed.journal]);
  const { rushed, orderedAt } = result;
  const { otherCores } = rushed;
  return { ...measuredPhase(rushed), otherCores, orderedAt, listening };
}
