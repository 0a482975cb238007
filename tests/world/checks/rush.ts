import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import type { Purchase, Shop } from '../stage/shop.ts';
import { purchaseName } from '../../../proof/checker/compare-books.ts';
import type { Evidence } from '../../../proof/checker/compare-books.ts';
import { until } from '../servers/wait-until.ts';

const BUYERS = 8;

/** Buys as a client does: repeats the request with its key while the cell is busy. */
export function buySoon(
  shop: Pick<Shop, 'buy'>,
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

/**
 * Eight clients that place orders, each under a new name and key, until they are told to end. They
 * take turns over several shops of one sale.
 */
export class Rush {
  /** The ids of acknowledged orders by key, which is also the shopper’s name. */
  readonly acknowledged = new Map<string, string>();
  busy = 0;
  readonly #shops: readonly Pick<Shop, 'buy'>[];
  readonly #buyers: Promise<void>[];
  #isOver = false;
  #count = 0;

  constructor(...shops: readonly Pick<Shop, 'buy'>[]) {
    this.#shops = shops;
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

  /** What the clients know, for the checker. */
  evidence(): Evidence {
    const names = [...this.acknowledged].map(([key, id]) => [purchaseName(key, key), id] as const);
    return {
      asked: new Map(names.map(([name]) => [name, [[{ offer: 'a', quantity: 1 }]]])),
      acknowledged: new Map(names.map(([name, id]) => [name, new Set([id])])),
      soldOut: new Set(),
    };
  }

  async #buy(): Promise<void> {
    while (!this.#isOver) {
      const count = this.#count++;
      const key = `k${count}`;
      const shop = this.#shops[count % this.#shops.length]!;
      const { order } = await buySoon(shop, { shopper: key, key }, () => this.busy++);
      this.acknowledged.set(key, order.id);
    }
  }
}
