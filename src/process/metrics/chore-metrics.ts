import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ChoreAge } from '../../queue/scheduled-chores.ts';

const MS_PER_S = 1000;

/**
 * How long ago each chore ran in this worker, asked at each scrape.
 * @returns what says whom to ask; a process without a worker has no chores
 */
export function choreMetrics(registry: Registry): {
  readonly readChores: (read: () => readonly ChoreAge[]) => void;
} {
  let read = (): readonly ChoreAge[] => [];
  new Gauge({
    name: 'doorbuster_chore_age_seconds',
    help: 'Time since a run of the chore ended, or made progress, in this worker',
    labelNames: ['chore'],
    registers: [registry],
    collect() {
      for (const { chore, ageMs } of read()) this.set({ chore }, ageMs / MS_PER_S);
    },
  });
  return { readChores: (from) => (read = from) };
}
