import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A request that is about to be sent. A client sends one at a time, numbered from 1. */
export interface Asked {
  readonly line: 'asked';
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** `order`, `quote`, `look`, `payment`, `sandbox`, `cancel` or `refund`. */
  readonly what: string;
  readonly method: string;
  readonly url: string;
  /** The subject of the token; empty without one. */
  readonly subject: string;
  /** The idempotency key; empty without one. */
  readonly key: string;
  /** Seconds that `Prefer: wait` names; null without it. */
  readonly waitS: number | null;
  readonly body: unknown;
}

/** The answer to the request of the same number. */
export interface Answered {
  readonly line: 'answered';
  readonly number: number;
  readonly tookMs: number;
  readonly status: number;
  readonly isReplay: boolean;
  readonly text: string;
}

/** The request of the same number got no answer. `isLate`: the client gave up waiting. */
export interface Cut {
  readonly line: 'cut';
  readonly number: number;
  readonly tookMs: number;
  readonly isLate: boolean;
}

export type JournalLine = Asked | Answered | Cut;

/** A request with what came of it; `end` is null when the journal ends before. */
export interface Exchange {
  /** Names the line of the request: `<client>#<number>`. */
  readonly name: string;
  readonly asked: Asked;
  readonly end: Answered | Cut | null;
}

/** The file of one client: each line is in the file before the client goes on. */
export class ClientJournal {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  note(line: JournalLine): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Pairs the lines of a client. @throws RangeError when an answer has no request */
export function exchangesOf(client: string, lines: readonly JournalLine[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const line of lines) {
    if (line.line === 'asked') {
      exchanges.push({ name: `${client}#${line.number}`, asked: line, end: null });
      continue;
    }
    const last = exchanges.pop();
    if (!last || last.end !== null || last.asked.number !== line.number) {
      throw new RangeError(`${client}: line ${line.number} has no request`);
    }
    exchanges.push({ ...last, end: line });
  }
  return exchanges;
}

/** Reads a journal. @throws SyntaxError when a line was cut off */
export async function readClientJournal(client: string, file: string): Promise<Exchange[]> {
  const lines: JournalLine[] = [];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    lines.push(JSON.parse(text) as JournalLine);
  }
  return exchangesOf(client, lines);
}
