import type { Time } from '../../platform/time.ts';
import type { CellAddress } from '../cell-address.ts';
import { unlessDisplaced } from '../displaced.ts';
import type { Displaced } from '../displaced.ts';
import type { Fenced } from '../replies.ts';

/**
 * Items in one call at most. It bounds the script's time, and at about this size an item costs
 * least.
 */
export const BATCH_MAX = 64;
/** Calls under way for a cell: enough to keep Redis busy, few enough for batches to fill. */
const CALLS_AT_ONCE = 2;
/** Items that may wait behind the calls under way; more are turned away. */
const WAITING_MAX = 10_000;

/** An item that waited longer than this is turned away: its caller has no time left. */
const WAIT_MS = 1_500;

/** The cell's epoch ended here before the reply came. */
const CLOSED: Displaced = { word: 'fenced', epoch: '' };

/** What a script answers to a batch: one outcome for each item. */
export interface BatchReply<Outcome> {
  readonly word: 'batch';
  /** The entry's number; null: nothing was written. */
  readonly seq: number | null;
  readonly outcomes: readonly Outcome[];
}

/** One item's outcome with what its whole batch shares. */
export interface BatchAnswer<Reply extends BatchReply<unknown>> {
  readonly word: 'answer';
  readonly batch: Reply;
  readonly outcome: Reply['outcomes'][number];
}

/** Too many wait already, or the item waited for too long; nothing was sent. */
export interface Crowded {
  readonly word: 'crowded';
}

const CROWDED: Crowded = { word: 'crowded' };

type Answer<Reply extends BatchReply<unknown>> = BatchAnswer<Reply> | Displaced | Crowded;

/** A class, because V8 makes the objects of a busy literal in its old space, which is slow. */
class Waiting<Item, Reply extends BatchReply<unknown>> {
  readonly item: Item;
  readonly sinceMs: number;
  readonly resolve: (answer: Answer<Reply>) => void;
  readonly reject: (error: unknown) => void;

