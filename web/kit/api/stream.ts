import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { PageTime } from '../time/browser-time.ts';
import { EventParser } from './event-parser.ts';
import type { StreamEvent } from './event-parser.ts';
import { isPassing } from './problem.ts';

export interface StreamDeps {
  /** Asked before each connection; empty: none. `EventSource` could not send it. */
  readonly token: () => string;
  readonly time: PageTime;
  readonly fetch: typeof globalThis.fetch;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** `refused`: the service will not stream this, and asking again is of no use. */
export type StreamState = 'connecting' | 'open' | 'waiting' | 'refused';

export interface StreamHandlers {
  onEvent(event: StreamEvent): void;
  /** A connection is open. @param sentMs when it was asked for, by `monotonic` */
  onOpen?(sentMs: number): void;
}

/** An open stream; `close` ends it for good. */
export interface EventStream {
  readonly state: ReadonlySignal<StreamState>;
  /** When the last bytes came, by `monotonic`; null: none yet. */
  readonly heardMs: ReadonlySignal<number | null>;
  /** Since when it is known to have no connection, by `monotonic`; null: it has one. */
  readonly downMs: ReadonlySignal<number | null>;
  close(): void;
  /** Connects now instead of after its pause, for instance when the network is back. */
  hurry(): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const HALF = 0.5;
/** The service sends a sign of life every 15 s. Who hears none for so long has news no more. */
export const QUIET_MS = 20_000;
/** A connection that was silent for so long is dead. */
const SILENT_MS = 40_000;

/** Reads a stream of events by `fetch`, and connects again whenever it ends. */
export function openStream(url: string, deps: StreamDeps, handlers: StreamHandlers): EventStream {
  const stream = new Reading(url, deps, handlers);
  stream.connect();
  return stream;
}

class Reading implements EventStream {
  readonly state = signal<StreamState>('connecting');
  readonly heardMs = signal<number | null>(null);
  readonly downMs;
  readonly #url: string;
  readonly #deps: StreamDeps;
  readonly #handlers: StreamHandlers;
  #lastId = '';
  /** What the stream asks for by `retry:`. */
  #pauseMs = FIRST_PAUSE_MS;
  #failures = 0;
  #abort = new AbortController();
  #cancel = () => {};
  #isClosed = false;

  constructor(url: string, deps: StreamDeps, handlers: StreamHandlers) {
    this.#url = url;
    this.#deps = deps;
    this.#handlers = handlers;
    this.downMs = signal<number | null>(deps.time.monotonic());
  }

  connect(): void {
    this.state.value = 'connecting';
    this.#abort = new AbortController();
    const { signal: own } = this.#abort;
    this.#read(own).then(
      (isOver) => {
        if (this.#isClosed) return;
        if (isOver) this.#refuse();
        else this.#wait();
      },
      () => {
        if (!this.#isClosed) this.#wait();
      },
    );
  }

  hurry(): void {
    if (this.state.value !== 'waiting') return;
    this.#cancel();
    this.connect();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#abort.abort();
  }

  /** @returns whether asking again is of no use */
  async #read(own: AbortSignal): Promise<boolean> {
    const { fetch, time } = this.#deps;
    const sentMs = time.monotonic();
    this.#watchSilence();
    const answer = await fetch(this.#url, {
      headers: this.#headers(),
      cache: 'no-store',
      signal: own,
    });
    if (!answer.ok || !answer.body) return !isPassing(answer.status);
    this.state.value = 'open';
    this.downMs.value = null;
    this.heardMs.value = time.monotonic();
    this.#handlers.onOpen?.(sentMs);
    const parser = new EventParser(
      (event) => this.#handlers.onEvent(event),
      (ms) => (this.#pauseMs = ms),
      this.#lastId,
    );
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      this.#failures = 0;
      this.heardMs.value = time.monotonic();
      this.#watchSilence();
      parser.push(value);
      this.#lastId = parser.lastId;
    }
  }

  #headers(): Record<string, string> {
    const token = this.#deps.token();
    return {
      Accept: 'text/event-stream',
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...(this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId }),
    };
  }

  /** A connection that died without a word is given up. */
  #watchSilence(): void {
    this.#cancel();
    const abort = this.#abort;
    this.#cancel = this.#deps.time.after(SILENT_MS, () => abort.abort());
  }

  #refuse(): void {
    this.#cancel();
    this.state.value = 'refused';
    this.downMs.value ??= this.#deps.time.monotonic();
  }

  /** Waits for half to the whole of a pause that doubles with each failure. */
  #wait(): void {
    this.#cancel();
    this.state.value = 'waiting';
    this.downMs.value ??= this.#deps.time.monotonic();
    const longest = Math.min(this.#pauseMs * 2 ** this.#failures, LONGEST_PAUSE_MS);
    const pauseMs = longest * (HALF + this.#deps.random() * HALF);
    this.#failures++;
    this.#cancel = this.#deps.time.after(pauseMs, () => this.connect());
  }
}
