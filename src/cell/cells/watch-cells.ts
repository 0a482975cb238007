import { cellName } from '../../domain/ids.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { CellAddress } from '../cell-address.ts';
import type { Displaced } from '../displaced.ts';
import { readCell } from './snapshot.ts';
import type { CellSnapshot } from './snapshot.ts';

/** How often all of a cell is read. Stock and pots are as long as the sale has offers. */
const POLL_MS = 80;
/** In between, how often the numbers of a cell are read if someone believes a poll for a moment. */
const HURRIED_POLL_MS = 40;
/** While someone waits for settlement. */
const EAGER_POLL_MS = 20;

/** `late`: not settled in time · `ended`: its epoch ended first, and settles in a recovery. */
export type Waited = 'settled' | 'late' | 'ended';

interface Waiter {
  readonly cell: CellAddress;
  readonly seq: number;
  readonly resolve: (waited: Waited) => void;
  readonly deadlineMs: number;
}

export interface WatchOptions {
  readonly time: Pick<Time, 'monotonic' | 'after'>;
  /** The cells to poll; each round asks again. */
  readonly cells: () => readonly CellAddress[];
  /** Whether a cell needs polls in between. */
  readonly isHurried: (cell: CellAddress) => boolean;
  /** @param askedAtMs when the poll was sent, by the monotonic clock */
  readonly onSnapshot: (cell: CellAddress, snapshot: CellSnapshot, askedAtMs: number) => void;
  /** The cell's scripts or keys are gone or damaged, or its epoch moved on. */
  readonly onDisplaced: (cell: CellAddress, displaced: Displaced) => void;
  /** A bug: the cell answered, and nobody can read what it says. The next poll tries again. */
  readonly onFault: (error: Error, cell: CellAddress) => void;
}

/** Polls every open cell, so that a process knows stock, inbox numbers and watermarks. */
export class CellWatch {
  readonly #options: WatchOptions;
  readonly #snapshots = new Map<string, { epoch: number; snapshot: CellSnapshot }>();
  /** When all of a cell was last asked for. */
  readonly #wholeAtMs = new Map<string, number>();
  #waiters: Waiter[] = [];
  #cancelPoll: () => void = () => {};
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
    this.#cancelPoll();
    for (const { resolve } of this.#waiters.splice(0)) resolve('late');
  }

  /** The last snapshot of the cell's present epoch: numbers a poll old, stock two or three. */
  snapshot(cell: CellAddress): CellSnapshot | null {
    const last = this.#snapshots.get(cellName(cell.id));
    return last?.epoch === cell.epoch ? last.snapshot : null;
  }

  /** Resolves once the entry is settled, at the deadline, or when the epoch ends. */
  whenSettled(cell: CellAddress, seq: number, waitMs: number): Promise<Waited> {
    if (this.#isStopped) return Promise.resolve('late');
    return new Promise((resolve) => {
      this.#waiters.push({
        cell,
        seq,
        resolve,
        deadlineMs: this.#options.time.monotonic() + waitMs,
      });
      if (this.#waiters.length === 1) this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#cancelPoll();
    const pauseMs = this.#waiters.length > 0 ? EAGER_POLL_MS : HURRIED_POLL_MS;
    this.#cancelPoll = this.#options.time.after(pauseMs, () => void this.#loop());
  }

  async #loop(): Promise<void> {
    this.#cancelPoll();
    const { cells, isHurried, onFault } = this.#options;
    const isDue = (cell: CellAddress) =>
      this.#waiters.length > 0 || isHurried(cell) || this.#isWholeDue(cell);
    const poll = (cell: CellAddress) =>
      this.#poll(cell).catch((error: Error) => onFault(error, cell));
    await Promise.all(cells().filter(isDue).map(poll));
    this.#settleWaiters();
    this.#schedule();
  }

  #isWholeDue({ id }: CellAddress): boolean {
    const lastMs = this.#wholeAtMs.get(cellName(id));
    return lastMs === undefined || this.#options.time.monotonic() - lastMs >= POLL_MS;
  }

  async #poll(cell: CellAddress): Promise<void> {
    const askedAtMs = this.#options.time.monotonic();
    const known = this.#isWholeDue(cell) ? null : this.snapshot(cell);
    if (!known) this.#wholeAtMs.set(cellName(cell.id), askedAtMs);
    const answer = await unlessAway(readCell(cell, known));
    if (answer === 'away') return;
    if (answer.word !== 'read') {
      this.#options.onDisplaced(cell, answer);
      return;
    }
    this.#snapshots.set(cellName(cell.id), { epoch: cell.epoch, snapshot: answer });
    this.#options.onSnapshot(cell, answer, askedAtMs);
  }

  #settleWaiters(): void {
    const now = this.#options.time.monotonic();
    this.#waiters = this.#waiters.filter(({ cell, seq, resolve, deadlineMs }) => {
      const last = this.#snapshots.get(cellName(cell.id));
      const isSettled = last?.epoch === cell.epoch && last.snapshot.watermark >= seq;
      const hasEnded = last !== undefined && last.epoch > cell.epoch;
      if (isSettled) resolve('settled');
      else if (hasEnded) resolve('ended');
      else if (now >= deadlineMs) resolve('late');
      else return true;
      return false;
    });
  }
}
