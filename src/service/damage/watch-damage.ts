import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { damagedKeys } from '../../cell/cells/damaged-keys.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { recordDiverged } from '../../ledger/cell-rows.ts';
import { unlessLater } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import { CONFIRM_AFTER_MS, wrongRecords, wrongTerms } from './compare-contents.ts';
import { compareCounters } from './compare-counters.ts';
import type { Comparison, Counter } from './compare-counters.ts';
import { inWords } from './finding.ts';
import type { Finding } from './finding.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';

export interface RebuildDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  readonly onCorrupt: (cell: CellId, found: string) => void;
  readonly onError: (error: Error, cell: string) => void;
}

/** How long a look compares records before other cells have their turn. */
const RECORDS_MS = 100;
/** A look gives up when the settler commits meanwhile, which it often does in a busy cell. */
const TRIES = 10;
/** A round of looks is followed by a rest of this many times its duration. */
const REST_FACTOR = 20;
/** On a busy machine a round is slow, and damage must still be noticed within seconds. */
const REST_MAX_MS = 5_000;

/** Each counter that differs, with how much more the cell may give than the ledger says. */
const differencesOf = (wrong: readonly Counter[]): Map<string, Counter> =>
  new Map(
    wrong
      .filter(({ available, expected }) => available !== expected)
      .map((one) => [`${one.promise} ${one.name} ${one.available - one.expected}`, one]),
  );

const counterInWords = ({ name, available, expected }: Counter): string =>
  `${name}: the cell may give ${available}, the ledger says ${expected}`;

/** The records of a cell in one epoch, on their way through a comparison. */
interface Walk {
  readonly epoch: number;
  readonly pages: AsyncGenerator<Finding[]>;
}

/**
 * Compares all open cells with the ledger: keys, counters and terms at each look, records a part at
 * a time. What differs twice in a row is wrong: its cell is marked as diverged and rebuilt.
 */
export class DamageWatch {
  readonly #deps: RebuildDeps;
  /** The differences for which a cell was rebuilt, until a look finds that they are gone. */
  readonly #rebuiltFor = new Map<string, string>();
  /** The same for anything but counters. */
  readonly #rebuiltForContents = new Map<string, string>();
  readonly #walks = new Map<string, Walk>();
  #workedMs = 0;
  #restUntilMs = -Infinity;

  constructor(deps: RebuildDeps) {
    this.#deps = deps;
  }

  /** Does nothing while it rests from the last round: a quick one costs a twentieth of the time. */
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
    this.#restUntilMs = time.monotonic() + Math.min(REST_FACTOR * this.#workedMs, REST_MAX_MS);
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
    // The recovery names the keys.
    if ((await damagedKeys(cell)).length > 0) return this.#recover(cell);
    if (!(await this.#lookAtCounters(cell))) return;
    const { time } = this.#deps;
    const startMs = time.monotonic();
    const found = await this.#wrongContents(cell);
    this.#workedMs += time.monotonic() - startMs;
    if (found.length > 0) await this.#rebuildFor(cell, found);
  }

  /** Terms, and the next records. */
  async #wrongContents(cell: CellAddress): Promise<Finding[]> {
    const { time } = this.#deps;
    const terms = await wrongTerms(this.#deps, cell);
    if (terms.length > 0) return terms;
    const name = cellName(cell.id);
    const known = this.#walks.get(name);
    const isSame = known?.epoch === cell.epoch;
    const walk = isSame ? known : { epoch: cell.epoch, pages: wrongRecords(this.#deps, cell) };
    this.#walks.set(name, walk);
    for (const untilMs = time.monotonic() + RECORDS_MS; ;) {
      const page = await walk.pages.next();
      if (page.done) this.#walks.delete(name);
      if (page.done || page.value.length > 0) return page.value ?? [];
      if (time.monotonic() >= untilMs) return [];
    }
  }

  /** A rebuild that did not help is not repeated: the audit reports what stays wrong. */
  async #rebuildFor(cell: CellAddress, wrong: readonly Finding[]): Promise<void> {
    const name = cellName(cell.id);
    const found = wrong.map(inWords).toSorted().join('; ');
    if (found === this.#rebuiltForContents.get(name)) return;
    await this.#rebuild(cell, found);
    this.#rebuiltForContents.set(name, found);
  }

  /** @returns false when the cell is rebuilt, or was not compared */
  async #lookAtCounters(cell: CellAddress): Promise<boolean> {
    const name = cellName(cell.id);
    const first = await this.#differences(cell);
    if (!first) return false;
    if (first.size === 0) {
      this.#rebuiltFor.delete(name);
      return true;
    }
    // A rebuild did not help: what it would load again is wrong, and the audit reports it.
    const found = [...first.keys()].toSorted().join('; ');
    if (found === this.#rebuiltFor.get(name)) return true;
    await this.#deps.time.sleep(CONFIRM_AFTER_MS);
    const second = await this.#differences(cell);
    const wrong = [...(second ?? [])].flatMap(([key, counter]) => (first.has(key) ? counter : []));
    if (wrong.length === 0) return true;
    await this.#rebuild(cell, wrong.map(counterInWords).join('; '));
    this.#rebuiltFor.set(name, found);
    return false;
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
