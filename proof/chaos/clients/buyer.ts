import { setTimeout as wait } from 'node:timers/promises';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { COUPON, cardholdersOf, shopperOf } from '../chaos-sale.ts';
import type { Client, Clients } from './clients.ts';
import type { Turnstile } from './turnstile.ts';

/** A request for an order, the same at every repetition. */
interface Wish {
  readonly shopper: string;
  readonly token: string;
  readonly key: string;
  readonly body: { readonly lines: readonly UnitsOf[]; readonly coupons?: readonly string[] };
}

/** Tries of a request; a buyer comes back later to those that got no answer. */
const BUYER_TRIES = 2;
const PAUSE_MIN_MS = 60;
const PAUSE_SPREAD_MS = 180;
/** A shopper may have 64 orders in a sale, and 8 unpaid ones at once. */
const ORDERS_A_SHOPPER = 5;
const KEPT_WISHES = 400;
const WAIT_S = 2;

/** Buys for shoppers of one cell and pays for nothing, so that all its orders expire. */
export class Buyer {
  readonly #client: Client;
  readonly #clients: Clients;
  readonly #cell: number;
  readonly #cardholders: readonly string[];
  /** Answered wishes, to be repeated. */
  readonly #granted: Wish[] = [];
  /** Wishes whose outcome is unknown. */
  readonly #open: Wish[] = [];
  #wishes = 0;

  constructor(clients: Clients, name: string, cell: number) {
    this.#client = clients.make(`${name}-${cell}`, BUYER_TRIES);
    this.#clients = clients;
    this.#cell = cell;
    this.#cardholders = cardholdersOf(cell);
  }

  /** Goes on until it is dismissed. */
  async run(turnstile: Turnstile): Promise<void> {
    const { dice } = this.#client;
    while (await turnstile.pass()) {
      await this.#step();
      await wait(PAUSE_MIN_MS + dice.below(PAUSE_SPREAD_MS));
    }
  }

  async #step(): Promise<void> {
    const { dice } = this.#client;
    const draw = dice.below(100);
    const known = this.#granted.length > 0 ? dice.pick(this.#granted) : null;
    if (draw < 15 && this.#open.length > 0) return this.#order(this.#open.shift()!, false);
    if (known && draw < 30) return this.#order(known, dice.oneIn(3));
    if (known && draw < 38) return this.#look(known);
    if (draw < 46) return this.#quote(this.#newWish());
    return this.#order(this.#newWish(), dice.oneIn(10));
  }

  #newWish(): Wish {
    const { name, dice } = this.#client;
    const number = this.#wishes++;
    const isCardholder = dice.oneIn(8);
    const shopper = isCardholder
      ? dice.pick(this.#cardholders)
      : shopperOf(name, this.#cell, Math.floor(number / ORDERS_A_SHOPPER));
    const lines = this.#drawLines(isCardholder);
    const body = isCardholder ? { lines, coupons: [COUPON] } : { lines };
    return { shopper, token: this.#clients.tokenOf(shopper), key: `${name}-${number}`, body };
  }

  #drawLines(isCardholder: boolean): UnitsOf[] {
    const { dice } = this.#client;
    if (isCardholder) return [{ offer: 'blanket', quantity: 1 + dice.below(2) }];
    const draw = dice.below(100);
    if (draw < 40) return [{ offer: 'kettle', quantity: 1 + dice.below(2) }];
    if (draw < 55) return [{ offer: 'lamp', quantity: 1 }];
    if (draw < 65) return [{ offer: 'last-cups', quantity: 1 }];
    const offers = dice.some(['teapot', 'blanket', 'bowls', 'kettle'], 1 + dice.below(3));
    return offers.map((offer) => ({ offer, quantity: 1 }));
  }

  async #order(wish: Wish, isWaiting: boolean): Promise<void> {
    const { token, key, body } = wish;
    const url = `/v1/sales/${this.#clients.market.sale}/orders`;
    const ask = { what: 'order', success: 'placed', method: 'POST', url, token, key } as const;
    const waitS = isWaiting ? { waitS: WAIT_S } : {};
    const { status } = await this.#client.asker.ask({ ...ask, ...waitS, body });
    if (status === 0 || status === 503) this.#open.push(wish);
    if (status !== 201) return;
    if (this.#granted.length < KEPT_WISHES) this.#granted.push(wish);
  }

  async #look({ token }: Wish): Promise<void> {
    const url = `/v1/sales/${this.#clients.market.sale}/orders`;
    const ask = { what: 'orders', success: 'looked at', method: 'GET', url, token } as const;
    await this.#client.asker.ask(ask);
  }

  async #quote({ token, body }: Wish): Promise<void> {
    const url = `/v1/sales/${this.#clients.market.sale}/quotes`;
    const ask = { what: 'quote', success: 'quoted', method: 'POST', url, token, body } as const;
    await this.#client.asker.ask(ask);
  }
}
