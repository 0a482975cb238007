import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

export interface LabelCounterOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly [string, string];
}

/**
 * A counter with two labels for hot paths. It counts in plain maps, and fills the registry only
 * when the registry is scraped. It keeps each pair of labels for good, so there must be few.
 */
export class LabelCounter {
  readonly #rows = new Map<string, Map<string, number>>();

  constructor(registry: Registry, { name, help, labels }: LabelCounterOptions) {
    const rows = this.#rows;
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const [first, row] of rows) {
          for (const [second, count] of row) {
            this.inc({ [labels[0]]: first, [labels[1]]: second }, count);
          }
        }
      },
    });
  }

  add(first: string, second: string): void {
    let row = this.#rows.get(first);
    if (!row) this.#rows.set(first, (row = new Map()));
    row.set(second, (row.get(second) ?? 0) + 1);
  }

  /** Sums by the second label. */
  bySecond(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const row of this.#rows.values()) {
      for (const [second, count] of row) sums.set(second, (sums.get(second) ?? 0) + count);
    }
    return sums;
  }
}
