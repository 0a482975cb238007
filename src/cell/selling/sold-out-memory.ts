import type { OfferId, ShopperId } from '../../domain/ids.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { CellAddress } from '../cell-address.ts';
import { SEAL } from '../keys.ts';

/** What a process knows of one cell, as of one epoch and restocking. */
interface Memory {
  readonly epoch: number;
  readonly restocked: number;
  /** When the last poll that confirmed it was sent: nothing it says is older than that. */
  askedAtMs: number;
  readonly empty: Set<OfferId>;
  /** Shoppers with orders, who may be replaying one; they always go to the script. */
  readonly buyers: Set<ShopperId>;
}

/**
 * A poll says that nothing was restocked. A process believes it for this long, counted from the
 * moment it sent the poll.
 */
export const TRUST_MS = 110;
/**
 * Units that come back to an empty shelf are for sale after this time (lua/lib/shelves.lua): by
 * then nobody believes a poll from before they came. It exceeds `TRUST_MS` by more than the clock
 * of Redis rounds off and two clocks drift apart meanwhile.
 */
export const RETURNING_MS = 120;

/**
 * Remembers which offers a cell has none left of, so that a rush against an empty shelf costs no
 * Redis call. Only instructions raise stock: the memory holds until a poll of the cell shows that
 * one may have done so, or until the last poll is too old to be believed.
 */
export class SoldOutMemory {
  readonly #onFault: (error: Error) => void;
  /** By the cell's fence key, a string that every address has ready. */
  readonly #memories = new Map<string, Memory>();
  readonly #fetching = new Set<string>();
  readonly #time: Pick<Time, 'monotonic'>;

  /** @param onFault told of a bug in work that no request waits for */
  constructor(time: Pick<Time, 'monotonic'>, onFault: (error: Error) => void) {
    this.#time = time;
    this.#onFault = onFault;
  }

  /** True when the answer is `sold_out` without asking: nothing left, and no order to replay. */
  isSoldOut({ keys, epoch }: CellAddress, offer: OfferId, shopper: ShopperId): boolean {
    const memory = this.#memories.get(keys.fence);
    if (memory?.epoch !== epoch || !memory.empty.has(offer)) return false;
    return this.#time.monotonic() - memory.askedAtMs < TRUST_MS && !memory.buyers.has(shopper);
  }

  /** True while it has to be confirmed by polls. */
  isAnySoldOut({ keys, epoch }: CellAddress): boolean {
    const memory = this.#memories.get(keys.fence);
    return memory?.epoch === epoch && memory.empty.size > 0;
  }

  /** A shopper placed an order through this process. */
  noteBuyer({ keys }: CellAddress, shopper: ShopperId): void {
    const memory = this.#memories.get(keys.fence);
    if (memory && memory.empty.size > 0) memory.buyers.add(shopper);
  }

  /**
   * A poll brought the number of the last restocking: a memory under another number is dropped.
   * @param askedAtMs when the poll was sent, by the monotonic clock
   */
  notePoll({ keys, epoch }: CellAddress, restocked: number, askedAtMs: number): void {
    const memory = this.#memories.get(keys.fence);
    if (memory?.epoch === epoch && memory.restocked === restocked) memory.askedAtMs = askedAtMs;
    else {
      const nothing = { empty: new Set<OfferId>(), buyers: new Set<ShopperId>() };
      this.#memories.set(keys.fence, { epoch, restocked, askedAtMs, ...nothing });
    }
  }

  /**
   * The script said that nothing is left of an offer since a restocking. The shoppers with orders
   * are fetched after it said so: every buyer of the offer is among them.
   */
  noteEmpty(cell: CellAddress, offer: OfferId, restocked: number): void {
    const task = `${cell.keys.meta} ${offer}`;
    if (this.#fetching.has(task) || this.#memoryAt(cell, restocked)?.empty.has(offer) !== false)
      return;
    this.#fetching.add(task);
    unlessAway(this.#learn(cell, offer, restocked))
      .catch(this.#onFault)
      .finally(() => this.#fetching.delete(task));
  }

  async #learn(cell: CellAddress, offer: OfferId, restocked: number): Promise<void> {
    const buyers = await this.#buyers(cell);
    const memory = this.#memoryAt(cell, restocked);
    if (!buyers || !memory) return;
    for (const buyer of buyers) memory.buyers.add(buyer);
    memory.empty.add(offer);
  }

  /** Null when the last poll saw another epoch or restocking. */
  #memoryAt({ keys, epoch }: CellAddress, restocked: number): Memory | null {
    const memory = this.#memories.get(keys.fence);
    return memory?.epoch === epoch && memory.restocked === restocked ? memory : null;
  }

  /** Null when the epoch moved on meanwhile, or nobody can say who has orders. */
  async #buyers({ keys, epoch, steady }: CellAddress): Promise<ShopperId[] | null> {
    const [fence, shoppers] = (await steady.multi().get(keys.fence).hkeys(keys.shoppers).exec())!;
    const names = shoppers![0] ? [] : (shoppers![1] as string[]);
    if (fence![1] !== String(epoch) || !names.includes(SEAL)) return null;
    return names as ShopperId[];
  }
}
