import { setTimeout as wait } from 'node:timers/promises';
import { shopperOf } from '../chaos-sale.ts';
import type { Client, Clients } from './clients.ts';

/** A new shopper comes this often. */
const EVERY_MS = 100;
const AT_ONCE = 40;
const ORDERS_A_SHOPPER = 5;

/**
 * Finds when a cell takes new orders again: shoppers come one after another, so that none of them
 * waits for the request of one before.
 */
export class CellProbe {
  readonly #clients: Clients;
  readonly #cell: number;
  readonly #free: Client[] = [];
  #made = 0;
  #shoppers = 0;

  constructor(clients: Clients, cell: number) {
    this.#clients = clients;
    this.#cell = cell;
  }

  /** @returns how long the first new order took, in ms; null: there was none within `withinMs` */
  async firstOrder(withinMs: number): Promise<number | null> {
    const startMs = performance.now();
    const asked: Promise<void>[] = [];
    let tookMs: number | null = null;
    while (tookMs === null && performance.now() - startMs < withinMs) {
      const client = this.#freeClient();
      if (client) {
        const asking = this.#ask(client).then((isNew) => {
          if (isNew) tookMs ??= performance.now() - startMs;
          this.#free.push(client);
        });
        asked.push(asking);
      }
      await wait(EVERY_MS);
    }
    await Promise.all(asked);
    return tookMs;
  }

  #freeClient(): Client | null {
    const free = this.#free.pop();
    if (free || this.#made === AT_ONCE) return free ?? null;
    return this.#clients.make(`probe-${this.#cell}-${this.#made++}`, 1);
  }

  async #ask({ asker }: Client): Promise<boolean> {
    const number = this.#shoppers++;
    const shopper = shopperOf('probe', this.#cell, Math.floor(number / ORDERS_A_SHOPPER));
    const { isNew } = await asker.ask({
      what: 'order',
      success: 'placed',
      method: 'POST',
      url: `/v1/sales/${this.#clients.market.sale}/orders`,
      token: this.#clients.tokenOf(shopper),
      key: `probe-${this.#cell}-${number}`,
      body: { lines: [{ offer: 'kettle', quantity: 1 }] },
    });
    return isNew;
  }
}
