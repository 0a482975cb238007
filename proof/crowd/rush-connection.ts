import { kindOf, readAnswer } from './answer.ts';
import type { Gate } from './gate.ts';
import type { Journal } from '../checker/journal.ts';
import type { Pacer } from './pacer.ts';
import { pauseMs } from './retry-pause.ts';
import type { Purchase, Purchases } from './purchases.ts';
import { requestBytes } from './request-bytes.ts';
import type { Target } from './request-bytes.ts';
import type { Tally } from './tally.ts';
import { takeOver } from './autocannon-client.ts';
import type { WireClient } from './autocannon-client.ts';

export interface Rush {
  readonly target: Target;
  readonly purchases: Purchases;
  readonly journal: Journal;
  readonly tally: Tally;
  readonly pacer: Pacer;
  readonly gate: Gate;
  readonly retry: boolean;
}

const BUSY = 503;

/** One connection of a rush. It repeats one purchase at a time until its final answer. */
export class Connection {
  readonly #rush: Rush;
  readonly #client: WireClient;
  readonly #ordinal: number;
  #purchase: Purchase | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isInFlight = false;
  #sentMs = 0;
  /** When the request of an open load was due; null: its latency counts from when it is sent. */
  #dueMs: number | null = null;
  #requests = 0;
  /** Tries of the current purchase that were cut or answered 503. */
  #failures = 0;

  constructor(rush: Rush, client: WireClient, ordinal: number) {
    this.#rush = rush;
    this.#client = client;
    this.#ordinal = ordinal;
    takeOver(client, {
      onTurn: (send) => this.#takeTurn(send),
      request: () => requestBytes(rush.target, this.#purchase!),
      onAnswer: (status, body, headers) => this.#answered(status, body, headers),
      onCut: (resume) => this.#cut(resume),
    });
  }

  /** True while a purchase has no final answer. */
  get isBusy(): boolean {
    return this.#purchase !== null;
  }

  #takeTurn(send: () => void): void {
    if (this.#purchase) {
      this.#after(pauseMs(this.#failures), send);
      return;
    }
    this.#purchase = this.#rush.purchases.next();
    if (!this.#purchase) {
      this.#rush.journal.flush();
      // Later: autocannon listens for the end of a client only once it is created.
      setImmediate(() => this.#client.destroy());
      return;
    }
    const nowMs = performance.now();
    const delayMs = this.#rush.pacer.delayMs(nowMs);
    if (this.#rush.pacer.isOpen) this.#dueMs = nowMs + delayMs;
    this.#after(delayMs, send);
  }

  #after(delayMs: number, send: () => void): void {
    clearTimeout(this.#timer);
    if (delayMs <= 0) {
      this.#send(send);
      return;
    }
    this.#rush.journal.flush();
    this.#timer = setTimeout(() => this.#send(send), delayMs);
  }

  #send(send: () => void): void {
    const { journal, tally, gate } = this.#rush;
    if (gate.isShut) {
      journal.flush();
      gate.hold(this, () => this.#send(send));
      return;
    }
    gate.enter();
    journal.request(this.#ordinal, ++this.#requests, this.#purchase!);
    journal.flush();
    this.#isInFlight = true;
    this.#sentMs = this.#dueMs ?? performance.now();
    tally.sent(this.#sentMs);
    send();
  }

  #answered(status: number, body: string, headers: readonly string[]): void {
    const { journal, tally, purchases, pacer, retry, gate } = this.#rush;
    const purchase = this.#purchase!;
    const nowMs = performance.now();
    const answer = readAnswer(status, body, headers);
    const latencyMicros = Math.round((nowMs - this.#sentMs) * 1_000);
    const at = { connection: this.#ordinal, number: this.#requests };
    journal.answer({ ...at, ...answer, latencyMicros });
    tally.answered(answer, purchase.quantity, this.#sentMs, nowMs);
    this.#isInFlight = false;
    gate.leave();
    if (retry && status === BUSY) {
      this.#failures++;
      return;
    }
    if (kindOf(answer) === 'placed') {
      pacer.noteUnits(purchase.quantity);
      purchases.noteOrder(purchase);
    }
    this.#finish();
  }

  #cut(resume: () => void): void {
    if (this.#isInFlight) {
      this.#rush.tally.cut();
      this.#rush.gate.leave();
    }
    this.#isInFlight = false;
    this.#failures++;
    if (!this.#rush.retry) this.#finish();
    // The next connection sends the purchase, and only that one.
    this.#rush.gate.forget(this);
    this.#rush.journal.flush();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(resume, pauseMs(this.#failures));
  }

  #finish(): void {
    this.#purchase = null;
    this.#failures = 0;
  }
}
