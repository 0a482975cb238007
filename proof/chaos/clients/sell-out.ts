import { setTimeout as wait } from 'node:timers/promises';
import { shopperOf } from '../chaos-sale.ts';
import type { Client, Clients } from './clients.ts';

/** What a cell may still sell of an offer. */
export interface Shelf {
  readonly cell: number;
  readonly offer: string;
  readonly left: number;
  /** Units per shopper; null: no limit. */
  readonly most: number | null;
}

const TRIES = 8;
const MAX_QUANTITY = 999;
/** An offer with a limit needs a shopper for every few units: this many come. */
const SHOPPERS_MOST = 6;
/** Units that returned to an empty shelf wait until no api remembers it as empty. */
const SOLD_OUT_TRIES = 30;
const SOLD_OUT_PAUSE_MS = 200;
const CREATED = 201;

/** Buys what the ledger says is left, cell by cell. */
class Buyout {
  readonly #clients: Clients;
  #shoppers = 0;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  /** @returns what is wrong, in words */
  async empty(client: Client, { cell, offer, left, most }: Shelf): Promise<string[]> {
    const each = Math.min(MAX_QUANTITY, most ?? MAX_QUANTITY);
    const needed = Math.ceil(left / each);
    const shoppers = most === null ? needed : Math.min(needed, SHOPPERS_MOST);
    let units = left;
    for (let i = 0; i < shoppers; i++) {
      const quantity = Math.min(units, each);
      const code = await this.#buy(client, { cell, offer, quantity }, SOLD_OUT_TRIES);
      const about = `${quantity} of ${offer} in cell ${cell}`;
      if (code !== '') return [`sellable: ${units} are left, but ${about} are ${code}`];
      units -= quantity;
    }
    if (units > 0) return [];
    const code = await this.#buy(client, { cell, offer, quantity: 1 }, 1);
    return code === 'sold_out' ? [] : [`caps: ${offer} in cell ${cell}: one too many is ${code}`];
  }

  /** @returns the code of the refusal; empty: it was bought */
  async #buy(
    { asker }: Client,
    { cell, offer, quantity }: { cell: number; offer: string; quantity: number },
    tries: number,
  ): Promise<string> {
    const number = this.#shoppers++;
    const shopper = shopperOf('rest', cell, number);
    const ask = {
      what: 'order',
      success: 'placed',
      method: 'POST',
      url: `/v1/sales/${this.#clients.market.sale}/orders`,
      token: this.#clients.tokenOf(shopper),
      key: `rest-${number}`,
      body: { lines: [{ offer, quantity }] },
    } as const;
    for (let left = tries; ; left--) {
      const { status, code } = await asker.ask(ask);
      if (status === CREATED) return '';
      if (code !== 'sold_out' || left <= 1) return code;
      await wait(SOLD_OUT_PAUSE_MS);
    }
  }
}

/**
 * Sells everything that is left, and asks for one more of each offer.
 * @returns units that could not be sold, and units beyond what is left, in words
 */
export async function sellOut(clients: Clients, shelves: readonly Shelf[]): Promise<string[]> {
  const buyout = new Buyout(clients);
  const cells = [...Map.groupBy(shelves, ({ cell }) => cell)];
  const faults = await Promise.all(
    cells.map(async ([cell, list]) => {
      const client = clients.make(`rest-${cell}`, TRIES);
      const found: string[] = [];
      for (const shelf of list) found.push(...(await buyout.empty(client, shelf)));
      return found;
    }),
  );
  return faults.flat();
}
