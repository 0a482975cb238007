import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { damagedKeys } from '../../cell/cells/damaged-keys.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { recordDiverged } from '../../ledger/cell-rows.ts';
import { unlessLater } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import { compareCounters } from './compare-counters.ts';
import type { Comparison, Counter } from './compare-counters.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';

export interface RebuildDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  readonly onCorrupt: (cell: CellId, found: string) => void;
  readonly onError: (error: Error, cell: string) => void;
}

/** Between the two looks at a counter that seems wrong. */
const CONFIRM_AFTER_MS = 250;
/** A look gives up when the settler commits meanwhile, which it often does in a busy cell. */
const TRIES = 10;
/** A round of looks is followed by a rest of this many times its duration. */
const REST_FACTOR = 20;

/** Each counter that differs, with how much more the cell may give than the ledger says. */
const differencesOf = (wrong: readonly Counter[]): Map<string, Counter> =>
  new Map(
    wrong
      .filter(({ available, expected }) => available !== expected)
      .map((one) => [`${one.promise} ${one.name} ${one.available - one.expected}`, one]),
  );

const inWords = ({ name, available, expected }: Counter): string =>
  `${name}: the cell may give ${available}, the ledger says ${expected}`;

/**
 * Looks at the counters of all open cells. A counter that differs from the ledger twice in a row by
 * the same amount is wrong: its cell is marked as diverged and rebuilt. So is a cell that has lost
 * whole keys.
 */
export class CounterWatch {
  readonly #deps: RebuildDeps;
  /** The differences for which a cell was rebuilt, until a look finds that they are gone. */
  readonly #rebuiltFor = new Map<string, string>();
  #workedMs = 0;
  #restUntilMs = -Infinity;

  constructor(deps: RebuildDeps) {
    this.#deps = deps;
  }

  /** Does nothing while it rests from the last round: then it costs a twentieth of the time. */
  async round(): Promise<void> {
    const { directory, time, onError } = this.#deps;
    if (time.monotonic() < this.#restUntilMs) return;
    this.#workedMs = 0;
    const selling = directory.sales().filter(({ sale }) => sale.state !== 'closed');
    const cells = selling.flatMap((sale) => sale.cells);
    for (const cell of cells.filter(
      ({ state, isOurProtocol }) => state === 'open' && isOurProtocol,
    )) {
      await unlessLater(this.#look(cell)).catch((error: Error) =>
        onError(error, cellName(cell.id)),
      );
    }
    this.#restUntilMs = time.monotonic() + REST_FACTOR * this.#workedMs;
  }

  async #differences(cell: CellAddress): Promise<Map<string, Counter> | null> {
    const { pool, time } = this.#deps;
    const startMs = time.monotonic();
    let compared: Comparison | null = null;
    for (let tries = 0; tries < TRIES && !compared; tries++) {
      compared = await compareCounters({ pool }, cell, { isCheap: true });
    }
    this.#workedMs += time.monotonic() - startMs;
    return compared && differencesOf(compared.wrong);
  }

  async #look(cell: CellAddress): Promise<void> {
    const found = await damagedKeys(cell);
    // The recovery names the keys.
    if (found.length > 0) return this.#recover(cell);
    await this.#lookAtCounters(cell);
  }

  async #lookAtCounters(cell: CellAddress): Promise<void> {
    const name = cellName(cell.id);
    const first = await this.#differences(cell);
    if (!first) return;
    if (first.size === 0) return void this.#rebuiltFor.delete(name);
    // A rebuild did not help: what it would load again is wrong, and the audit reports it.
    const found = [...first.keys()].toSorted().join('; ');
    if (found === this.#rebuiltFor.get(name)) return;
    await this.#deps.time.sleep(CONFIRM_AFTER_MS);
    const second = await this.#differences(cell);
    const wrong = [...(second ?? [])].flatMap(([key, counter]) => (first.has(key) ? counter : []));
    if (wrong.length === 0) return;
    await this.#rebuild(cell, wrong.map(inWords).join('; '));
    this.#rebuiltFor.set(name, found);
  }

  async #rebuild(cell: CellAddress, found: string): Promise<void> {
    this.#deps.onCorrupt(cell.id, found);
    await this.#recover(cell);
  }

  async #recover({ id, epoch }: CellAddress): Promise<void> {
    const { pool, recoverOnce } = this.#deps;
    await recordDiverged(pool, id, epoch);
    await recoverOnce.recover(id, { epoch, state: 'open' });
  }
}
