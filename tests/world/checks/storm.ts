import type { OfferId, OrderId } from '../../../src/domain/ids.ts';
import { alignAllCaps } from '../../../src/ledger/terms/align-caps.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { cancel, expireNow, lapse } from '../stage/life.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import type { Shop } from '../stage/shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const SHOPPERS = 60;
const CLIENTS = 6;
const MAX_CAP = 60;

interface Bought {
  readonly id: OrderId;
  readonly shopper: string;
}

/** The units that an offer has out, as the ledger says. */
interface Look {
  readonly cap: number;
  readonly debt: number;
  readonly committed: number;
}

const LOOK = `select f.id, f.cap, f.debt, sum(a.held + a.sold)::integer as committed
  from offers f join allotments a on a.sale = f.sale and a.offer = f.id
  where f.sale = $1 group by f.sale, f.id`;

/**
 * Clients that buy, pay, cancel, let orders expire and move caps, all at once and by a seed. A
 * worker settles and aligns meanwhile, and an observer keeps looking at the ledger.
 */
export class Storm {
  /** Every acknowledged order. */
  readonly bought: Bought[] = [];
  /** Orders that a client asked to end or whose deadline a client moved. */
  readonly ended = new Set<string>();
  /** Looks at which more units were out than cap and debt allow. */
  readonly oversold: Look[] = [];
  readonly counts = { bought: 0, refused: 0, paid: 0, cancelled: 0, expired: 0, caps: 0 };
  looks = 0;
  readonly #shop: Shop;
  readonly #offers: readonly string[];
  #isOver = false;

  constructor(shop: Shop, offers: readonly string[]) {
    this.#shop = shop;
    this.#offers = offers;
  }

  /**
   * Rages until each kind of step has succeeded at least once. It gives up after five times
   * `steps`.
   * @param steps the least number of each client’s steps
   */
  async rage(seed: number, steps: number): Promise<void> {
    const background = [this.#settle(), this.#level(), this.#look()];
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const dice = new Dice(seed * CLIENTS + client);
      const goesOn = (step: number): boolean =>
        step < steps || (this.#isMissingAKind() && step < 5 * steps);
      for (let step = 0; goesOn(step); step++) await this.#step(dice);
    });
    await Promise.all(clients).finally(() => (this.#isOver = true));
    await Promise.all(background);
  }

  #isMissingAKind(): boolean {
    return Object.values(this.counts).includes(0);
  }

  async #step(dice: Dice): Promise<void> {
    const throwOf = dice.below(20);
    if (throwOf < 11 || this.bought.length === 0) return this.#buy(dice);
    if (throwOf < 13) return this.#cancel(dice.pick(this.bought));
    if (throwOf < 15) return this.#expire(dice.some(this.bought, 1 + dice.below(4)));
    if (throwOf < 17) return this.#pay(dice.pick(this.#likelyUnpaid()));
    return this.#moveCap(dice);
  }

  async #buy(dice: Dice): Promise<void> {
    const shopper = `u${dice.below(SHOPPERS)}`;
    const [offer, quantity] = [dice.pick(this.#offers), 1 + dice.below(3)];
    const answer = await this.#shop.buy({ shopper, offer, quantity });
    if ('code' in answer) this.counts.refused++;
    else {
      this.counts.bought++;
      this.bought.push({ id: answer.order.id, shopper });
    }
  }

  async #cancel({ id, shopper }: Bought): Promise<void> {
    this.ended.add(id);
    const answer = await cancel(this.#shop, id, shopper);
    if ('state' in answer) this.counts.cancelled++;
    else if (!['conflict', 'busy'].includes(answer.code)) throw new Error(JSON.stringify(answer));
  }

  async #expire(some: readonly Bought[]): Promise<void> {
    for (const { id } of some) this.ended.add(id);
    await lapse(
      this.#shop,
      some.map(({ id }) => id),
    );
    this.counts.expired += await expireNow(this.#shop);
  }

  /** The orders that nobody asked to end, or all if there are none. */
  #likelyUnpaid(): readonly Bought[] {
    const kept = this.bought.filter(({ id }) => !this.ended.has(id));
    return kept.length > 0 ? kept : this.bought;
  }

  async #pay({ id }: Bought): Promise<void> {
    // An order that is unsettled, ended or already paid cannot be paid.
    await payFor(this.#shop.worker.pool, id).then(
      () => this.counts.paid++,
      () => {},
    );
  }

  async #moveCap(dice: Dice): Promise<void> {
    const [offer, cap] = [dice.pick(this.#offers) as OfferId, dice.below(MAX_CAP + 1)];
    const changed = await patchOffer(this.#shop.api, this.#shop.sale, offer, { cap }, OPERATOR);
    if ('code' in changed) throw new Error(JSON.stringify(changed));
    this.counts.caps++;
  }

  async #settle(): Promise<void> {
    const { worker, sale } = this.#shop;
    await worker.directory.refresh();
    const cells = worker.directory.sale(sale)!.cells.map(({ id }) => id);
    while (!this.#isOver) {
      for (const cell of cells) {
        const settled = await settleCell(worker, cell);
        if (typeof settled === 'object') throw new Error(JSON.stringify(settled));
      }
    }
  }

  async #level(): Promise<void> {
    while (!this.#isOver) {
      await alignAllCaps(this.#shop.worker.pool);
    }
  }

  async #look(): Promise<void> {
    while (!this.#isOver) {
      const { rows } = await this.#shop.worker.pool.query<Look>(LOOK, [this.#shop.sale]);
      this.oversold.push(...rows.filter(({ cap, debt, committed }) => committed > cap + debt));
      this.looks++;
    }
  }
}
