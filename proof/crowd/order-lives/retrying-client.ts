import { setTimeout as wait } from 'node:timers/promises';
import { kindOf, readAnswer } from '../answer.ts';
import { pauseMs } from '../retry-pause.ts';

/** One request, repeated until it is answered. */
export interface Ask {
  /** A refusal is counted as this and its code, such as `order sold_out`. */
  readonly what: string;
  /** A success is counted as this. */
  readonly success: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

/** The final answer to a request. */
export interface Told {
  readonly status: number;
  /** The code of a problem, or `unanswered`; empty for a success. */
  readonly code: string;
  readonly text: string;
}

const BUSY = 503;
/** Tries of a request. With their pauses they take less than 10 s, unless answers are slow. */
const TRIES = 30;
const ANSWER_WITHIN_MS = 5_000;

const UNANSWERED: Told = { status: 0, code: 'unanswered', text: '' };

function requestOf({ method, token, key, body }: Ask): RequestInit {
  return {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  };
}

/** Sends requests, and repeats a request that was cut or answered 503. */
export class RetryingClient {
  readonly #count: (kind: string) => void;

  /** @param count receives the kind of each answer, including those that are tried again */
  constructor(count: (kind: string) => void) {
    this.#count = count;
  }

  async ask(ask: Ask): Promise<Told> {
    for (let failures = 0; failures < TRIES; failures++) {
      await wait(pauseMs(failures));
      const told = await this.#try(ask);
      if (told && told.status !== BUSY) return told;
    }
    this.#count(`${ask.what} ${UNANSWERED.code}`);
    return UNANSWERED;
  }

  /** @returns null when the connection was cut */
  async #try(ask: Ask): Promise<Told | null> {
    try {
      const reply = await fetch(ask.url, requestOf(ask));
      const text = await reply.text();
      const answer = readAnswer(reply.status, text, [...reply.headers].flat());
      const isReplay = kindOf(answer) === 'replayed';
      const success = isReplay ? `${ask.what} replayed` : ask.success;
      this.#count(reply.ok ? success : `${ask.what} ${answer.code}`);
      return { status: reply.status, code: reply.ok ? '' : answer.code, text };
    } catch {
      this.#count('cut');
      return null;
    }
  }
}
