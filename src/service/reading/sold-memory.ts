import type { SaleId } from '../../domain/ids.ts';
import type { SoldInSale } from '../../ledger/reading/sum-sold.ts';
import { apart } from '../../platform/deadline.ts';
import type { Time } from '../../platform/time.ts';

/** What the ledger said of a sale, and when. */
export interface SoldAsOf extends SoldInSale {
  readonly asOfMs: number;
}

interface Remembered {
  readonly sold: Promise<SoldAsOf | null>;
  /** By the monotonic clock; Infinity while it is being read. */
  freshUntilMs: number;
}

const FRESH_MS = 5_000;
/** Reading takes at most a twentieth of the time, however many ask. */
const REST_FACTOR = 20;
/** The sale read longest ago is forgotten first. */
const MAX_SALES = 100;

/**
 * Remembers what was sold in each sale. All who ask meanwhile share one read of the ledger, and the
 * more orders a sale has, the longer its figures stay.
 */
export class SoldMemory {
  readonly #read: (sale: SaleId) => Promise<SoldInSale | null>;
  readonly #time: Pick<Time, 'now' | 'monotonic'>;
  readonly #sales = new Map<SaleId, Remembered>();

  constructor(
    read: (sale: SaleId) => Promise<SoldInSale | null>,
    time: Pick<Time, 'now' | 'monotonic'>,
  ) {
    this.#read = read;
    this.#time = time;
  }

  /** @returns null when there is no such sale */
  of(sale: SaleId): Promise<SoldAsOf | null> {
    const known = this.#sales.get(sale);
    if (known && this.#time.monotonic() < known.freshUntilMs) return known.sold;
    this.#sales.delete(sale);
    if (this.#sales.size >= MAX_SALES) this.#sales.delete(this.#sales.keys().next().value!);
    const remembered = { sold: this.#readNow(sale), freshUntilMs: Infinity };
    this.#sales.set(sale, remembered);
    const beganMs = this.#time.monotonic();
    remembered.sold.then(
      () => {
        const endedMs = this.#time.monotonic();
        const restMs = Math.max(FRESH_MS, (endedMs - beganMs) * REST_FACTOR);
        remembered.freshUntilMs = endedMs + restMs;
      },
      () => (remembered.freshUntilMs = 0),
    );
    return remembered.sold;
  }

  async #readNow(sale: SaleId): Promise<SoldAsOf | null> {
    const asOfMs = this.#time.now();
    const sold = await apart(() => this.#read(sale));
    return sold && { ...sold, asOfMs };
  }
}
