import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import type { Time } from '../../platform/time.ts';

/** More new epochs of a cell than this within the time are churn: processes chase each other. */
const EPOCHS_MAX = 6;
const WITHIN_MS = 60_000;

/** Notices cells that get new epochs again and again. */
export class EpochChurn {
  readonly #time: Pick<Time, 'monotonic'>;
  /** When each cell was seen in a new epoch, oldest first. */
  readonly #seen = new Map<string, { epoch: number; atMs: number }[]>();

  constructor(time: Pick<Time, 'monotonic'>) {
    this.#time = time;
  }

  /**
   * Counts changes, not the distance of epochs: after a ledger was restored, one change may skip
   * many epochs.
   * @returns the number of new epochs within a minute when it is an alarm, else null
   */
  note(cell: CellId, epoch: number): number | null {
    const now = this.#time.monotonic();
    const before = this.#seen.get(cellName(cell)) ?? [];
    const seen = before.filter(({ atMs }) => now - atMs < WITHIN_MS);
    if (seen.at(-1)?.epoch !== epoch) seen.push({ epoch, atMs: now });
    this.#seen.set(cellName(cell), seen);
    return seen.length > EPOCHS_MAX ? seen.length : null;
  }

  /** Forgets the cells that are not among these. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
  }
}
