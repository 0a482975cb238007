import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { dateAt, toTimestamp } from '../../domain/timestamps.ts';
import type { Time } from '../../platform/time.ts';
import type { PaymentAnswer, SandboxEvent, SandboxEventKind } from '../sandbox-messages.ts';
import type { Behaviour } from './behaviour.ts';

const AT_ONCE = 32;
const WAITING_MAX = 1_000_000;
const TRIES_MAX = 20;
const FIRST_PAUSE_MS = 50;
const PAUSE_MAX_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;
const ID_BYTES = 15;

interface Message {
  readonly id: string;
  readonly body: string;
  readonly delayMs: number;
  tries: number;
  /** Sent after this one was delivered. */
  next: Message | null;
}

export interface DeliveriesOptions {
  readonly eventsUrl: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly chance: (rate: number) => boolean;
  readonly time: Pick<Time, 'now' | 'after' | 'deadline'>;
}

/**
 * Signs events and sends each to one URL until it answers 2xx. After 20 tries, 50 ms to 5 s apart
 * and over a minute in all, the event is lost. Events are in memory and end with the process.
 */
export class Deliveries {
  behaviour: Behaviour = {};
  eventsUrl: string;
  readonly #webhook: Webhook;
  readonly #chance: DeliveriesOptions['chance'];
  readonly #closing = new AbortController();
  readonly #time: DeliveriesOptions['time'];
  /** Cancels each event that waits. */
  readonly #cancels = new Set<() => void>();
  readonly #ready = new Set<Message>();
  readonly #late: Message[] = [];
  #heldBack: Message | null = null;
  #underWay = 0;
  #waiting = 0;
  #lost = 0;

  constructor({ eventsUrl, secret, chance, time }: DeliveriesOptions) {
    this.#time = time;
    this.eventsUrl = eventsUrl;
    this.#webhook = new Webhook(secret);
    this.#chance = chance;
  }

  /** Events not delivered yet: held back, waiting for the next try, or under way. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Events given up after all tries. */
  get lost(): number {
    return this.#lost;
  }

  /** True when no further event may wait. */
  get isFull(): boolean {
    return this.#waiting >= WAITING_MAX;
  }

  send(kind: SandboxEventKind, payment: PaymentAnswer, amountMinor: number): void {
    const { late, lateMs = 0, delayMs = 0, lie = 0, duplicateRate = 0 } = this.behaviour;
    const isCapture = kind === 'captured';
    const message: Message = {
      id: `evt_${randomBytes(ID_BYTES).toString('base64url')}`,
      body: JSON.stringify(eventOf(kind, payment, amountMinor + lie, this.#time.now())),
      delayMs: delayMs + (isCapture ? lateMs : 0),
      tries: 0,
      next: null,
    };
    this.#waiting += 1;
    if (this.#chance(duplicateRate)) this.#sendAgain(message);
    if (late && isCapture) this.#late.push(message);
    else if (this.behaviour.reorder) this.#sendBefore(message);
    else this.#sendIn(message.delayMs, message);
  }

  /** Sends the events held back, in the order they happened. */
  release(): void {
    const held = this.#late.splice(0);
    if (this.#heldBack) held.unshift(this.#heldBack);
    this.#heldBack = null;
    for (const message of held) this.#sendIn(0, message);
  }

  close(): void {
    this.#closing.abort();
    for (const cancel of this.#cancels) cancel();
  }

  #sendAgain(message: Message): void {
    this.#waiting += 1;
    this.#sendIn(message.delayMs, { ...message });
  }

  /** Swaps pairs: the first of two waits until the second was delivered. */
  #sendBefore(message: Message): void {
    const first = this.#heldBack;
    this.#heldBack = first ? null : message;
    if (first) this.#sendIn(message.delayMs, Object.assign(message, { next: first }));
  }

  #sendIn(delayMs: number, message: Message): void {
    const cancel = this.#time.after(delayMs, () => {
      this.#cancels.delete(cancel);
      this.#ready.add(message);
      this.#fill();
    });
    this.#cancels.add(cancel);
  }

  #fill(): void {
    while (this.#underWay < AT_ONCE && !this.#closing.signal.aborted) {
      const [message] = this.#ready;
      if (!message) return;
      this.#ready.delete(message);
      this.#underWay += 1;
      void this.#try(message).then((hasGone) => {
        this.#underWay -= 1;
        this.#after(message, hasGone);
        this.#fill();
      });
    }
  }

  #after(message: Message, hasGone: boolean): void {
    if (this.#closing.signal.aborted) return;
    message.tries += 1;
    if (!hasGone && message.tries < TRIES_MAX) {
      const pauseMs = FIRST_PAUSE_MS * 2 ** (message.tries - 1);
      return this.#sendIn(Math.min(pauseMs, PAUSE_MAX_MS), message);
    }
    if (!hasGone) this.#lost += 1;
    this.#waiting -= 1;
    if (message.next) this.#sendIn(message.next.delayMs, message.next);
  }

  async #try({ id, body }: Message): Promise<boolean> {
    const nowMs = this.#time.now();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(nowMs / 1000)),
      'webhook-signature': this.#webhook.sign(id, dateAt(nowMs), body),
    };
    const inTime = this.#time.deadline(ANSWER_WITHIN_MS);
    const signal = AbortSignal.any([this.#closing.signal, inTime]);
    try {
      const request = { method: 'POST', headers, body, signal, redirect: 'manual' } as const;
      const answer = await fetch(this.eventsUrl, request);
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function eventOf(
  kind: SandboxEventKind,
  payment: PaymentAnswer,
  amount: number,
  nowMs: number,
): SandboxEvent {
  const { id, payment: name, order, currency } = payment;
  return {
    type: `payment.${kind}`,
    timestamp: toTimestamp(nowMs),
    data: { id, payment: name, order, amount, currency },
  };
}
