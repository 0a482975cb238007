import type { Pool } from 'pg';
import { FIRST_REGISTERED_PROTOCOL } from '../../cell/protocol.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { DEAD_AFTER_MS, listProcesses } from '../../ledger/processes/registry.ts';
import type { RegisteredProcess } from '../../ledger/processes/registry.ts';
import type { Time } from '../../platform/time.ts';

/** The release of a process, and what it may take from others. */
export interface Release {
  /** Of its scripts. */
  readonly protocol: number;
  /** True for a protocol whose cells this process may take over; absent: it takes none. */
  readonly mayTake?: ((protocol: number) => boolean) | undefined;
}

/** True when a process may open a cell that is with the release of a protocol; 0: with none. */
export const mayOpen = ({ protocol: ours, mayTake }: Release, protocol: number): boolean =>
  protocol === ours || protocol === 0 || (mayTake?.(protocol) ?? false);

export interface OlderReleasesDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  /** Of this process. */
  readonly protocol: number;
  readonly time: Pick<Time, 'monotonic'>;
}

/** A process that answered no buyer for this long is idle. */
const IDLE_MS = 5_000;
/**
 * After an outage of the ledger nobody has been seen for a while. So processes are watched for this
 * long, by looks that are at most a gap apart, before anyone counts as dead.
 */
const WATCH_MS = DEAD_AFTER_MS;
const GAP_MS = 1_000;
/**
 * For how long cells may be taken after the older release was idle. The worker looks at every cell
 * each second: a sale should not stay divided between two releases when one of them wakes up.
 */
const TAKE_WITHIN_MS = 5_000;

/**
 * Knows which cells this process may take from an older release without an operator. An api of this
 * release must live, and every living process of the older one must be idle. One that sells keeps
 * all cells of its release: shoppers reach it for all of them.
 */
export class OlderReleases {
  readonly #deps: OlderReleasesDeps;
  readonly #freeUntilMs = new Map<number, number>();
  #watchedFromMs = 0;
  #lookedAtMs = -Infinity;

  constructor(deps: OlderReleasesDeps) {
    this.#deps = deps;
  }

  /** Call it every half second. It asks nobody while no cell is with an older release. */
  async look(): Promise<void> {
    const { pool, time } = this.#deps;
    const older = this.#protocolsOfCells();
    if (older.size === 0) return;
    const processes = await listProcesses(pool);
    const nowMs = time.monotonic();
    if (nowMs - this.#lookedAtMs > GAP_MS) this.#watchedFromMs = nowMs;
    this.#lookedAtMs = nowMs;
    if (nowMs - this.#watchedFromMs < WATCH_MS) return;
    const living = processes.filter(({ seenMsAgo }) => seenMsAgo < DEAD_AFTER_MS);
    for (const protocol of older) {
      if (this.#isFree(protocol, living)) this.#freeUntilMs.set(protocol, nowMs + TAKE_WITHIN_MS);
    }
  }

  /** True while cells of this protocol may be taken; never for a newer one. */
  mayTake(protocol: number): boolean {
    return this.#deps.time.monotonic() < (this.#freeUntilMs.get(protocol) ?? -Infinity);
  }

  #protocolsOfCells(): Set<number> {
    const { directory, protocol: ours } = this.#deps;
    const cells = directory.sales().flatMap((sale) => sale.cells);
    const protocols = cells.map(({ protocol }) => protocol);
    return new Set(protocols.filter((one) => one >= FIRST_REGISTERED_PROTOCOL && one < ours));
  }

  #isFree(protocol: number, living: readonly RegisteredProcess[]): boolean {
    const { protocol: ours } = this.#deps;
    const canSell = living.some((one) => one.acknowledges && one.protocol === ours);
    const theirs = living.filter((one) => one.protocol === protocol);
    return canSell && theirs.every(({ activeMsAgo }) => activeMsAgo >= IDLE_MS);
  }
}
