import { CELLS } from '../chaos-sale.ts';
import { Buyer } from './buyer.ts';
import { CellProbe } from './cell-probe.ts';
import type { Clients } from './clients.ts';
import { OrderLives } from './order-lives.ts';
import { Turnstile } from './turnstile.ts';

const BUYERS_A_CELL = 3;
const LIVES_A_CELL = 4;

/** All clients of an episode, each with its journal. */
export class Load {
  readonly #turnstile = new Turnstile(CELLS * (BUYERS_A_CELL + LIVES_A_CELL));
  readonly #probes: readonly CellProbe[];
  readonly #running: Promise<unknown>;

  /** They begin at once. */
  constructor(clients: Clients) {
    const cells = Array.from({ length: CELLS }, (_, cell) => cell);
    this.#probes = cells.map((cell) => new CellProbe(clients, cell));
    const everyone = cells.flatMap((cell) => [
      ...Array.from({ length: BUYERS_A_CELL }, (_, i) => new Buyer(clients, `b${i}`, cell)),
      ...Array.from({ length: LIVES_A_CELL }, (_, i) => new OrderLives(clients, `o${i}`, cell)),
    ]);
    this.#running = Promise.all(everyone.map((one) => one.run(this.#turnstile)));
    // A client that fails would never pass again: the wait for it must fail too.
    this.#running.catch(() => {});
  }

  /** Resolves when no client has a request under way. */
  async pause(): Promise<void> {
    await Promise.race([this.#turnstile.shut(), this.#running]);
  }

  resume(): void {
    this.#turnstile.open();
  }

  /** Ends all clients, which are paused. */
  async end(): Promise<void> {
    this.#turnstile.dismiss();
    await this.#running;
  }

  /** The time until each cell took a new order, in ms; null: not within `withinMs`. */
  firstOrders(withinMs: number): Promise<(number | null)[]> {
    return Promise.all(this.#probes.map((probe) => probe.firstOrder(withinMs)));
  }
}
