import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { ANSWERS, answerOf } from '../../domain/ops/process-figures.ts';
import type { AnswerCounts, ProcessFigures } from '../../domain/ops/process-figures.ts';
import { LabelCounter } from './label-counter.ts';
import { OrderTimes } from './order-times.ts';

/** What an api has counted since its start. */
export interface Asked {
  readonly answers: AnswerCounts;
  /** By `ORDER_BOUNDS_MS`. */
  readonly orderTimes: readonly number[];
  /** Script calls for orders. */
  readonly batches: ProcessFigures['batches'];
}

export interface AskingMetrics {
  /** @param outcome the code of a problem, or `ok`, `placed`, `replayed` */
  readonly onAnswered: (route: string, outcome: string) => void;
  /** An order was accepted. @param ms since its request was checked */
  readonly onOrderTimed: (ms: number) => void;
  /** @param ms from sending the call to its reply */
  readonly onBatch: (script: string, items: number, ms: number) => void;
  readonly readAsked: () => Promise<Asked>;
}

const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64];
const CALL_BUCKETS_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];
const MS_PER_S = 1_000;
/** The scripts that place orders. */
const ORDER_SCRIPTS: unknown[] = ['purchase', 'checkout'];
const SIZES = 'doorbuster_script_batch_items';

/** Adds up what a counter has by outcome. */
function answersOf(counter: LabelCounter): AnswerCounts {
  const counts = Object.fromEntries(ANSWERS.map((answer) => [answer, 0]));
  for (const [outcome, count] of counter.bySecond()) counts[answerOf(outcome)]! += count;
  return counts as AnswerCounts;
}

async function batchesOf(sizes: Histogram<'script'>): Promise<ProcessFigures['batches']> {
  const { values } = await sizes.get();
  const ours = values.filter(({ labels }) => ORDER_SCRIPTS.includes(labels.script));
  const sum = (word: string) =>
    ours.reduce((all, one) => (one.metricName === `${SIZES}_${word}` ? all + one.value : all), 0);
  return { calls: sum('count'), items: sum('sum') };
}

/** Requests of the api and its script calls. */
export function askingMetrics(registry: Registry): AskingMetrics {
  const registers = [registry];
  const requests = new LabelCounter(registry, {
    name: 'doorbuster_requests_total',
    help: 'Requests by answer: a code of docs/problems.md, or ok, placed, replayed',
    labels: ['route', 'outcome'],
  });
  const orders = new OrderTimes(registry);
  const sizes = new Histogram({
    name: SIZES,
    help: 'Orders, carts or claims sent to a cell in one script call',
    buckets: BATCH_BUCKETS,
    labelNames: ['script'] as const,
    registers,
  });
  const calls = new Histogram({
    name: 'doorbuster_script_call_seconds',
    help: 'How long a script call took, from sending it to its reply',
    buckets: CALL_BUCKETS_S,
    labelNames: ['script'] as const,
    registers,
  });
  return {
    onAnswered: (route, outcome) => requests.add(route, outcome),
    onOrderTimed: (ms) => orders.add(ms),
    onBatch: (script, items, ms) => {
      sizes.observe({ script }, items);
      calls.observe({ script }, ms / MS_PER_S);
    },
    readAsked: async () => ({
      answers: answersOf(requests),
      orderTimes: orders.counts,
      batches: await batchesOf(sizes),
    }),
  };
}
