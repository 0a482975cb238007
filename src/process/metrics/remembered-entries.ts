import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export interface Remembered {
  readonly entries: number;
  readonly orders: number;
  readonly bytes: number;
}

const NOTHING: Remembered = { entries: 0, orders: 0, bytes: 0 };

/**
 * What an api remembers of unsettled entries, asked at each scrape.
 * @returns what says whom to ask; a process without an api remembers nothing
 */
export function rememberedMetrics(registry: Registry): {
  readonly readRemembered: (read: () => Remembered) => void;
} {
  let read = () => NOTHING;
  const gauge = (what: keyof Remembered, help: string) =>
    new Gauge({
      name: `doorbuster_remembered_${what}`,
      help,
      registers: [registry],
      collect() {
        this.set(read()[what]);
      },
    });
  gauge('entries', 'Entries that this api acknowledged and the ledger does not have yet');
  gauge('orders', 'Orders and claims in those entries');
  gauge('bytes', 'Memory that holds those entries');
  return { readRemembered: (from) => (read = from) };
}
