import { randomBytes } from 'node:crypto';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { StockLevel } from '../../domain/terms/stock-level.ts';
import type { Time } from '../../platform/time.ts';
import type { LiveStock } from '../../service/terms/live-stock.ts';
import type { Frame } from './spread-frames.ts';
import type { Channel } from './streams.ts';

export interface StockChannelOptions {
  /** Null: nobody may see the sale any more. */
  readonly read: () => LiveStock | null;
  readonly time: Pick<Time, 'now'>;
}

/** The changes that a channel remembers. */
const MAX_RECENT = 64;
const MAX_RECENT_BYTES = 64 * 1024;
/** Streams that end together come back spread over this time. */
const RETRY_FROM_MS = 2_000;
const RETRY_STEP_MS = 97;
const RETRY_STEPS = 31;
const TAG_BYTES = 6;

/** The words that changed, by offer. Null: the offer is gone. */
function changedWords(before: LiveStock, now: LiveStock): Map<string, StockLevel | null> {
  const words = new Map<string, StockLevel | null>();
  for (const [offer, word] of now.offers) {
    if (before.offers.get(offer) !== word) words.set(offer, word);
  }
  for (const offer of before.offers.keys()) if (!now.offers.has(offer)) words.set(offer, null);
  return words;
}

const isSameSale = (one: LiveStock, other: LiveStock): boolean =>
  one.state === other.state && one.opensAt === other.opensAt && one.closesAt === other.closesAt;

const eventOf = (name: string, id: string, data: object): string =>
  `event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`;

/**
 * The stock words and the clock of a sale. The changes are numbered, and the bytes of the last ones
 * are kept, so a reader that comes back soon gets the same bytes as all others did. Any other
 * reader gets everything.
 */
export class StockChannel implements Channel {
  readonly #options: StockChannelOptions;
  /** Tells the numbers of this channel from those of others, which say nothing here. */
  readonly #tag = randomBytes(TAG_BYTES).toString('base64url');
  #last: LiveStock;
  #number = 1;
  /** Everything as of the last change; null: nobody has needed it since. */
  #whole: Buffer | null = null;
  /** The frames of the last changes, oldest first. The last one has the channel's number. */
  #recent: Buffer[] = [];
  #recentBytes = 0;
  #readers = 0;

  constructor(options: StockChannelOptions, first: LiveStock) {
    this.#options = options;
    this.#last = first;
  }

  first(lastEventId: string | null): Frame[] {
    const retryMs = RETRY_FROM_MS + (this.#readers++ % RETRY_STEPS) * RETRY_STEP_MS;
    const frames = this.#framesAfter(lastEventId) ?? [this.#wholeFrame()];
    return [`retry: ${retryMs}\n\n`, ...frames, this.beat()];
  }

  refresh(): Frame | null | 'over' {
    const now = this.#options.read();
    if (!now) return 'over';
    const words = changedWords(this.#last, now);
    const hasNewSale = !isSameSale(this.#last, now);
    this.#last = now;
    const hasWords = words.size > 0;
    if (!hasWords && !hasNewSale) return null;
    this.#number++;
    this.#whole = null;
    // The number comes with the last event: a reader that has it has the other one, too.
    const sale = hasNewSale ? this.#saleEvent(hasWords ? '' : this.#idLine()) : '';
    const stock = hasWords ? this.#stockEvent({ offers: Object.fromEntries(words) }) : '';
    const frame = Buffer.from(sale + stock);
    this.#remember(frame);
    return frame;
  }

  /** The clock, so that a page can count down by the server's time. */
  beat(): Frame {
    return this.#saleEvent('');
  }

  #idLine(): string {
    return `id: ${this.#tag}-${this.#number}\n`;
  }

  #saleEvent(idLine: string): string {
    const { sale, state, opensAt, closesAt } = this.#last;
    const serverTime = toTimestamp(this.#options.time.now());
    return eventOf('sale', idLine, { sale, state, opensAt, closesAt, serverTime });
  }

  #stockEvent(data: object): string {
    return eventOf('stock', this.#idLine(), data);
  }

  #wholeFrame(): Buffer {
    if (this.#whole) return this.#whole;
    const offers = Object.fromEntries(this.#last.offers);
    return (this.#whole = Buffer.from(this.#stockEvent({ offers, all: true })));
  }

  /** The changes after an event. @returns null when this channel does not remember them all */
  #framesAfter(eventId: string | null): Buffer[] | null {
    const [, tag, digits] = /^([\w-]{1,32})-(\d{1,15})$/.exec(eventId ?? '') ?? [];
    const missed = this.#number - Number(digits);
    if (tag !== this.#tag || missed < 0 || missed > this.#recent.length) return null;
    return this.#recent.slice(this.#recent.length - missed);
  }

  #remember(frame: Buffer): void {
    this.#recent.push(frame);
    this.#recentBytes += frame.length;
    while (this.#recentBytes > MAX_RECENT_BYTES || this.#recent.length > MAX_RECENT) {
      this.#recentBytes -= this.#recent.shift()!.length;
    }
  }
}
