import type { Redis } from 'ioredis';
import type { IdempotencyKey, OfferId, ShopperId } from '../domain/ids.ts';
import { pack } from '../platform/codec.ts';
import { callScript, isNoScript } from '../platform/script.ts';
import type { CellPlace } from './directory.ts';
import { purchase } from './scripts.ts';
import type { Fenced, ItemOutcome, PurchaseReply } from './scripts.ts';

/** Items in one call at most: the sweet spot of cost an item, and a bound on the script's time. */
export const BATCH_MAX = 64;
/** Calls under way for a cell: enough to keep Redis busy, few enough for batches to fill. */
const CALLS_AT_ONCE = 2;
/** Items that may wait behind the calls under way; more are turned away. */
const WAITING_MAX = 10_000;
const NO_EXPECTATION = -1;

export interface PurchaseItem {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  readonly offer: OfferId;
  readonly quantity: number;
  readonly expectedTotalMinor: number | null;
}

/** One item's outcome with what its whole batch shares. */
export interface PurchaseAnswer {
  readonly word: 'answer';
  readonly batch: PurchaseReply;
  readonly outcome: ItemOutcome;
}

/** The cell has to be found or opened again; nothing was written. */
export type Displaced = Fenced | { readonly word: 'no_script' };

/** Too many wait already; nothing was sent. */
export interface Crowded {
  readonly word: 'crowded';
}

interface Waiting {
  readonly item: PurchaseItem;
  readonly resolve: (answer: PurchaseAnswer | Displaced | Crowded) => void;
  readonly reject: (error: unknown) => void;
}

/** What waits for one cell in one epoch. */
interface Lane {
  readonly place: CellPlace;
  readonly waiting: Waiting[];
  calls: number;
  isScheduled: boolean;
}

export interface BatchOptions {
  readonly redis: Redis;
  /** Orders a cell may hold that the ledger does not have yet. */
  readonly backlogLimit: number;
  /** Told after each call: items in it, and how long the caller waited, in ms. */
  readonly onCall?: (items: number, ms: number) => void;
  /** Told when a call placed orders, before anyone is answered. */
  readonly onPlaced?: (place: CellPlace) => void;
}

const columns = (items: readonly PurchaseItem[]): Buffer =>
  pack({
    serial: items.map((item) => item.serial),
    shopper: items.map((item) => item.shopper),
    key: items.map((item) => item.key),
    fingerprint: items.map((item) => item.fingerprint),
    offer: items.map((item) => item.offer),
    quantity: items.map((item) => item.quantity),
    expected_total: items.map((item) => item.expectedTotalMinor ?? NO_EXPECTATION),
  });

/**
 * Collects purchases for a cell into script calls of at most 64: those of one event-loop turn, and,
 * while as many calls as allowed are under way, those that come in meanwhile. So a batch grows with
 * the load, and without load nobody waits for company.
 */
export class PurchaseBatches {
  readonly #options: BatchOptions;
  /** By the cell's meta key, which names cell and epoch. */
  readonly #lanes = new Map<string, Lane>();

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /**
   * @throws what Redis or the connection answered; what became of the order is then unknown, and
   * it is to be looked up by its id
   */
  purchase(place: CellPlace, item: PurchaseItem): Promise<PurchaseAnswer | Displaced | Crowded> {
    return new Promise((resolve, reject) => {
      const lane = this.#laneOf(place);
      if (lane.waiting.length >= WAITING_MAX) return resolve({ word: 'crowded' });
      lane.waiting.push({ item, resolve, reject });
      if (lane.isScheduled || lane.calls >= CALLS_AT_ONCE) return;
      lane.isScheduled = true;
      setImmediate(() => this.#flush(lane));
    });
  }

  #laneOf(place: CellPlace): Lane {
    const known = this.#lanes.get(place.keys.meta);
    if (known) return known;
    const lane: Lane = { place, waiting: [], calls: 0, isScheduled: false };
    this.#lanes.set(place.keys.meta, lane);
    return lane;
  }

  #flush(lane: Lane): void {
    lane.isScheduled = false;
    while (lane.waiting.length > 0 && lane.calls < CALLS_AT_ONCE) {
      const batch = lane.waiting.splice(0, BATCH_MAX);
      lane.calls++;
      void this.#call(lane.place, batch).finally(() => {
        lane.calls--;
        this.#flush(lane);
      });
    }
    if (lane.calls === 0) this.#lanes.delete(lane.place.keys.meta);
  }

  async #call(place: CellPlace, batch: readonly Waiting[]): Promise<void> {
    const start = performance.now();
    try {
      const reply = await this.#send(place, batch);
      this.#options.onCall?.(batch.length, performance.now() - start);
      this.#answer(place, batch, reply);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #answer(place: CellPlace, batch: readonly Waiting[], reply: PurchaseReply | Displaced): void {
    if (reply.word !== 'batch') {
      for (const { resolve } of batch) resolve(reply);
      return;
    }
    if (reply.seq > 0) this.#options.onPlaced?.(place);
    batch.forEach(({ resolve }, i) =>
      resolve({ word: 'answer', batch: reply, outcome: reply.outcomes[i]! }),
    );
  }

  async #send(place: CellPlace, batch: readonly Waiting[]): Promise<PurchaseReply | Displaced> {
    if (!place.shas) return { word: 'fenced', epoch: '' };
    const args = {
      batch: columns(batch.map(({ item }) => item)),
      // A serial is drawn anew for every attempt, so the first one tells this call from any other.
      tag: batch[0]!.item.serial,
      backlog_limit: this.#options.backlogLimit,
    };
    try {
      const { redis } = this.#options;
      return await callScript(redis, purchase, place.shas.purchase, place.keys, args);
    } catch (error) {
      if (isNoScript(error)) return { word: 'no_script' };
      throw error;
    }
  }
}
