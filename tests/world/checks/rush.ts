import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import type { Purchase, Shop } from '../stage/shop.ts';
import { until } from '../servers/wait-until.ts';

const BUYERS = 8;

/** Buys as a client does: repeats the request with its key while the cell is busy. */
export function buySoon(
  shop: Shop,
  purchase: { shopper: string; key: string },
  onBusy: () => void = () => {},
): Promise<Placed> {
  return until(
    async () => {
      const answer = await shop.buy(purchase);
      if ('order' in answer) return answer;
      if (answer.code !== 'busy') throw new Error(answer.code);
      onBusy();
      return null;
    },
    { describe: `${purchase.key} gets an order`, timeoutMs: 20_000 },
  );
}

/** Buys a unit that came back to an empty shelf, as soon as it is for sale. */
export function buyReturned(shop: Shop, purchase: Purchase & { key: string }): Promise<Placed> {
  return until(
    async () => {
      const answer = await shop.buy(purchase);
      if ('order' in answer) return answer;
      if (answer.code !== 'sold_out') throw new Error(answer.code);
      return null;
    },
    { describe: `${purchase.key} gets a unit that came back` },
  );
}

/** Eight clients that place orders, each under a new name and key, until they are told to end. */
export class Rush {
  /** The ids of acknowledged orders by key, which is also the shopper’s name. */
  readonly acknowledged = new Map<string, string>();
  busy = 0;
  readonly #shop: Shop;
  readonly #buyers: Promise<void>[];
  #isOver = false;
  #count = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#buyers = Array.from({ length: BUYERS }, () => this.#buy());
  }

  /** Waits until this many more orders are acknowledged. */
  async passes(orders: number): Promise<void> {
    const goal = this.acknowledged.size + orders;
    const describe = `${orders} more orders are acknowledged`;
    await until(() => this.acknowledged.size >= goal, { describe, timeoutMs: 20_000 });
  }

  /** Ends once every buyer has the order it asked for. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#buyers);
  }

  async #buy(): Promise<void> {
    while (!this.#isOver) {
      const key = `k${this.#count++}`;
      const { order } = await buySoon(this.#shop, { shopper: key, key }, () => this.busy++);
      this.acknowledged.set(key, order.id);
    }
  }
}
