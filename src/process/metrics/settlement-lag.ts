import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import type { Time } from '../../platform/time.ts';

/** How far settlement is behind the cell. */
export interface Behind {
  readonly entries: number;
  /** Since the oldest unsettled entry was first seen; 0 without one. */
  readonly ms: number;
}

interface Mark {
  readonly seq: number;
  readonly seenMs: number;
}

/** Marks kept at most; a new one beyond it replaces the newest, and the oldest stays. */
const MARKS_MAX = 1_000;

/** Measures how long the oldest unsettled entry of a cell has been waiting. */
export class Lag {
  #marks: Mark[] = [];

  /**
   * @param seq the last entry of the cell
   * @param watermark the last settled entry
   */
  note(seq: number, watermark: number, nowMs: number): Behind {
    // A new epoch numbers its entries from 1.
    const isSameEpoch = seq >= (this.#marks.at(-1)?.seq ?? 0);
    this.#marks = isSameEpoch ? this.#marks.filter((mark) => mark.seq > watermark) : [];
    const isNews = seq > Math.max(watermark, this.#marks.at(-1)?.seq ?? 0);
    if (isNews && this.#marks.length === MARKS_MAX) this.#marks.pop();
    if (isNews) this.#marks.push({ seq, seenMs: nowMs });
    const oldest = this.#marks[0];
    return { entries: Math.max(0, seq - watermark), ms: oldest ? nowMs - oldest.seenMs : 0 };
  }
}

export interface LagMetrics {
  /** After every poll of a cell: its last entry, and the last settled one. */
  readonly onPoll: (cell: CellId, outbox: { seq: number; watermark: number }) => void;
  /** Of all polled cells: the sum of their entries, and the longest time; null: none is polled. */
  readonly readLag: () => Behind | null;
}

const MS_PER_S = 1_000;
/** A cell that was not polled for this long is away, or with another process. */
const POLLED_MS = 2_000;

/** The lag of the ledger behind the cells. */
export function lagMetrics(registry: Registry, time: Pick<Time, 'now'>): LagMetrics {
  const shared = { labelNames: ['cell'], registers: [registry] };
  const entries = new Gauge({
    name: 'doorbuster_outbox_lag_entries',
    help: 'Entries of the outbox that are not settled yet',
    ...shared,
  });
  const seconds = new Gauge({
    name: 'doorbuster_outbox_lag_seconds',
    help: 'Age of the oldest entry that is not settled yet',
    ...shared,
  });
  const lags = new Map<string, Lag>();
  const seen = new Map<string, Behind & { readonly atMs: number }>();
  return {
    onPoll: (id, { seq, watermark }) => {
      const cell = cellName(id);
      const lag = lags.get(cell) ?? new Lag();
      lags.set(cell, lag);
      const behind = lag.note(seq, watermark, time.now());
      seen.set(cell, { ...behind, atMs: time.now() });
      entries.set({ cell }, behind.entries);
      seconds.set({ cell }, behind.ms / MS_PER_S);
    },
    readLag: () => {
      const polled = [...seen.values()].filter(({ atMs }) => time.now() - atMs < POLLED_MS);
      if (polled.length === 0) return null;
      const all = polled.reduce((sum, one) => sum + one.entries, 0);
      return { entries: all, ms: Math.max(...polled.map(({ ms }) => ms)) };
    },
  };
}
