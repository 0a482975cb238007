import type { ServerResponse } from 'node:http';
import type { SaleId } from '../../domain/ids.ts';
import type { Time } from '../../platform/time.ts';
import type { LiveFigures, OfferFigures } from '../../service/terms/live-figures.ts';
import { Streams } from './streams.ts';
import type { Frame } from './spread-frames.ts';
import type { Channel } from './streams.ts';

/** @param store only this store's offers, or null for all */
export type ReadFigures = (sale: SaleId, store: string | null) => LiveFigures | null;

export interface LiveStreamsOptions {
  readonly time: Pick<Time, 'after' | 'every'>;
  readonly figures: ReadFigures;
  /** The most streams at once; default: 1,000. */
  readonly max?: number;
}

const TICK_MS = 250;
const MAX_STREAMS = 1_000;

/** Bytes: text would be copied for each reader that is behind. */
const event = (figures: unknown): Buffer =>
  Buffer.from(`event: figures\ndata: ${JSON.stringify(figures)}\n\n`);

const BEAT = Buffer.from(': still here\n\n');

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

/** The figures of a sale, for all that may see the same of it. */
class FiguresChannel implements Channel {
  readonly #read: () => LiveFigures | null;
  #last: LiveFigures;
  /** All figures; null: nobody has needed them since the last change. */
  #whole: Buffer | null = null;

  constructor(read: () => LiveFigures | null, first: LiveFigures) {
    this.#read = read;
    this.#last = first;
  }

  first(): Frame[] {
    return [(this.#whole ??= event(this.#last))];
  }

  refresh(): Frame | null | 'over' {
    const now = this.#read();
    // The process forgets a closed sale after a day.
    if (!now) return 'over';
    const changed = changedFigures(this.#last, now);
    this.#last = now;
    if (!changed) return null;
    this.#whole = null;
    return event(changed);
  }

  beat(): Frame {
    return BEAT;
  }
}

/** The open streams of figures of this process. */
export class LiveStreams {
  readonly #figures: ReadFigures;
  readonly #streams: Streams;

  constructor({ time, figures, max = MAX_STREAMS }: LiveStreamsOptions) {
    this.#figures = figures;
    this.#streams = new Streams({ time, max, tickMs: TICK_MS });
  }

  get isFull(): boolean {
    return this.#streams.isFull;
  }

  /**
   * Sends all figures, and from then on the changes.
   * @param stream a response whose head was sent
   * @param lastsMs ends the stream after this time, or after an hour if that is sooner
   */
  add(sale: SaleId, store: string | null, stream: ServerResponse, lastsMs?: number): void {
    const read = () => this.#figures(sale, store);
    const open = () => {
      const first = read();
      return first && new FiguresChannel(read, first);
    };
    this.#streams.add(`${sale} ${store ?? ''}`, open, stream, { lastsMs });
  }

  /** Ends every stream and accepts no more. */
  close(): void {
    this.#streams.close();
  }
}
