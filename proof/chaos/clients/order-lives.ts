import { setTimeout as wait } from 'node:timers/promises';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { followCourse } from '../../crowd/order-lives/follow-course.ts';
import type { Course } from '../../crowd/order-lives/early-shoppers.ts';
import { LifeNotes } from '../../crowd/order-lives/life-notes.ts';
import type { OrderNote } from '../../crowd/order-lives/life-notes.ts';
import { OrderClient } from '../../crowd/order-lives/order-client.ts';
import { shopperOf } from '../chaos-sale.ts';
import type { Client, Clients } from './clients.ts';
import type { Turnstile } from './turnstile.ts';

/** `last_moment`: it is paid just before the time to pay is over, or just after. */
type Life = Course | 'last_moment';

const LIVES: readonly Life[] = [
  ...(['pay', 'pay', 'pay', 'decline', 'last_moment', 'leave', 'begin', 'cancel'] as const),
  ...(['pay', 'part', 'part_back', 'whole', 'whole_back', 'last_moment', 'cancel', 'pay'] as const),
];
const TRIES = 8;
const PAUSE_MIN_MS = 150;
const PAUSE_SPREAD_MS = 300;
/** A client waits this long for the state of an order, and then leaves it. */
const PATIENCE_MS = 4_000;
const ORDERS_A_SHOPPER = 4;
const POLL_MS = 50;
/** Paying begins between 600 ms before the end and 100 ms after it. */
const LAST_MOMENT_MS = 600;
const LAST_MOMENT_SPREAD_MS = 700;

/** Lets orders live one after another: places one, then pays, cancels, leaves or refunds it. */
export class OrderLives {
  readonly #client: Client;
  readonly #clients: Clients;
  readonly #cell: number;
  #lives = 0;

  constructor(clients: Clients, name: string, cell: number) {
    this.#client = clients.make(`${name}-${cell}`, TRIES);
    this.#clients = clients;
    this.#cell = cell;
  }

  /** Goes on until it is dismissed. */
  async run(turnstile: Turnstile): Promise<void> {
    const { dice } = this.#client;
    while (await turnstile.pass()) {
      await this.#live(turnstile);
      await wait(PAUSE_MIN_MS + dice.below(PAUSE_SPREAD_MS));
    }
  }

  async #live(turnstile: Turnstile): Promise<void> {
    const { name, dice } = this.#client;
    const number = this.#lives++;
    const shopper = shopperOf(name, this.#cell, Math.floor(number / ORDERS_A_SHOPPER));
    const buyer = { shopper, token: this.#clients.tokenOf(shopper) };
    const orders = this.#orderClient();
    const note = await orders.buy(buyer, `${name}-${number}`, this.#drawLines(), false);
    if (!note) return;
    const life = dice.pick(LIVES);
    if (life === 'last_moment') await this.#untilLastMoment(note, turnstile);
    await followCourse(this.#orderClient(), note, life === 'last_moment' ? 'pay' : life);
  }

  #orderClient(): OrderClient {
    const { sale, jwtSecret } = this.#clients.market;
    const { asker: retrying } = this.#client;
    const deadlineMs = performance.now() + PATIENCE_MS;
    return new OrderClient({
      url: '',
      sale,
      jwtSecret,
      retrying,
      notes: new LifeNotes(),
      deadlineMs,
    });
  }

  async #untilLastMoment({ order }: OrderNote, turnstile: Turnstile): Promise<void> {
    const earlyMs = LAST_MOMENT_MS - this.#client.dice.below(LAST_MOMENT_SPREAD_MS);
    const atMs = Date.parse(order.payBy) - earlyMs;
    while (Date.now() < atMs && !turnstile.isShut) await wait(POLL_MS);
  }

  #drawLines(): UnitsOf[] {
    const { dice } = this.#client;
    if (dice.oneIn(2)) return [{ offer: dice.pick(['kettle', 'lamp']), quantity: 1 }];
    const offers = dice.some(['teapot', 'blanket', 'bowls'], 1 + dice.below(2));
    return offers.map((offer) => ({ offer, quantity: 1 + dice.below(2) }));
  }
}
