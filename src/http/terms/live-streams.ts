import type { ServerResponse } from 'node:http';
import type { SaleId } from '../../domain/ids.ts';
import type { Time } from '../../platform/time.ts';
import type { LiveFigures, OfferFigures } from '../../service/terms/live-figures.ts';

/** @param store only this store's offers, or null for all */
export type ReadFigures = (sale: SaleId, store: string | null) => LiveFigures | null;

export interface LiveStreamsOptions {
  readonly time: Pick<Time, 'after' | 'every'>;
  readonly figures: ReadFigures;
  /** The most streams at once; default: 1,000. */
  readonly max?: number;
}

/** All streams of the same figures: they are read and serialised once for all of them. */
interface Channel {
  readonly sale: SaleId;
  readonly store: string | null;
  last: LiveFigures;
  readonly streams: Set<ServerResponse>;
}

const TICK_MS = 250;
const HEARTBEAT_MS = 15_000;
const MAX_STREAMS = 1_000;
/** The longest a stream lasts; it also ends when the token that opened it expires. */
const STREAM_MS = 3_600_000;
/** A stream with more unread bytes is cut off. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
/** The limit of all streams together: beyond it those furthest behind are cut off. */
const MAX_ALL_UNREAD_BYTES = 64 * 1024 * 1024;

const event = (figures: unknown): string => `event: figures\ndata: ${JSON.stringify(figures)}\n\n`;

const isSameOffer = (one: OfferFigures, other: OfferFigures | undefined): boolean =>
  one.unitsLeft === other?.unitsLeft && one.stock === other.stock && one.store === other.store;

/** Leaves out offers that did not change. @returns null when nothing changed */
export function changedFigures(before: LiveFigures, now: LiveFigures): LiveFigures | null {
  const known = new Map(before.offers.map((offer) => [offer.id, offer]));
  const offers = now.offers.filter((offer) => !isSameOffer(offer, known.get(offer.id)));
  const isSame =
    offers.length === 0 &&
    now.state === before.state &&
    now.orders?.placed === before.orders?.placed &&
    now.orders?.settled === before.orders?.settled;
  return isSame ? null : { ...now, offers };
}

/** The open streams of this process; one timer feeds them from memory. */
export class LiveStreams {
  readonly #figures: ReadFigures;
  readonly #max: number;
  readonly #channels = new Map<string, Channel>();
  #count = 0;
  readonly #time: LiveStreamsOptions['time'];
  /** Cancel the two timers that run while a stream is open. */
  #cancels: readonly (() => void)[] = [];
  #isClosed = false;

  constructor({ time, figures, max = MAX_STREAMS }: LiveStreamsOptions) {
    this.#time = time;
    this.#figures = figures;
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#isClosed || this.#count >= this.#max;
  }

  /**
   * Sends all figures, and from then on the changes.
   * @param stream a response whose head was sent
   * @param lastsMs ends the stream after this time, or after an hour if that is sooner
   */
  add(sale: SaleId, store: string | null, stream: ServerResponse, lastsMs = STREAM_MS): void {
    const channel = this.#channel(sale, store);
    if (!channel) return void stream.end();
    stream.write(event(channel.last));
    channel.streams.add(stream);
    this.#count++;
    this.#startTimers();
    const cancel = this.#time.after(Math.min(lastsMs, STREAM_MS), () => stream.end());
    stream.on('error', () => {});
    stream.once('close', () => {
      cancel();
      channel.streams.delete(stream);
      this.#count--;
      if (channel.streams.size === 0) this.#channels.delete(channelName(sale, store));
      if (this.#count === 0) this.#stopTimers();
    });
    this.#cutOff();
  }

  /** Ends every stream and accepts no more. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimers();
    for (const { streams } of this.#channels.values()) for (const stream of streams) stream.end();
  }

  /** Returns a channel whose streams have the newest figures. @returns null: no such sale */
  #channel(sale: SaleId, store: string | null): Channel | null {
    const name = channelName(sale, store);
    const known = this.#channels.get(name);
    if (known) {
      this.#refresh(known);
      return known;
    }
    const last = this.#figures(sale, store);
    if (!last) return null;
    const channel = { sale, store, last, streams: new Set<ServerResponse>() };
    this.#channels.set(name, channel);
    return channel;
  }

  #refresh(channel: Channel): void {
    const now = this.#figures(channel.sale, channel.store);
    // The process forgets a closed sale after a day.
    if (!now) return channel.streams.forEach((stream) => stream.end());
    const changed = changedFigures(channel.last, now);
    channel.last = now;
    if (changed) write(channel.streams, event(changed));
  }

  /** Cuts off the slowest readers while the unread bytes of all exceed the limit. */
  #cutOff(): void {
    const open = [...this.#channels.values()].flatMap(({ streams }) => [...streams]);
    let unread = open.reduce((sum, { writableLength }) => sum + writableLength, 0);
    if (unread <= MAX_ALL_UNREAD_BYTES) return;
    for (const stream of open.toSorted((one, other) => other.writableLength - one.writableLength)) {
      if (unread <= MAX_ALL_UNREAD_BYTES) return;
      unread -= stream.writableLength;
      stream.destroy();
    }
  }

  #startTimers(): void {
    if (this.#cancels.length > 0) return;
    const tick = this.#time.every(TICK_MS, () => {
      for (const channel of this.#channels.values()) this.#refresh(channel);
      this.#cutOff();
    });
    const heartbeat = this.#time.every(HEARTBEAT_MS, () => {
      for (const { streams } of this.#channels.values()) write(streams, ': still here\n\n');
    });
    this.#cancels = [tick, heartbeat];
  }

  #stopTimers(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }
}

const channelName = (sale: SaleId, store: string | null): string => `${sale} ${store ?? ''}`;

function write(streams: Iterable<ServerResponse>, text: string): void {
  for (const stream of streams) {
    if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
    else if (!stream.writableEnded) stream.write(text);
  }
}
