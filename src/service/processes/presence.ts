import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import type { CellConnections } from '../../cell/connections.ts';
import type { SellingActivity } from '../../cell/selling/selling-activity.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { handOver } from '../../ledger/processes/hand-overs.ts';
import { beat, removeProcesses } from '../../ledger/processes/registry.ts';
import type { ServiceProcess } from '../../ledger/processes/registry.ts';
import { within } from '../../platform/deadline.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Repeating, Time } from '../../platform/time.ts';
import { EpochChurn } from './epoch-churn.ts';
import { FiguresTeller } from './figures-teller.ts';
import type { FiguresSource } from './figures-teller.ts';
import { OlderReleases } from './older-releases.ts';
import { RunQuestions } from './run-questions.ts';

export interface PresenceDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
  readonly directory: Directory;
  readonly acknowledged: AcknowledgedEntries;
  readonly activity: SellingActivity;
  readonly self: ServiceProcess;
  /** How this process does; null: it tells nobody. */
  readonly figures: FiguresSource | null;
  readonly time: Pick<Time, 'repeat' | 'monotonic' | 'after'>;
  readonly onError: (error: Error, where: string) => void;
  /** Is told that a cell gets new epochs again and again. @param epochs within a minute */
  readonly onChurn: (cell: CellId, epochs: number) => void;
}

const BEAT_MS = 500;
/** How soon a process notices that a cell is being recovered. */
const LOOK_MS = 200;
/** How often a process tells how it does: apart from its beats, which must not wait for that. */
const FIGURES_MS = 2_000;
const LANES = 4;
/** A ledger that is silent for longer has lost the connection: the next beat takes a new one. */
const BEAT_WITHIN_MS = 1_500;
const SIGN_OFF_WITHIN_MS = 3_000;
/** Beats that are further apart leave a gap, as an outage of the ledger does. */
const GAP_MS = 1_000;

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
  readonly #runs: RunQuestions;
  #loops: Repeating[] = [];
  #activityBefore = 0;
  #beatAtMs = -Infinity;
  #beatingFromMs = 0;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    this.#churn = new EpochChurn(deps.time);
    this.#older = new OlderReleases({ ...deps, protocol: deps.self.protocol });
    this.#runs = new RunQuestions(deps.time);
  }

  /** The id under which this process is registered. */
  get id(): string {
    return this.#deps.self.id;
  }

  /** Resolves once this process is registered. @throws when the ledger is away */
  async start(): Promise<void> {
    await this.#beat();
    const { time, onError } = this.#deps;
    const loop = (task: () => Promise<unknown>, pauseMs: number, where: string) =>
      time.repeat(() => unlessAway(task()), pauseMs, { onError: (error) => onError(error, where) });
    this.#loops = [
      loop(() => within(BEAT_WITHIN_MS, () => this.#beat()), BEAT_MS, 'processes'),
      loop(() => this.#look(), LOOK_MS, 'directory'),
    ];
    const { figures, self } = this.#deps;
    if (!figures) return;
    const teller = new FiguresTeller({ ...this.#deps, figures });
    const tell = () => within(BEAT_WITHIN_MS, () => teller.tell(self.id));
    this.#loops.push(loop(tell, FIGURES_MS, 'figures'));
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
    await unlessAway(within(SIGN_OFF_WITHIN_MS, signOff));
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

  /** For how long this process has been seen without a gap. */
  beatingForMs(): number {
    const nowMs = this.#deps.time.monotonic();
    return nowMs - this.#beatAtMs > GAP_MS ? 0 : nowMs - this.#beatingFromMs;
  }

  async #beat(): Promise<void> {
    const { pool, connections, directory, acknowledged, activity, self } = this.#deps;
    acknowledged.dropUnknown((cell) => directory.cell(cell) !== undefined);
    const [server] = connections.servers();
    const runId = await this.#runs.ask(server!);
    const { orders } = acknowledged.totals();
    const { count } = activity;
    const isActive = count !== this.#activityBefore;
    await beat(pool, self, { runId, rememberedOrders: orders, isActive });
    this.#activityBefore = count;
    this.#noteBeat();
    await this.#older.look();
  }

  #noteBeat(): void {
    const nowMs = this.#deps.time.monotonic();
    if (nowMs - this.#beatAtMs > GAP_MS) this.#beatingFromMs = nowMs;
    this.#beatAtMs = nowMs;
  }

  async #look(): Promise<void> {
    const { directory } = this.#deps;
    await directory.refresh();
    this.#forgetUnknown();
    const cells = directory.sales().flatMap((sale) => sale.cells);
    const due = cells.filter((cell) => this.#isDue(cell));
    for (const { id, epoch } of due) this.#watchChurn(id, epoch);
    await inParallel(due, LANES, ({ id, epoch }) => this.#tryHandOver(id, epoch));
  }

  #forgetUnknown(): void {
    const { directory } = this.#deps;
    const known = new Set(
      directory.sales().flatMap((sale) => sale.cells.map((cell) => cellName(cell.id))),
    );
    for (const name of this.#handed.keys()) if (!known.has(name)) this.#handed.delete(name);
    this.#churn.keepOnly(known);
  }

  /** A cell that cannot be handed over does not keep the others waiting. */
  async #tryHandOver(cell: CellId, epoch: number): Promise<void> {
    const { onError } = this.#deps;
    await unlessAway(this.handOver(cell, epoch)).catch((error: Error) => {
      onError(error, `hand-over of ${cellName(cell)}`);
    });
  }

  /** True when the cell left the epoch in which this process knew it. */
  #isDue({ id, epoch, state }: CellAddress): boolean {
    const name = cellName(id);
    const known = this.#handed.get(name);
    const isFirstLook = known === undefined && (state === 'open' || epoch <= 1);
    const hasNothing = isFirstLook && !this.#deps.acknowledged.hasBefore(id, epoch);
    if (hasNothing) this.#handed.set(name, epoch);
    return epoch > (this.#handed.get(name) ?? 0);
  }

  #watchChurn(cell: CellId, epoch: number): void {
    const epochs = this.#churn.note(cell, epoch);
    if (epochs !== null) this.#deps.onChurn(cell, epochs);
  }

  async #handOver(cell: CellId, epoch: number | null): Promise<void> {
    const { pool, acknowledged, self } = this.#deps;
    const closed = acknowledged.close(cell, epoch ?? Infinity);
    const runId = await this.#runOf(cell);
    await handOver(pool, cell, epoch, { process: self.id, runId, ...closed });
    acknowledged.forget(cell, epoch ?? Infinity);
    if (epoch !== null) this.#handed.set(cellName(cell), epoch);
  }

  /** The run that both connections to a cell reach; a word of its own when they differ. */
  async #runOf(cell: CellId): Promise<string | null> {
    const { hot, steady } = this.#deps.connections.of(cell);
    if (hot === steady) return this.#runs.ask(steady);
    const [one, other] = await Promise.all([this.#runs.ask(steady), this.#runs.ask(hot)]);
    if (one === null || other === null) return null;
    return one === other ? one : `${one} and ${other}`;
  }
}