  constructor(
    item: Item,
    sinceMs: number,
    resolve: (answer: Answer<Reply>) => void,
    reject: (error: unknown) => void,
  ) {
    this.item = item;
    this.sinceMs = sinceMs;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** What waits for one cell in one epoch. */
interface Lane<Item, Reply extends BatchReply<unknown>> {
  readonly cell: CellAddress;
  readonly waiting: Waiting<Item, Reply>[];
  calls: number;
  isScheduled: boolean;
}

/** Remembers the entries that calls wrote. */
export interface BatchMemory<Item, Reply> {
  /** The items as the script takes them. */
  pack(items: readonly Item[]): Buffer;
  /**
   * Called with each reply, before anyone is answered.
   * @returns false when the cell's epoch is closed here: nobody may be told of a placed order
   */
  remember(cell: CellAddress, reply: Reply, items: readonly Item[], packed: Buffer): boolean;
}

export interface BatchOptions<Item, Reply extends BatchReply<unknown>> {
  /** Orders a cell may hold that the ledger does not have yet. */
  readonly backlogLimit: number;
  /** Items in one call at most. */
  readonly max?: number;
  readonly time: Pick<Time, 'monotonic'>;
  /** One script call. @param cell an open one @param packed what `memory` packed */
  readonly call: (
    cell: CellAddress,
    items: readonly Item[],
    backlogLimit: number,
    packed?: Buffer,
  ) => Promise<Reply | Fenced>;
  /** For a script that writes entries. */
  readonly memory?: BatchMemory<Item, Reply>;
  /** Told after each call: items in it, and how long the caller waited, in ms. */
  readonly onCall?: (items: number, ms: number) => void;
  /** Told when a call wrote an entry, before anyone is answered. */
  readonly onPlaced?: (cell: CellAddress) => void;
}

/**
 * Collects items for a cell into script calls of bounded size. A batch holds the items of one
 * event-loop turn; while the allowed number of calls is under way, it also holds those that arrive
 * meanwhile. So batches grow with the load, and without load an item does not wait.
 */
export class ScriptBatches<Item, Reply extends BatchReply<unknown>> {
  readonly #options: BatchOptions<Item, Reply>;
  /** By the cell's meta key, which names cell and epoch. */
  readonly #lanes = new Map<string, Lane<Item, Reply>>();

  constructor(options: BatchOptions<Item, Reply>) {
    this.#options = options;
  }

  /**
   * @throws the error of Redis or of the connection. What became of the item is then unknown: the
   * caller looks it up by its serial.
   */
  ask(cell: CellAddress, item: Item): Promise<Answer<Reply>> {
    return new Promise((resolve, reject) => {
      const lane = this.#laneOf(cell);
      if (lane.waiting.length >= WAITING_MAX) return resolve(CROWDED);
      lane.waiting.push(new Waiting(item, this.#options.time.monotonic(), resolve, reject));
      if (lane.isScheduled || lane.calls >= CALLS_AT_ONCE) return;
      lane.isScheduled = true;
      setImmediate(() => this.#flush(lane));
    });
  }

  /** Items of all cells that no call has taken along yet. */
  get waiting(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiting.length;
    return waiting;
  }

  #laneOf(cell: CellAddress): Lane<Item, Reply> {
    const known = this.#lanes.get(cell.keys.meta);
    if (known) return known;
    const lane: Lane<Item, Reply> = { cell, waiting: [], calls: 0, isScheduled: false };
    this.#lanes.set(cell.keys.meta, lane);
    return lane;
  }

  #flush(lane: Lane<Item, Reply>): void {
    lane.isScheduled = false;
    this.#turnAwayOld(lane);
    while (lane.waiting.length > 0 && lane.calls < CALLS_AT_ONCE) {
      const batch = lane.waiting.splice(0, this.#options.max ?? BATCH_MAX);
      lane.calls++;
      void this.#call(lane.cell, batch).finally(() => {
        lane.calls--;
        this.#flush(lane);
      });
    }
    if (lane.calls === 0) this.#lanes.delete(lane.cell.keys.meta);
  }

  /** Items wait in the order in which they came. */
  #turnAwayOld({ waiting }: Lane<Item, Reply>): void {
    const oldestMs = this.#options.time.monotonic() - WAIT_MS;
    if (waiting.length === 0 || waiting[0]!.sinceMs >= oldestMs) return;
    const firstInTime = waiting.findIndex(({ sinceMs }) => sinceMs >= oldestMs);
    const old = waiting.splice(0, firstInTime < 0 ? waiting.length : firstInTime);
    for (const { resolve } of old) resolve(CROWDED);
  }

  async #call(cell: CellAddress, batch: readonly Waiting<Item, Reply>[]): Promise<void> {
    const { call, backlogLimit, time, onCall, memory } = this.#options;
    const startMs = time.monotonic();
    const items = batch.map(({ item }) => item);
    try {
      const packed = memory?.pack(items);
      const send = () => call(cell, items, backlogLimit, packed);
      const reply = await unlessDisplaced(cell, send);
      onCall?.(batch.length, time.monotonic() - startMs);
      if (reply.word === 'batch' && memory?.remember(cell, reply, items, packed!) === false) {
        this.#answer(cell, batch, CLOSED);
      } else this.#answer(cell, batch, reply);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #answer(
    cell: CellAddress,
    batch: readonly Waiting<Item, Reply>[],
    reply: Reply | Displaced,
  ): void {
    if (reply.word !== 'batch') {
      for (const { resolve } of batch) resolve(reply);
      return;
    }
    if (reply.seq !== null) this.#options.onPlaced?.(cell);
    batch.forEach(({ resolve }, i) =>
      resolve({ word: 'answer', batch: reply, outcome: reply.outcomes[i]! }),
    );
  }
}
