const HEAD_END = '\r\n\r\n';
const EVENT_END = '\n\n';
const STATUS = { from: 9, to: 12 } as const;
const EVENT = /(?:^|\n)event: (\S+)\n(?:id: [^\n]*\n)?data: ([^\n]*)$/;
const SOLD_OUT = 'sold_out';

/** What some events tell. */
export interface Told {
  readonly events: number;
  /** The offers that they call sold out. */
  readonly soldOut: readonly string[];
}

type Word = readonly [offer: string, word: string | null];

interface StockEvent {
  readonly offers: Readonly<Record<string, string | null>>;
}

interface FiguresEvent {
  readonly offers: readonly { readonly id: string; readonly stock: string }[];
}

function wordsIn(name: string, data: string): readonly Word[] {
  if (name === 'stock') return Object.entries((JSON.parse(data) as StockEvent).offers);
  if (name !== 'figures') return [];
  return (JSON.parse(data) as FiguresEvent).offers.map(({ id, stock }) => [id, stock]);
}

/** @param text whole events; comments and `retry` are none */
export function toldBy(text: string): Told {
  let events = 0;
  const soldOut: string[] = [];
  for (const event of text.split(EVENT_END)) {
    const [, name, data] = EVENT.exec(event) ?? [];
    if (name === undefined || data === undefined) continue;
    events++;
    if (!data.includes(SOLD_OUT)) continue;
    for (const [offer, word] of wordsIn(name, data)) if (word === SOLD_OUT) soldOut.push(offer);
  }
  return { events, soldOut };
}

/**
 * Reads events that many listeners get. Nearly always the next one gets the bytes that the last one
 * got, and they are only compared.
 */
export class SharedEvents {
  #bytes = Buffer.alloc(0);
  #told: Told = { events: 0, soldOut: [] };

  read(bytes: Buffer): Told {
    if (!this.#bytes.equals(bytes)) {
      this.#bytes = Buffer.from(bytes);
      this.#told = toldBy(bytes.toString('latin1'));
    }
    return this.#told;
  }
}

export interface StreamEars {
  /** @param status of the answer; its events follow */
  head(status: number): void;
  told(told: Told): void;
}

/** Finds the whole events in the bytes of a connection, however these are cut. */
export class EventReader {
  readonly #shared: SharedEvents;
  readonly #ears: StreamEars;
  #isHead = true;
  /** The beginning of something whose end has not come. */
  #rest: Buffer | null = null;

  constructor(shared: SharedEvents, ears: StreamEars) {
    this.#shared = shared;
    this.#ears = ears;
  }

  /** @param bytes may be overwritten afterwards */
  read(bytes: Buffer): void {
    let whole = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    if (this.#isHead) whole = this.#afterHead(whole);
    const end = this.#isHead ? 0 : endOfEvents(whole);
    this.#rest = end === whole.length ? null : Buffer.from(whole.subarray(end));
    if (end > 0) this.#ears.told(this.#shared.read(whole.subarray(0, end)));
  }

  #afterHead(bytes: Buffer): Buffer {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return bytes;
    this.#isHead = false;
    this.#ears.head(Number(bytes.toString('latin1', STATUS.from, STATUS.to)));
    return bytes.subarray(end + HEAD_END.length);
  }
}

function endOfEvents(bytes: Buffer): number {
  const at = bytes.lastIndexOf(EVENT_END);
  return at < 0 ? 0 : at + EVENT_END.length;
}
