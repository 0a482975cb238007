import type { Redis } from 'ioredis';
import { cellName } from '../domain/ids.ts';
import type { OfferId, ShopperId } from '../domain/ids.ts';
import type { CellPlace } from './directory.ts';

/** What a process remembers of one cell's empty shelves, valid for one epoch and inbox number. */
interface Shelf {
  readonly epoch: number;
  readonly inbox: number;
  readonly empty: Set<OfferId>;
  /** Shoppers with orders, who may be replaying one; they always go to the script. */
  readonly buyers: Set<ShopperId>;
}

interface Poll {
  readonly inbox: number;
  readonly atMs: number;
}

/** A poll each 100 ms says that nothing was restocked; without one for so long nobody knows. */
const TRUST_MS = 500;

/**
 * Remembers which offers a cell has none left of, so that a rush against an empty shelf costs no
 * Redis call. Stock rises only by instruction, so the memory holds while the cell's inbox number
 * stands still; whoever polls the cell says when it moved.
 */
export class SoldOutMemory {
  readonly #redis: Redis;
  readonly #shelves = new Map<string, Shelf>();
  readonly #polls = new Map<string, Poll>();
  readonly #fetching = new Set<string>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** True when the answer is `sold_out` without asking: nothing left, and no order to replay. */
  isSoldOut(place: CellPlace, offer: OfferId, shopper: ShopperId): boolean {
    const shelf = this.#shelves.get(cellName(place.id));
    if (shelf?.epoch !== place.epoch || !shelf.empty.has(offer)) return false;
    const { atMs } = this.#polls.get(cellName(place.id))!;
    return performance.now() - atMs < TRUST_MS && !shelf.buyers.has(shopper);
  }

  /** A shopper placed an order through this process. */
  noteBuyer(place: CellPlace, shopper: ShopperId): void {
    this.#shelves.get(cellName(place.id))?.buyers.add(shopper);
  }

  /** The cell's inbox number as just polled: what was remembered under a lower one is forgotten. */
  notePoll(place: CellPlace, inbox: number): void {
    const name = cellName(place.id);
    this.#polls.set(name, { inbox, atMs: performance.now() });
    const shelf = this.#shelves.get(name);
    if (shelf && (shelf.epoch !== place.epoch || shelf.inbox < inbox)) this.#shelves.delete(name);
  }

  /**
   * The script said that nothing is left of an offer, at an inbox number. The shoppers with orders
   * are fetched after it said so, hence whoever bought of the offer is among them.
   */
  async noteEmpty(place: CellPlace, offer: OfferId, inbox: number): Promise<void> {
    const name = cellName(place.id);
    const task = `${name} ${offer}`;
    if (this.#fetching.has(task) || !this.#isPresent(name, inbox)) return;
    if (this.#shelfAt(place, inbox)?.empty.has(offer)) return;
    this.#fetching.add(task);
    try {
      const buyers = await this.#buyers(place);
      if (!buyers || !this.#isPresent(name, inbox)) return;
      const shelf = this.#shelfAt(place, inbox);
      this.#shelves.set(name, {
        epoch: place.epoch,
        inbox,
        empty: (shelf?.empty ?? new Set()).add(offer),
        buyers: new Set(buyers).union(shelf?.buyers ?? new Set()),
      });
    } finally {
      this.#fetching.delete(task);
    }
  }

  /** Polled at least once, and nothing higher was seen. */
  #isPresent(name: string, inbox: number): boolean {
    const poll = this.#polls.get(name);
    return poll !== undefined && inbox >= poll.inbox;
  }

  #shelfAt({ id, epoch }: CellPlace, inbox: number): Shelf | null {
    const shelf = this.#shelves.get(cellName(id));
    return shelf?.epoch === epoch && shelf.inbox === inbox ? shelf : null;
  }

  /** Null when the epoch moved on meanwhile. */
  async #buyers({ keys, epoch }: CellPlace): Promise<ShopperId[] | null> {
    const [fence, shoppers] = (await this.#redis
      .multi()
      .get(keys.fence)
      .hkeys(keys.shoppers)
      .exec())!;
    if (fence![1] !== String(epoch)) return null;
    return shoppers![1] as ShopperId[];
  }
}
