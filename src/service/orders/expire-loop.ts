import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { cellsWithDueOrders, expireDueOrders } from '../../ledger/orders/expire.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { Time } from '../../platform/time.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';

export interface ExpireDeps {
  readonly pool: Pool;
  /** Of this process: another release expires the orders of its own cells. */
  readonly protocol: number;
  readonly courier: Pick<InstructionCourier, 'push'>;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  readonly onExpired?: (orders: number) => void;
  /** Payments were given up: the provider has to be told. */
  readonly onCallsDue: () => void;
  /** Told after each transaction. */
  readonly onProgress?: () => void;
  /** Ends the run after the transactions under way. */
  readonly signal?: AbortSignal;
}

/** Orders of one transaction: they go to their cell in one script call, which must be short. */
const ORDERS_PER_TRANSACTION = 250;
/** Transactions of each cell in one run; the rest is the next run's. */
const MAX_ROUNDS = 400;
const SECOND_MS = 1_000;
/** The most orders that expire in a second: their units must not slow the rush that buys them. */
const ORDERS_PER_S = 2_000;
/** Cells at once: one whose Redis hangs must not hold up the others. */
const LANES = 4;

/** One run over all cells. */
class Run {
  readonly #deps: ExpireDeps;
  /** Orders that cannot expire, with the reason: once found, they do not hold up the others. */
  readonly #stuck = new Map<string, string>();
  readonly #faults: unknown[] = [];
  expired = 0;

  constructor(deps: ExpireDeps) {
    this.#deps = deps;
  }

  /** One transaction of each cell. @returns how many orders expired, or were found stuck */
  async round(): Promise<number> {
    const { pool, protocol } = this.#deps;
    const before = this.expired + this.#stuck.size;
    const cells = await cellsWithDueOrders(pool, protocol);
    await inParallel(cells, LANES, (cell) =>
      this.#turn(cell).catch((fault: unknown) => this.#faults.push(fault)),
    );
    return this.expired + this.#stuck.size - before;
  }

  /** @throws the reason why an order or a cell could not expire */
  check(): void {
    const [first] = this.#stuck;
    if (first) throw new Error(`order ${first[0]} cannot expire: ${first[1]}`);
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  async #turn(cell: CellId): Promise<void> {
    const { pool, courier, onProgress } = this.#deps;
    const ended = await expireDueOrders(pool, cell, ORDERS_PER_TRANSACTION, [
      ...this.#stuck.keys(),
    ]);
    for (const { order, reason } of ended.stuck) this.#stuck.set(order, reason);
    this.expired += ended.expired;
    onProgress?.();
    if (ended.expired > 0) await courier.push(cell);
  }
}

/**
 * Lets orders expire that were not paid in time, cells taking turns. The units of each batch are on
 * sale again right after its commit. Orders that another worker has locked are left to it. This is
 * one run; a chore of the worker repeats it.
 * @returns how many orders expired
 * @throws the reason why an order or a cell could not expire, after all others had their turn
 */
export async function expireUnpaidOrders(deps: ExpireDeps): Promise<number> {
  const run = new Run(deps);
  const { time } = deps;
  const startMs = time.monotonic();
  for (let round = 0; round < MAX_ROUNDS && !deps.signal?.aborted; round++) {
    if ((await run.round()) === 0) break;
    const dueMs = startMs + (run.expired * SECOND_MS) / ORDERS_PER_S;
    await time.sleep(Math.max(0, dueMs - time.monotonic()));
  }
  if (run.expired > 0) {
    deps.onExpired?.(run.expired);
    deps.onCallsDue();
  }
  run.check();
  return run.expired;
}
