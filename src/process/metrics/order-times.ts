import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { ORDER_BOUNDS_MS } from '../../domain/ops/process-figures.ts';

const MS_PER_S = 1_000;
const NAME = 'doorbuster_order_seconds';
const HELP = 'How long an order took that was accepted, without the wait of Prefer: wait';

const lineOf = (word: string, value: number, labels: { le?: string | number } = {}) => {
  return { metricName: `${NAME}_${word}`, value, labels, sharedLabels: {} };
};

/**
 * A histogram for the hot path. It counts in a plain array, and makes the lines of the registry
 * only when the registry is scraped.
 */
export class OrderTimes extends Histogram {
  readonly #counts: number[] = Array.from({ length: ORDER_BOUNDS_MS.length + 1 }, () => 0);
  #sumMs = 0;

  constructor(registry: Registry) {
    const buckets = ORDER_BOUNDS_MS.map((ms) => ms / MS_PER_S);
    super({ name: NAME, help: HELP, buckets, registers: [registry] });
  }

  add(ms: number): void {
    let bucket = 0;
    while (bucket < ORDER_BOUNDS_MS.length && ms > ORDER_BOUNDS_MS[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sumMs += ms;
  }

  /** Counts since the start, by `ORDER_BOUNDS_MS`. */
  get counts(): readonly number[] {
    return [...this.#counts];
  }

  /** What the registry prints; `get` calls it, too. */
  async getForPromString() {
    let below = 0;
    const values = this.#counts.map((count, i) => {
      const bound = ORDER_BOUNDS_MS[i];
      const le = bound === undefined ? '+Inf' : bound / MS_PER_S;
      return lineOf('bucket', (below += count), { le });
    });
    const totals = [lineOf('sum', this.#sumMs / MS_PER_S), lineOf('count', below)];
    return { name: NAME, help: HELP, type: 'histogram', values: [...values, ...totals] };
  }
}
