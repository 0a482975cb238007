/** One event of a stream. */
export interface StreamEvent {
  /** `message` unless the stream names it. */
  readonly name: string;
  readonly data: string;
  /** The last id of the stream so far; empty: it had none. */
  readonly id: string;
}

/** A longer unfinished line is no event stream of ours. */
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Parses server-sent events as the standard says (HTML, 9.2.6), from text in pieces of any size.
 * An event without data only keeps its id.
 */
export class EventParser {
  readonly #onEvent: (event: StreamEvent) => void;
  #onRetry: (ms: number) => void;
  #rest = '';
  #isFirst = true;
  #name = '';
  #data: string[] = [];
  #id = '';

  /**
   * @param onRetry the stream asks that a reader comes back after so long
   * @param lastId of the stream that this one goes on with
   */
  constructor(
    onEvent: (event: StreamEvent) => void,
    onRetry: (ms: number) => void = () => {},
    lastId = '',
  ) {
    this.#onEvent = onEvent;
    this.#onRetry = onRetry;
    this.#id = lastId;
  }

  /** The last id that came with a whole event. */
  lastId = '';

  /** @throws when a line does not end */
  push(piece: string): void {
    let text = this.#rest + piece;
    if (this.#isFirst && text !== '') {
      this.#isFirst = false;
      text = text.replace(/^\uFEFF/, '');
    }
    // The `\n` of a `\r\n` may come with the next piece.
    const isOpen = text.endsWith('\r');
    const lines = (isOpen ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop()! + (isOpen ? '\r' : '');
    for (const line of lines) this.#line(line);
    if (this.#rest.length > MAX_CHARACTERS) throw new Error('the event stream has an endless line');
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.#onRetry(Number(value));
  }

  #dispatch(): void {
    const [name, data] = [this.#name || 'message', this.#data];
    this.#name = '';
    this.#data = [];
    this.lastId = this.#id;
    if (data.length > 0) this.#onEvent({ name, data: data.join('\n'), id: this.#id });
  }
}
