import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { OnTurnedAway } from '../../http/deps.ts';
import { NOTES_MAX } from '../../domain/ops/process-figures.ts';
import type { SecurityNote } from '../../domain/ops/process-figures.ts';
import type { Time } from '../../platform/time.ts';
import { LabelCounter } from './label-counter.ts';
import { poolMetrics } from './pool-metrics.ts';
import type { PoolMetrics } from './pool-metrics.ts';

export interface DoorMetrics extends PoolMetrics {
  readonly onTurnedAway: OnTurnedAway;
  /** The keys of `JWT_JWKS_URL` could not be fetched. */
  readonly onKeysAway: () => void;
  /** Says where to read how hard-pressed this api is. */
  readonly readPressure: (level: () => number) => void;
  /** A request was turned away at the door. */
  readonly onSecurity: (note: Omit<SecurityNote, 'atMs'>) => void;
  /** The newest notes of requests that were turned away, newest last. */
  readonly readNotes: () => readonly SecurityNote[];
}

/** What a process does to protect itself. */
export function doorMetrics(registry: Registry, time: Pick<Time, 'now'>): DoorMetrics {
  const notes: SecurityNote[] = [];
  const turnedAway = new LabelCounter(registry, {
    name: 'doorbuster_turned_away_total',
    help: 'Callers turned away: limited (by limit), shed (by class of route) or cut (by reason)',
    labels: ['reason', 'subject'],
  });
  let level = () => 0;
  new Gauge({
    name: 'doorbuster_pressure_level',
    help: 'Classes of routes that are turned away: 0 none, 1 first, 2 middle too, 3 last too',
    registers: [registry],
    collect() {
      this.set(level());
    },
  });
  const keysAway = new Counter({
    name: 'doorbuster_key_set_failures_total',
    help: 'Times that the keys of JWT_JWKS_URL could not be fetched; the last ones stay in use',
    registers: [registry],
  });
  return {
    onKeysAway: () => keysAway.inc(),
    ...poolMetrics(registry),
    onTurnedAway: (reason, subject) => turnedAway.add(reason, subject),
    readPressure: (read) => {
      level = read;
    },
    onSecurity: (note) => {
      notes.push({ atMs: time.now(), ...note });
      if (notes.length > NOTES_MAX) notes.shift();
    },
    readNotes: () => [...notes],
  };
}
