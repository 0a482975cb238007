import { homeCell } from '../../../src/domain/ids.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import type { PlacedOrder } from '../../../src/domain/order.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { Offer } from '../../../src/domain/sale.ts';
import { deal } from '../../../src/domain/units.ts';

/** A shopper’s request; a null total expects none. */
export interface Request {
  readonly shopper: string;
  readonly key: string;
  readonly offer: string;
  readonly quantity: number;
  readonly expectedTotalMinor: number | null;
}

interface ModelOrder extends Request {
  readonly priceMinor: number;
  readonly image: PlacedOrder;
  isSettled: boolean;
}

/** Changes that the ledger tells a cell. */
interface News {
  readonly offer: Offer;
  readonly units: number;
}

interface ModelCell {
  readonly terms: Map<string, Offer>;
  readonly left: Map<string, number>;
  unheard: News[];
}

/** `placed` at this price, or `repeated` with the first answer. */
export type Expected =
  | { readonly word: 'placed'; readonly priceMinor: number }
  | { readonly word: 'repeated'; readonly image: PlacedOrder }
  | { readonly word: 'refused'; readonly refusal: Refusal };

const refused = (refusal: Refusal): Expected => ({ word: 'refused', refusal });
const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

/** A sale as it is promised: one map of orders, and the units left in each cell. */
export class ShopModel {
  readonly cells: readonly ModelCell[];
  readonly offers = new Map<string, Offer>();
  /** Orders by shopper and key. */
  readonly orders = new Map<string, ModelOrder>();
  /** All requests so far. */
  readonly requests: Request[] = [];
  isPaused = false;

  constructor(offers: readonly Offer[], cells: number) {
    this.cells = Array.from({ length: cells }, () => ({
      terms: new Map(),
      left: new Map(),
      unheard: [],
    }));
    for (const offer of offers) this.setOffer(offer);
    this.hearAll();
  }

  cellOf(shopper: string): number {
    return homeCell(shopper as ShopperId, this.cells.length);
  }

  ordersIn(cell: number): ModelOrder[] {
    return [...this.orders.values()].filter(({ shopper }) => this.cellOf(shopper) === cell);
  }

  ordersOf(shopper: string): ModelOrder[] {
    return [...this.orders.values()].filter((order) => order.shopper === shopper);
  }

  /** The ledger takes the terms and deals the new units; the cells are not told yet. */
  setOffer(offer: Offer): void {
    const had = deal(this.offers.get(offer.id)?.cap ?? 0, this.cells.length);
    this.offers.set(offer.id, offer);
    const has = deal(offer.cap, this.cells.length);
    this.cells.forEach((cell, i) => cell.unheard.push({ offer, units: has[i]! - had[i]! }));
  }

  hear(cell: number): void {
    const { terms, left, unheard } = this.cells[cell]!;
    for (const { offer, units } of unheard.splice(0)) {
      terms.set(offer.id, offer);
      left.set(offer.id, (left.get(offer.id) ?? 0) + units);
    }
  }

  hearAll(): void {
    this.cells.forEach((_, i) => this.hear(i));
  }

  settle(cell: number): void {
    for (const order of this.ordersIn(cell)) order.isSettled = true;
    this.hear(cell);
  }

  /** The one answer promised to a request. */
  expect(request: Request): Expected {
    const { shopper, key, offer, quantity, expectedTotalMinor } = request;
    const before = this.orders.get(`${shopper} ${key}`);
    if (before) return this.#repeat(before, request);
    if (this.isPaused) return refused({ code: 'sale_paused' });
    const cell = this.cells[this.cellOf(shopper)]!;
    const { limitPerShopper: limit, priceMinor } = cell.terms.get(offer)!;
    const same = this.ordersOf(shopper).filter((order) => order.offer === offer);
    const taken = sum(same.map((order) => order.quantity));
    if (limit !== null && taken + quantity > limit) {
      return refused({ code: 'limit_reached', limit, taken, offer });
    }
    const unitsLeft = cell.left.get(offer)!;
    if (unitsLeft < quantity) return refused({ code: 'sold_out', offer, unitsLeft });
    const total = priceMinor * quantity;
    if (expectedTotalMinor !== null && expectedTotalMinor !== total) {
      return refused({ code: 'price_changed', total });
    }
    return { word: 'placed', priceMinor };
  }

  #repeat({ image, ...before }: ModelOrder, request: Request): Expected {
    const isSame =
      before.offer === request.offer &&
      before.quantity === request.quantity &&
      before.expectedTotalMinor === request.expectedTotalMinor;
    return isSame ? { word: 'repeated', image } : refused({ code: 'key_reused' });
  }

  /** Whether an api that remembers an empty shelf may answer `sold_out` before all checks. */
  mayBeTurnedAway({ shopper, offer }: Request): boolean {
    const cell = this.cells[this.cellOf(shopper)]!;
    return cell.left.get(offer) === 0 && !this.isPaused && this.ordersOf(shopper).length === 0;
  }

  place(request: Request, priceMinor: number, image: PlacedOrder): void {
    const { left } = this.cells[this.cellOf(request.shopper)]!;
    left.set(request.offer, left.get(request.offer)! - request.quantity);
    const order = { ...request, priceMinor, image, isSettled: false };
    this.orders.set(`${request.shopper} ${request.key}`, order);
  }

  /** The place of every unit of the sale, in the words of the audit. */
  units() {
    const cap = sum([...this.offers.values()].map((offer) => offer.cap));
    const orders = [...this.orders.values()];
    const held = sum(orders.filter((o) => o.isSettled).map((o) => o.quantity));
    const unsettled = sum(orders.filter((o) => !o.isSettled).map((o) => o.quantity));
    const available = sum(this.cells.flatMap((cell) => [...cell.left.values()]));
    const dealt = { cap, debt: 0, unassigned: 0, allotted: cap };
    return { ...dealt, held, sold: 0, buried: 0, unsettled, available };
  }

  unheardUnits(): number {
    return sum(this.cells.flatMap((cell) => cell.unheard.map((news) => news.units)));
  }
}
