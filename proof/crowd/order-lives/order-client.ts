import { setTimeout as wait } from 'node:timers/promises';
import type { OrderView } from '../../../src/domain/order.ts';
import type { PaymentView } from '../../../src/domain/payment.ts';
import type { RefundLine, RefundView } from '../../../src/domain/refunds/refund.ts';
import { signFor } from '../../builders/secrets.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import type { Ask, RetryingClient, Told } from './retrying-client.ts';
import type { EarlyShopper } from './early-shoppers.ts';
import type { LifeNotes, OrderNote } from './life-notes.ts';

/** The service, the sale and the limits of a client. */
export interface OrderClientOptions {
  readonly url: string;
  readonly sale: string;
  readonly jwtSecret: string;
  readonly retrying: Pick<RetryingClient, 'ask'>;
  readonly notes: LifeNotes;
  /** The client waits for no state after this, by `performance.now()`, in ms. */
  readonly deadlineMs: number;
}

export type Buyer = Pick<EarlyShopper, 'shopper' | 'token'>;

const OK = 200;
/** The pause before the first poll; each further one is half longer, up to `POLL_MAX_MS`. */
const POLL_MS = 100;
const POLL_MAX_MS = 400;
const POLL_GROWTH = 1.5;

/** Makes the requests of shoppers and merchants about orders, and notes the answers. */
export class OrderClient {
  readonly #options: OrderClientOptions;

  constructor(options: OrderClientOptions) {
    this.#options = options;
  }

  /** @returns null when the order was refused */
  async buy(
    { shopper, token }: Buyer,
    key: string,
    lines: readonly UnitsOf[],
    isSecondTry: boolean,
  ): Promise<OrderNote | null> {
    const { notes, sale } = this.#options;
    notes.noteAsked(shopper, key, lines);
    const path = `/v1/sales/${sale}/orders`;
    const ask = { what: 'order', success: 'placed', path, token, key, body: { lines } };
    const { code, text } = await this.#post(ask);
    if (code === 'sold_out') notes.soldOut.add((JSON.parse(text) as { offer: string }).offer);
    if (code !== '') return null;
    return notes.noteOrder(key, {
      order: JSON.parse(text) as OrderView,
      shopper,
      token,
      isSecondTry,
    });
  }

  /** @returns null when the order is no longer payable */
  async startPaying({ order, token }: OrderNote): Promise<PaymentView | null> {
    const path = `/v1/orders/${order.id}/payments`;
    const ask = { what: 'payment', success: 'payment begun', path, token };
    const { code, text } = await this.#post(ask);
    return code === '' ? (JSON.parse(text) as PaymentView) : null;
  }

  /** Begins a new payment once this one is known to have failed. */
  payAgain(note: OrderNote, failed: PaymentView): Promise<PaymentView | null> {
    return this.#poll(async () => {
      const next = await this.startPaying(note);
      if (next === null) return 'over';
      return next.id === failed.id ? null : next;
    });
  }

  /** Pays as a shopper does on the page of the sandbox. */
  async visit({ url }: PaymentView, outcome: 'authorize' | 'decline'): Promise<void> {
    const page = new URL(url!);
    const ref = page.pathname.split('/').at(-1)!;
    const success = outcome === 'authorize' ? 'paid at the sandbox' : 'declined at the sandbox';
    await this.#options.retrying.ask({
      what: 'sandbox',
      success,
      method: 'POST',
      body: { outcome },
      url: `${page.origin}/payments/${ref}/pay`,
    });
  }

  /** Waits until the order is not reserved. */
  async outcomeOf(note: OrderNote): Promise<void> {
    const { retrying, url } = this.#options;
    const { order, token } = note;
    await this.#poll(async () => {
      const ask = { what: 'look', success: 'looked at', method: 'GET' as const };
      const told = await retrying.ask({ ...ask, url: `${url}/v1/orders/${order.id}`, token });
      if (told.status === OK) note.state = (JSON.parse(told.text) as OrderView).state;
      return note.state === 'reserved' ? null : note.state;
    });
  }

  async cancel(note: OrderNote): Promise<void> {
    const path = `/v1/orders/${note.order.id}/cancel`;
    const ask = { what: 'cancel', success: 'cancelled', path, token: note.token };
    const { code, text } = await this.#post(ask);
    if (code === '') note.state = (JSON.parse(text) as OrderView).state;
  }

  /** Asks twice under one key: both answers must be the same. */
  async refund(note: OrderNote, lines: readonly RefundLine[], restock: boolean): Promise<void> {
    const { notes } = this.#options;
    const path = `/v1/orders/${note.order.id}/refunds`;
    const token = this.#sellerToken(note, lines);
    const body = { lines, restock };
    const ask = { what: 'refund', success: 'refunded', path, token, key: 'refund', body };
    const first = await this.#post(ask);
    if (first.code !== '') return;
    notes.noteRefund(note, JSON.parse(first.text) as RefundView);
    const again = await this.#post(ask);
    if (again.text === first.text) return;
    notes.faults.push(`${note.order.id}: the same refund got two different answers`);
  }

  /** The token of the merchant of all lines, or of an operator when there are several. */
  #sellerToken({ order }: OrderNote, lines: readonly RefundLine[]): string {
    const stores = new Set(lines.map(({ line }) => order.lines[line]!.store));
    const [store = ''] = stores;
    const claims =
      stores.size === 1
        ? ({ sub: `merchant of ${store}`, role: 'merchant', store } as const)
        : ({ sub: 'operator', role: 'operator' } as const);
    return signFor(this.#options.jwtSecret, claims);
  }

  #post({ path, ...ask }: Omit<Ask, 'method' | 'url'> & { readonly path: string }): Promise<Told> {
    const { retrying, url } = this.#options;
    return retrying.ask({ ...ask, method: 'POST', url: `${url}${path}` });
  }

  /** @returns null at the deadline and when there is nothing to wait for */
  async #poll<T>(look: () => Promise<T | 'over' | null>): Promise<T | null> {
    let pauseMs = POLL_MS;
    while (performance.now() < this.#options.deadlineMs) {
      await wait(pauseMs);
      const found = await look();
      if (found !== null) return found === 'over' ? null : (found as T);
      pauseMs = Math.min(POLL_MAX_MS, pauseMs * POLL_GROWTH);
    }
    return null;
  }
}
