import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The part of a purchase that a journal notes. */
interface Asked {
  readonly shopper: string;
  readonly key: string;
  readonly offer: { readonly id: string };
  readonly quantity: number;
}

/** A request about to be sent. `number` counts the requests of a connection from 1. */
export interface JournalRequest {
  readonly kind: 'request';
  readonly connection: number;
  readonly number: number;
  readonly shopper: string;
  readonly key: string;
  readonly offer: string;
  readonly quantity: number;
}

/** The answer to the request with the same connection and number. */
export interface JournalAnswer {
  readonly kind: 'answer';
  readonly connection: number;
  readonly number: number;
  readonly status: number;
  /** The code of a problem; empty for an order. */
  readonly code: string;
  /** The order's id; empty without one. */
  readonly order: string;
  readonly isReplay: boolean;
  readonly latencyMicros: number;
}

export type JournalLine = JournalRequest | JournalAnswer;

/**
 * The file of a client. It writes the line of a request before it sends the request, and the line
 * of an answer before the next request of the connection; if both are due, one write holds them.
 */
export class Journal {
  readonly #descriptor: number;
  #unwritten = '';

  constructor(file: string) {
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  request(connection: number, number: number, purchase: Asked): void {
    const { shopper, key, offer, quantity } = purchase;
    this.#unwritten +=
      `R\t${connection}\t${number}\t${shopper}\t${key}` + `\t${offer.id}\t${quantity}\n`;
  }

  answer(line: Omit<JournalAnswer, 'kind'>): void {
    const { connection, number, status, code, order, isReplay, latencyMicros } = line;
    const replay = isReplay ? 1 : 0;
    this.#unwritten +=
      `A\t${connection}\t${number}\t${status}\t${code}\t${order}\t${replay}` +
      `\t${latencyMicros}\n`;
  }

  /** Call it before every send and before every wait. */
  flush(): void {
    if (this.#unwritten === '') return;
    writeSync(this.#descriptor, this.#unwritten);
    this.#unwritten = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}

/** @throws RangeError for a line that is not of a journal */
export function parseJournalLine(line: string): JournalLine {
  const [kind, connection, number, ...rest] = line.split('\t');
  const at = { connection: Number(connection), number: Number(number) };
  if (kind === 'R' && rest.length === 4) {
    const [shopper, key, offer, quantity] = rest as [string, string, string, string];
    return { kind: 'request', ...at, shopper, key, offer, quantity: Number(quantity) };
  }
  if (kind === 'A' && rest.length === 5) {
    const [status, code, order, replay, latency] = rest as [string, string, string, string, string];
    const isReplay = replay === '1';
    const figures = { status: Number(status), latencyMicros: Number(latency) };
    return { kind: 'answer', ...at, ...figures, code, order, isReplay };
  }
  throw new RangeError(`not a line of a journal: ${line}`);
}

/** Reads a journal line by line, and skips a last line that was cut off. */
export async function* readJournal(file: string): AsyncGenerator<JournalLine> {
  let last: string | null = null;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    if (last !== null) yield parseJournalLine(last);
    last = line;
  }
  if (last === null) return;
  try {
    yield parseJournalLine(last);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
