import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import { readRunId } from '../../cell/cells/server-identity.ts';
import type { CellConnections } from '../../cell/connections.ts';
import type { SellingActivity } from '../../cell/selling/selling-activity.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { handOver } from '../../ledger/processes/hand-overs.ts';
import { beat, removeProcesses } from '../../ledger/processes/registry.ts';
import type { ServiceProcess } from '../../ledger/processes/registry.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import { EpochChurn } from './epoch-churn.ts';
import { OlderReleases } from './older-releases.ts';

export interface PresenceDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
  readonly directory: Directory;
  readonly acknowledged: AcknowledgedEntries;
  readonly activity: SellingActivity;
  readonly self: ServiceProcess;
  readonly time: Pick<Time, 'repeat' | 'monotonic'>;
  readonly onError: (error: Error, where: string) => void;
  /** Is told that a cell gets new epochs again and again. @param epochs within a minute */
  readonly onChurn: (cell: CellId, epochs: number) => void;
}

const BEAT_MS = 500;
/** How soon a process notices that a cell is being recovered. */
const LOOK_MS = 200;
const LANES = 4;

/** The run that both connections to a cell reach; a word of its own when they differ. */
async function runIdOf(connections: CellConnections, cell: CellId): Promise<string | null> {
  const { hot, steady } = connections.of(cell);
  const [one, other] = await Promise.all([
    unlessAway(readRunId(steady)),
    hot === steady ? null : unlessAway(readRunId(hot)),
  ]);
  if (one === 'away' || other === 'away') return null;
  return other === null || one === other ? one : `${one} and ${other}`;
}

/**
 * Makes this process known to all others, twice a second, and hands over what it remembers of a
 * cell as soon as it notices that a recovery has claimed it. It also keeps the directory fresh.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  /** The epoch for which each cell was handed over last. */
  readonly #handed = new Map<string, number>();
  readonly #churn: EpochChurn;
  readonly #older: OlderReleases;
  #loops: Repeating[] = [];
  #activityBefore = 0;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    this.#churn = new EpochChurn(deps.time);
    this.#older = new OlderReleases({ ...deps, protocol: deps.self.protocol });
  }

  /** Resolves once this process is registered. @throws when the ledger is away */
  async start(): Promise<void> {
    await this.#beat();
    const { time, onError } = this.#deps;
    const loop = (task: () => Promise<unknown>, pauseMs: number, where: string) =>
      time.repeat(() => unlessAway(task()), pauseMs, { onError: (error) => onError(error, where) });
    this.#loops = [
      loop(() => this.#beat(), BEAT_MS, 'processes'),
      loop(() => this.#look(), LOOK_MS, 'directory'),
    ];
  }

  /**
   * Hands over all that is left and signs off. A process that cannot do so stays registered, as one
   * that died with something.
   */
  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    const { pool, acknowledged, self } = this.#deps;
    const signOff = async () => {
      for (const cell of acknowledged.cells()) await this.#handOver(cell, null);
      await removeProcesses(pool, [self.id]);
    };
    await unlessAway(signOff());
  }

  /** From this call on, this process acknowledges nothing of epochs before one. */
  async handOver(cell: CellId, epoch: number): Promise<void> {
    if ((this.#handed.get(cellName(cell)) ?? 0) >= epoch) return;
    await this.#handOver(cell, epoch);
  }

  /** True while this process may take the cells of an older protocol. */
  mayTake(protocol: number): boolean {
    return this.#older.mayTake(protocol);
  }

  async #beat(): Promise<void> {
    const { pool, connections, directory, acknowledged, activity, self } = this.#deps;
    acknowledged.dropUnknown((cell) => directory.cell(cell) !== undefined);
    const [server] = connections.servers();
    const runId = await unlessAway(readRunId(server!));
    const { orders } = acknowledged.totals();
    const { count } = activity;
    const isActive = count !== this.#activityBefore;
    const seen = runId === 'away' ? null : runId;
    await beat(pool, self, { runId: seen, rememberedOrders: orders, isActive });
    this.#activityBefore = count;
    await this.#older.look();
  }

  async #look(): Promise<void> {
    const { directory } = this.#deps;
    await directory.refresh();
    const cells = directory.sales().flatMap((sale) => sale.cells);
    const due = cells.filter((cell) => this.#isDue(cell));
    for (const { id, epoch } of due) this.#watchChurn(id, epoch);
    await inParallel(due, LANES, ({ id, epoch }) => this.handOver(id, epoch));
  }

  /** True when the cell left the epoch in which this process knew it. */
  #isDue({ id, epoch, state }: CellAddress): boolean {
    const name = cellName(id);
    const known = this.#handed.get(name);
    const hasNothing = known === undefined && (state === 'open' || epoch <= 1);
    if (hasNothing) this.#handed.set(name, epoch);
    return epoch > (this.#handed.get(name) ?? 0);
  }

  #watchChurn(cell: CellId, epoch: number): void {
    const epochs = this.#churn.note(cell, epoch);
    if (epochs !== null) this.#deps.onChurn(cell, epochs);
  }

  async #handOver(cell: CellId, epoch: number | null): Promise<void> {
    const { pool, connections, acknowledged, self } = this.#deps;
    const closed = acknowledged.close(cell, epoch ?? Infinity);
    const runId = await runIdOf(connections, cell);
    await handOver(pool, cell, epoch, { process: self.id, runId, ...closed });
    acknowledged.forget(cell, epoch ?? Infinity);
    if (epoch !== null) this.#handed.set(cellName(cell), epoch);
  }
}
