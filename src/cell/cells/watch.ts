import type { Redis } from 'ioredis';
import { cellName } from '../../domain/ids.ts';
import { callScript } from '../../platform/script.ts';
import { unlessDisplaced } from '../selling/script-batches.ts';
import type { Displaced } from '../selling/script-batches.ts';
import type { CellPlace } from '../directory.ts';
import { read } from '../scripts.ts';
import type { CellSnapshot } from '../scripts.ts';

const POLL_MS = 100;
/** While someone waits for settlement. */
const EAGER_POLL_MS = 20;

interface Waiter {
  readonly place: CellPlace;
  readonly seq: number;
  readonly resolve: (isSettled: boolean) => void;
  readonly deadlineMs: number;
}

export interface WatchOptions {
  readonly redis: Redis;
  /** The cells to poll; asked anew each round. */
  readonly places: () => readonly CellPlace[];
  readonly onSnapshot: (place: CellPlace, snapshot: CellSnapshot) => void;
  /** The cell's scripts or keys are gone, or its epoch moved on. */
  readonly onDisplaced: (place: CellPlace) => void;
}

/** @returns that the cell is elsewhere when it did not answer for this epoch */
export const readCell = (redis: Redis, place: CellPlace): Promise<CellSnapshot | Displaced> =>
  unlessDisplaced(place, () => callScript(redis, read, place.shas!.read, place.keys, {}));

/** Polls every open cell, so that a process knows stock, inbox numbers and watermarks. */
export class CellWatch {
  readonly #options: WatchOptions;
  readonly #snapshots = new Map<string, { epoch: number; snapshot: CellSnapshot }>();
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    void this.#loop();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const { resolve } of this.#waiters.splice(0)) resolve(false);
  }

  /** The last snapshot of the cell's present epoch, at most a poll old. */
  snapshot(place: CellPlace): CellSnapshot | null {
    const last = this.#snapshots.get(cellName(place.id));
    return last?.epoch === place.epoch ? last.snapshot : null;
  }

  /** Resolves true once the entry is settled, false at the deadline or when the epoch ends. */
  whenSettled(place: CellPlace, seq: number, waitMs: number): Promise<boolean> {
    if (this.#isStopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiters.push({ place, seq, resolve, deadlineMs: performance.now() + waitMs });
      if (this.#waiters.length === 1) this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isStopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    const pause = this.#waiters.length > 0 ? EAGER_POLL_MS : POLL_MS;
    this.#timer = setTimeout(() => void this.#loop(), pause);
  }

  async #loop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await Promise.allSettled(this.#options.places().map((place) => this.#poll(place)));
    this.#settleWaiters();
    this.#schedule();
  }

  async #poll(place: CellPlace): Promise<void> {
    const answer = await readCell(this.#options.redis, place);
    if (answer.word !== 'read') {
      this.#options.onDisplaced(place);
      return;
    }
    this.#snapshots.set(cellName(place.id), { epoch: place.epoch, snapshot: answer });
    this.#options.onSnapshot(place, answer);
  }

  #settleWaiters(): void {
    const now = performance.now();
    this.#waiters = this.#waiters.filter(({ place, seq, resolve, deadlineMs }) => {
      const last = this.#snapshots.get(cellName(place.id));
      const isSettled = last?.epoch === place.epoch && last.snapshot.watermark >= seq;
      const isOver = now >= deadlineMs || (last !== undefined && last.epoch > place.epoch);
      if (isSettled || isOver) resolve(isSettled);
      return !isSettled && !isOver;
    });
  }
}
