import type { CellId } from '../../domain/ids.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Displaced } from '../../cell/displaced.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { apart } from '../../platform/deadline.ts';
import { mayOpen } from '../processes/older-releases.ts';
import { tellDamage } from './tell-damage.ts';
import { recover } from './recover-cell.ts';
import type { Seen } from './claim-cell.ts';
import type { RecoverDeps, Recovery } from './recover-cell.ts';

export interface RecoverOnceDeps extends RecoverDeps {
  readonly directory: Directory;
  readonly onRecovery?: (cell: CellId, seenEpoch: number, outcome: Recovery | Error) => void;
}

/** The pause after a failure: each try takes a new epoch, so tries must not chase each other. */
const PAUSE_MS = 25;
const PAUSE_MAX_MS = 1_000;

/** A cell that is found damaged so often within this time is not helped by rebuilds. */
const HEALINGS_MAX = 5;
const HEALINGS_MS = 60_000;

interface Healing {
  /** The epoch that was found damaged last, and is rebuilt. */
  readonly epoch: number;
  /** When rebuilds were begun, the last ones. */
  readonly atMs: readonly number[];
}

interface Pause {
  readonly ms: number;
  readonly untilMs: number;
}

/** Recovers a displaced cell once at a time in this process, however many callers noticed. */
export class RecoverOnce {
  readonly #deps: RecoverOnceDeps;
  readonly #pauses = new Map<string, Pause>();
  readonly #running = new Map<string, Promise<Recovery | Error>>();
  readonly #healings = new Map<string, Healing>();
  #isClosed = false;

  constructor(deps: RecoverOnceDeps) {
    this.#deps = deps;
  }

  /**
   * Leaves a cell that another release has to the processes of that release, until it may be taken.
   * @param seen the epoch and state in which the caller found the cell
   * @returns the Error that ended the recovery; the next caller that finds the cell tries again
   */
  recover(cell: CellId, seen: Seen): Promise<Recovery | Error> {
    if (this.#isClosed) return Promise.resolve(new Error('closing: no recovery is begun'));
    const known = this.#deps.directory.cell(cell);
    if (known && !mayOpen(this.#deps, known.protocol)) return Promise.resolve('not_needed');
    const name = cellName(cell);
    if (this.#deps.time.monotonic() < (this.#pauses.get(name)?.untilMs ?? 0)) {
      return Promise.resolve('in_progress');
    }
    let running = this.#running.get(name);
    if (!running) {
      running = apart(() => this.#run(cell, seen)).finally(() => this.#running.delete(name));
      this.#running.set(name, running);
    }
    return running;
  }

  /**
   * Recovers a cell whose displacement a caller has met. Damage is reported once an epoch.
   * @returns false when rebuilds do not help: then it is a bug
   */
  heal(cell: CellAddress, displaced: Displaced): boolean {
    if (displaced.word !== 'damaged') {
      void this.recover(cell.id, cell);
      return true;
    }
    const { id, epoch } = cell;
    const atMs = this.#deps.time.monotonic();
    const last = this.#healings.get(cellName(id));
    if (last?.epoch === epoch) return true;
    const recent = (last?.atMs ?? []).filter((one) => atMs - one < HEALINGS_MS);
    if (recent.length >= HEALINGS_MAX) return false;
    const healing = { epoch, atMs: [...recent, atMs] };
    this.#healings.set(cellName(id), healing);
    void this.#heal(cell, displaced.found, healing);
    return true;
  }

  /** A try that could not begin, or failed, is forgotten: the next caller tries again. */
  async #heal(cell: CellAddress, found: string, healing: Healing): Promise<void> {
    await tellDamage(this.#deps, cell, found).catch(() => {});
    const outcome = await this.recover(cell.id, cell);
    const isDone = outcome === 'opened' || outcome === 'not_needed' || outcome === 'overtaken';
    const name = cellName(cell.id);
    if (isDone || this.#healings.get(name) !== healing) return;
    this.#healings.set(name, { epoch: 0, atMs: healing.atMs.slice(0, -1) });
  }

  /** Begins no more, and finishes what is under way: a recovery cut off would hold its claim. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#running.values());
  }

  #pause(name: string, outcome: Recovery | Error): void {
    if (!(outcome instanceof Error)) {
      this.#pauses.delete(name);
      return;
    }
    const ms = Math.min(2 * (this.#pauses.get(name)?.ms ?? PAUSE_MS), PAUSE_MAX_MS);
    this.#pauses.set(name, { ms, untilMs: this.#deps.time.monotonic() + ms });
  }

  async #run(cell: CellId, seen: Seen): Promise<Recovery | Error> {
    const outcome = await recover(this.#deps, cell, seen).catch((error: Error) => error);
    this.#pause(cellName(cell), outcome);
    this.#deps.onRecovery?.(cell, seen.epoch, outcome);
    // The service also refreshes it in its own loops, which report what is wrong with it.
    await this.#deps.directory.refresh().catch(() => {});
    return outcome;
  }
}
