import { pauseMs } from '../retry-pause.ts';
import { takeOver } from '../autocannon-client.ts';
import type { WireClient } from '../autocannon-client.ts';
import type { CartShopper } from './cart-shoppers.ts';
import type { CartNotes } from './cart-notes.ts';
import { readReply, visit } from './shopper-visit.ts';
import type { Claimable, Step } from './shopper-visit.ts';

export interface CartRush {
  readonly host: string;
  readonly sale: string;
  readonly claimables: readonly Claimable[];
  /** Shared by all connections: each takes the next shopper. */
  readonly crowd: Iterator<CartShopper>;
  readonly notes: CartNotes;
}

const BUSY = 503;

interface Visit {
  readonly token: string;
  readonly steps: ReturnType<typeof visit>;
  step: Step;
}

function stepBytes({ host, sale }: CartRush, { token, step }: Visit): Buffer {
  const { path, key, body } = step;
  const head =
    `POST /v1/sales/${sale}${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n` +
    `Authorization: Bearer ${token}\r\n${key === null ? '' : `Idempotency-Key: ${key}\r\n`}` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}

/**
 * One connection. It serves one shopper after another, and repeats a step until its final answer.
 */
export class CartConnection {
  readonly #rush: CartRush;
  readonly #client: WireClient;
  #visit: Visit | null = null;
  /** Tries of the current step that were cut or answered 503. */
  #failures = 0;

  constructor(rush: CartRush, client: WireClient) {
    this.#rush = rush;
    this.#client = client;
    takeOver(client, {
      onTurn: (send) => this.#takeTurn(send),
      request: () => stepBytes(rush, this.#visit!),
      onAnswer: (status, body, headers) => this.#answered(status, body, headers),
      onCut: (resume) => this.#cut(resume),
    });
  }

  #takeTurn(send: () => void): void {
    this.#visit ??= this.#begin();
    if (!this.#visit) {
      // Later: autocannon listens for the end of a client only once it is created.
      setImmediate(() => this.#client.destroy());
    } else if (this.#failures > 0) setTimeout(send, pauseMs(this.#failures));
    else send();
  }

  #begin(): Visit | null {
    const { crowd, claimables, notes } = this.#rush;
    const next = crowd.next();
    if (next.done) return null;
    const steps = visit(next.value, claimables, notes);
    const first = steps.next();
    return first.done ? null : { token: next.value.token, steps, step: first.value };
  }

  #answered(status: number, body: string, headers: readonly string[]): void {
    const present = this.#visit!;
    const { kind, reply } = readReply(present.step, status, body, headers);
    this.#rush.notes.count(kind);
    if (status === BUSY) {
      this.#failures++;
      return;
    }
    this.#failures = 0;
    const next = present.steps.next(reply);
    if (next.done) this.#visit = null;
    else present.step = next.value;
  }

  #cut(resume: () => void): void {
    this.#rush.notes.count('cut');
    this.#failures++;
    setTimeout(resume, pauseMs(this.#failures));
  }
}
