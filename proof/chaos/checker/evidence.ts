import type { OrderView } from '../../../src/domain/order.ts';
import type { PaymentView } from '../../../src/domain/payment.ts';
import type { RefundView } from '../../../src/domain/refunds/refund.ts';
import { purchaseName } from '../../checker/compare-books.ts';
import type { Asked, Evidence } from '../../checker/compare-books.ts';
import type { Answered, Exchange } from '../clients/client-journal.ts';

/** An answer that showed something, with the line of the journal that has it. */
export interface Shown<T> {
  readonly at: string;
  readonly shopper: string;
  readonly view: T;
}

/** What the clients of an episode know from their journals. */
export interface ChaosEvidence extends Evidence {
  /** Every order that any answer showed, by id. */
  readonly seen: ReadonlyMap<string, Shown<OrderView>>;
  /** The answers to the requests of a shopper's key, by `purchaseName`, the first one first. */
  readonly placed: ReadonlyMap<string, readonly Shown<OrderView>[]>;
  readonly payments: readonly Shown<PaymentView>[];
  readonly cancelled: readonly Shown<OrderView>[];
  readonly refunds: readonly Shown<RefundView>[];
}

const CREATED = 201;
const SUCCESSES = 200;
const REFUSALS = 300;

const linesOf = ({ body }: Exchange['asked']): Asked => (body as { lines: Asked }).lines;

/** Appends to the list of a name. */
function append<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name);
  if (list) list.push(value);
  else lists.set(name, [value]);
}

class Gatherer implements ChaosEvidence {
  readonly asked = new Map<string, Asked[]>();
  readonly acknowledged = new Map<string, Set<string>>();
  readonly soldOut = new Set<string>();
  readonly seen = new Map<string, Shown<OrderView>>();
  readonly placed = new Map<string, Shown<OrderView>[]>();
  readonly payments: Shown<PaymentView>[] = [];
  readonly cancelled: Shown<OrderView>[] = [];
  readonly refunds: Shown<RefundView>[] = [];

  note({ name: at, asked, end }: Exchange): void {
    const { what, subject: shopper, key } = asked;
    if (what === 'order') append(this.asked, purchaseName(shopper, key), linesOf(asked));
    if (end?.line !== 'answered') return;
    if (end.status < SUCCESSES || end.status >= REFUSALS) return;
    this.#noteSuccess(what, { at, shopper, view: JSON.parse(end.text) as never }, { key, end });
  }

  #noteSuccess(
    what: string,
    shown: Shown<never>,
    { key, end }: { readonly key: string; readonly end: Answered },
  ): void {
    if (what === 'order' && end.status === CREATED) this.#notePlaced(key, shown);
    if (what === 'look') this.#see(shown);
    if (what === 'orders') this.#seeAll(shown);
    if (what === 'payment') this.payments.push(shown);
    if (what === 'refund') this.refunds.push(shown);
    if (what !== 'cancel') return;
    this.#see(shown);
    this.cancelled.push(shown);
  }

  #notePlaced(key: string, shown: Shown<OrderView>): void {
    const name = purchaseName(shown.shopper, key);
    append(this.placed, name, shown);
    const ids = this.acknowledged.get(name) ?? new Set();
    this.acknowledged.set(name, ids.add(shown.view.id));
    this.#see(shown);
  }

  #seeAll({ view, ...shown }: Shown<{ readonly items: readonly OrderView[] }>): void {
    for (const item of view.items) this.#see({ ...shown, view: item });
  }

  #see(shown: Shown<OrderView>): void {
    if (!this.seen.has(shown.view.id)) this.seen.set(shown.view.id, shown);
  }
}

/** Gathers what the clients know. */
export function gather(exchanges: readonly Exchange[]): ChaosEvidence {
  const gatherer = new Gatherer();
  for (const exchange of exchanges) gatherer.note(exchange);
  return gatherer;
}
