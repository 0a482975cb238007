import { setTimeout as wait } from 'node:timers/promises';
import type { Dice } from '../../builders/dice.ts';
import { pauseMs } from '../../crowd/retry-pause.ts';
import { readAnswer } from '../../crowd/answer.ts';
import type { Ask, Told } from '../../crowd/order-lives/retrying-client.ts';
import type { ClientJournal } from './client-journal.ts';

/** A request; a URL that begins with `/` goes to any of the apis. */
export interface ChaosAsk extends Ask {
  /** Seconds for `Prefer: wait`. */
  readonly waitS?: number;
}

export interface ChaosTold extends Told {
  /** True for an order that was placed by this very request. */
  readonly isNew: boolean;
}

export interface AskerOptions {
  readonly journal: ClientJournal;
  /** The origins of the apis: each try draws one. */
  readonly apis: readonly string[];
  readonly dice: Dice;
  /** Tries of a request that is cut or answered 503. */
  readonly tries: number;
}

const BUSY = 503;
/** A client that waits longer than this calls the answer missing: far above every promise. */
export const GIVE_UP_MS = 20_000;
const MS = 1_000;
const CREATED = 201;
const UNANSWERED: ChaosTold = { status: 0, code: 'unanswered', text: '', isNew: false };

/** The subject that a token names. */
function subjectOf(token: string | undefined): string {
  const [, payload] = (token ?? '').split('.');
  if (payload === undefined) return '';
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
}

function requestOf({ method, token, key, body, waitS }: ChaosAsk): RequestInit {
  return {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(GIVE_UP_MS + (waitS ?? 0) * MS),
  };
}

/** Sends the requests of one client, one at a time, and keeps its journal. */
export class JournalledAsker {
  readonly #options: AskerOptions;
  #number = 0;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Repeats a request that was cut or answered 503, each time at an api drawn anew. */
  async ask(ask: ChaosAsk): Promise<ChaosTold> {
    const { tries, apis, dice } = this.#options;
    let told: ChaosTold = UNANSWERED;
    for (let failures = 0; failures < tries; failures++) {
      await wait(pauseMs(failures));
      const origin = ask.url.startsWith('/') ? dice.pick(apis) : '';
      told = await this.#try({ ...ask, url: origin + ask.url });
      if (told.status !== BUSY && told !== UNANSWERED) return told;
    }
    return told;
  }

  async #try(ask: ChaosAsk): Promise<ChaosTold> {
    const { journal } = this.#options;
    const number = ++this.#number;
    const { what, method, url, token, key = '', waitS = null, body = null } = ask;
    const subject = subjectOf(token);
    const at = { number, atMs: Date.now() };
    journal.note({ line: 'asked', ...at, what, method, url, subject, key, waitS, body });
    const startMs = performance.now();
    try {
      const reply = await fetch(url, requestOf(ask));
      const text = await reply.text();
      const { status, ok } = reply;
      const tookMs = performance.now() - startMs;
      const { code, isReplay } = readAnswer(status, text, [...reply.headers].flat());
      journal.note({ line: 'answered', number, tookMs, status, isReplay, text });
      const isNew = status === CREATED && !isReplay;
      return { status, code: ok ? '' : code, text, isNew };
    } catch (error) {
      const isLate = (error as Error).name === 'TimeoutError';
      journal.note({ line: 'cut', number, tookMs: performance.now() - startMs, isLate });
      return UNANSWERED;
    }
  }
}
