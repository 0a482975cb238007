const HEAD_END = '\r\n\r\n';
const EVENT_END = '\n\n';
const STATUS = { from: 9, to: 12 } as const;
/** The bytes between two events, such as the length of a chunk, stand before the name. */
const EVENT = /(?:^|\n)event: (\S+)\n(?:id: [^\n]*\n)?data: ([^\n]*)$/;

export interface StreamEars {
  /** @param status of the answer; its events follow */
  head(status: number): void;
  event(name: string, data: string): void;
}

/**
 * Finds the events in the bytes of a connection, however these are cut. An event must lie within
 * one chunk of the answer, as the service writes it. Comments and `retry` are passed over.
 */
export class EventReader {
  readonly #ears: StreamEars;
  #isHead = true;
  #rest = '';

  constructor(ears: StreamEars) {
    this.#ears = ears;
  }

  read(bytes: Buffer): void {
    this.#rest += bytes.toString('latin1');
    if (this.#isHead) this.#readHead();
    if (!this.#isHead) this.#readEvents();
  }

  #readHead(): void {
    const end = this.#rest.indexOf(HEAD_END);
    if (end < 0) return;
    const status = Number(this.#rest.slice(STATUS.from, STATUS.to));
    this.#rest = this.#rest.slice(end + HEAD_END.length);
    this.#isHead = false;
    this.#ears.head(status);
  }

  #readEvents(): void {
    let at = 0;
    for (;;) {
      const end = this.#rest.indexOf(EVENT_END, at);
      if (end < 0) break;
      const [, name, data] = EVENT.exec(this.#rest.slice(at, end)) ?? [];
      if (name !== undefined && data !== undefined) this.#ears.event(name, data);
      at = end + EVENT_END.length;
    }
    this.#rest = this.#rest.slice(at);
  }
}

const SOLD_OUT = 'sold_out';

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

/** The offers that an event calls sold out, whether it has words of stock or figures. */
export function soldOutIn(name: string, data: string): string[] {
  // Most events have none, and thousands of listeners read each.
  if (!data.includes(SOLD_OUT)) return [];
  return wordsIn(name, data).flatMap(([offer, word]) => (word === SOLD_OUT ? [offer] : []));
}
