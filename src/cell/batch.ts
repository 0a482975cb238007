import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { cellName } from '../domain/ids.ts';
import type { IdempotencyKey, OfferId, ShopperId } from '../domain/ids.ts';
import { pack } from '../platform/codec.ts';
import { callScript, isNoScript } from '../platform/script.ts';
import type { CellPlace } from './directory.ts';
import { purchase } from './scripts.ts';
import type { Fenced, ItemOutcome, PurchaseReply } from './scripts.ts';

/** Items in one call at most: the sweet spot of cost an item, and a bound on the script's time. */
export const BATCH_MAX = 64;
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

interface Waiting {
  readonly item: PurchaseItem;
  readonly resolve: (answer: PurchaseAnswer | Displaced) => void;
  readonly reject: (error: unknown) => void;
}

interface Collecting {
  readonly place: CellPlace;
  readonly waiting: Waiting[];
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

/** Collects the purchases of one event-loop turn for a cell, at most 64, into one script call. */
export class PurchaseBatches {
  readonly #options: BatchOptions;
  readonly #collecting = new Map<string, Collecting>();

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /**
   * @throws what Redis or the connection answered; what became of the order is then unknown, and
   * it is to be looked up by its id
   */
  purchase(place: CellPlace, item: PurchaseItem): Promise<PurchaseAnswer | Displaced> {
    return new Promise((resolve, reject) => {
      const { waiting } = this.#batchFor(place);
      waiting.push({ item, resolve, reject });
      if (waiting.length === BATCH_MAX) this.#flush(cellName(place.id));
    });
  }

  #batchFor(place: CellPlace): Collecting {
    const name = cellName(place.id);
    const open = this.#collecting.get(name);
    if (open?.place.epoch === place.epoch) return open;
    if (open) this.#flush(name);
    const fresh: Collecting = { place, waiting: [] };
    this.#collecting.set(name, fresh);
    setImmediate(() => {
      if (this.#collecting.get(name) === fresh) this.#flush(name);
    });
    return fresh;
  }

  #flush(name: string): void {
    const batch = this.#collecting.get(name)!;
    this.#collecting.delete(name);
    this.#call(batch).catch((error: unknown) => {
      for (const { reject } of batch.waiting) reject(error);
    });
  }

  async #call({ place, waiting }: Collecting): Promise<void> {
    const start = performance.now();
    const reply = await this.#send(place, waiting);
    this.#options.onCall?.(waiting.length, performance.now() - start);
    if (reply.word !== 'batch') {
      for (const { resolve } of waiting) resolve(reply);
      return;
    }
    if (reply.seq > 0) this.#options.onPlaced?.(place);
    waiting.forEach(({ resolve }, i) =>
      resolve({ word: 'answer', batch: reply, outcome: reply.outcomes[i]! }),
    );
  }

  async #send(place: CellPlace, waiting: readonly Waiting[]): Promise<PurchaseReply | Displaced> {
    if (!place.shas) return { word: 'fenced', epoch: '' };
    const args = {
      batch: columns(waiting.map(({ item }) => item)),
      tag: randomBytes(9).toString('base64url'),
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
