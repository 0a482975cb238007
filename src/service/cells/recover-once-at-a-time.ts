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

/** A cell that is found damaged again so soon after its rebuild was not helped by it. */
const HEALED_FOR_MS = 10_000;

interface Healing {
  /** The epoch that was found damaged. */
  readonly epoch: number;
  readonly atMs: number;
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
   * Recovers a cell whose displacement a caller has met. Damage is reported, once an epoch.
   * @returns false when the cell was rebuilt for damage just before: then it is a bug instead, and
   * another rebuild would not help
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
    if (last && atMs - last.atMs < HEALED_FOR_MS) return false;
    this.#healings.set(cellName(id), { epoch, atMs });
    void this.#heal(cell, displaced.found);
    return true;
  }

  async #heal(cell: CellAddress, found: string): Promise<void> {
    await tellDamage(this.#deps, cell, found).catch(() => {});
    await this.recover(cell.id, cell);
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
