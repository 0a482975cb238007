import { randomBytes } from 'node:crypto';
import type {
  NewPaymentBody,
  PaymentAnswer,
  SandboxEventKind,
  SandboxRefusal,
  SandboxState,
} from '../sandbox-messages.ts';

/** Above it, a new payment displaces the oldest finished one; with none finished it is refused. */
const PAYMENTS_MAX = 1_000_000;
/** Idempotency keys of one payment, each kept with its answer. */
const KEYS_MAX = 1_000;
const ID_BYTES = 15;

export type Answer =
  | { readonly status: 200 | 201; readonly body: PaymentAnswer }
  | { readonly status: 404 | 409 | 422 | 503; readonly body: SandboxRefusal };

/** Sums over all payments ever, in minor units, regardless of currency. */
export interface Totals {
  readonly captured: number;
  readonly refunded: number;
  readonly payments: number;
}

/**
 * What a payment that is open waits for. `choice`: the shopper has done nothing yet · `challenge`:
 * the bank asks the shopper whether it is really them · `bank`: the bank takes its time.
 */
export type PayStep = 'choice' | 'challenge' | 'bank';

/** What the page of a payment shows. `returnUrl`: where the shopper goes on, null: nowhere. */
export interface PayView extends Pick<PaymentAnswer, 'order' | 'amount' | 'currency' | 'state'> {
  readonly step: PayStep;
  readonly lines: NonNullable<NewPaymentBody['lines']>;
  readonly payBy: string | null;
  readonly returnUrl: string | null;
}

type Told = (kind: SandboxEventKind, payment: PaymentAnswer, amountMinor: number) => void;

interface Payment extends NewPaymentBody {
  readonly id: string;
  readonly key: string;
  readonly answers: Map<string, { readonly asked: string; readonly body: PaymentAnswer }>;
  state: SandboxState;
  step: PayStep;
  refunded: number;
}

export interface BooksOptions {
  /** Without a slash at its end. */
  readonly pageUrl: () => string;
  readonly onEvent: Told;
  /** `PAYMENTS_MAX` unless given. */
  readonly paymentsMax?: number;
}

const no = (status: 404 | 409 | 422 | 503, code: string, detail: string): Answer => ({
  status,
  body: { code, detail },
});
const NOT_FOUND = no(404, 'not_found', 'there is no such payment');
const KEY_REUSED = no(422, 'key_reused', 'this idempotency key was used for a different request');
const TOO_MANY_KEYS = no(409, 'too_many_keys', `a payment takes ${KEYS_MAX} keys at most`);
const FULL = no(503, 'full', 'too many payments are open');

/** The payments of a sandbox, in memory: they end with the process. */
export class Books {
  readonly #options: BooksOptions;
  readonly #payments = new Map<string, Payment>();
  /** Idempotency key of a creation → id. */
  readonly #created = new Map<string, string>();
  /** Ids of finished payments, the oldest first. */
  readonly #over = new Set<string>();
  #totals: Totals = { captured: 0, refunded: 0, payments: 0 };

  constructor(options: BooksOptions) {
    this.#options = options;
  }

  totals(): Totals {
    return this.#totals;
  }

  find(id: string): Answer {
    const payment = this.#payments.get(id);
    return payment ? { status: 200, body: this.#view(payment) } : NOT_FOUND;
  }

  /** What its page shows; null: there is no such payment. */
  page(id: string): PayView | null {
    const payment = this.#payments.get(id);
    if (!payment) return null;
    const { order, amount, currency, state, lines = [], payBy = null } = payment;
    const step = state === 'open' ? payment.step : 'choice';
    const returnUrl = this.returnUrl(id);
    return { order, amount, currency, state, step, lines, payBy, returnUrl };
  }

  /** Where the shopper goes after paying; null: the payment names no such page. */
  returnUrl(id: string): string | null {
    const payment = this.#payments.get(id);
    const url = URL.parse(payment?.returnUrl ?? '');
    if (!payment || !url) return null;
    url.searchParams.set('payment', payment.payment);
    url.searchParams.set('state', payment.state);
    return url.href;
  }

  create(key: string, asked: NewPaymentBody): Answer {
    const before = this.#payments.get(this.#created.get(key) ?? '');
    if (before) return this.#createdBefore(before, asked);
    if (!this.#hasRoom()) return FULL;
    const id = `pay_${randomBytes(ID_BYTES).toString('base64url')}`;
    const payment: Payment = {
      ...asked,
      id,
      key,
      answers: new Map(),
      state: 'open',
      step: 'choice',
      refunded: 0,
    };
    this.#payments.set(id, payment);
    this.#created.set(key, id);
    this.#totals = { ...this.#totals, payments: this.#totals.payments + 1 };
    return { status: 201, body: this.#view(payment) };
  }

  /** An open payment waits for something else; one that is paid stays as it is. */
  wait(id: string, step: PayStep): Answer {
    const payment = this.#payments.get(id);
    if (!payment) return NOT_FOUND;
    if (isLost(payment)) return conflict('not_payable', payment);
    if (payment.state === 'open') payment.step = step;
    return { status: 200, body: this.#view(payment) };
  }

  /** The shopper pays or is declined; a later call changes nothing. */
  pay(id: string, isDeclined: () => boolean): Answer {
    const payment = this.#payments.get(id);
    if (!payment) return NOT_FOUND;
    if (isLost(payment)) return conflict('not_payable', payment);
    if (payment.state === 'open') this.#move(payment, isDeclined() ? 'failed' : 'authorized');
    return { status: 200, body: this.#view(payment) };
  }

  capture(id: string, key: string, amount?: number): Answer {
    return this.#once(id, key, `capture ${amount}`, (payment) => {
      if (payment.state === 'captured') return null;
      if (payment.state !== 'authorized') return conflict('not_capturable', payment);
      if ((amount ?? payment.amount) !== payment.amount) {
        return no(409, 'amount_differs', `the amount of the payment is ${payment.amount}`);
      }
      const captured = this.#totals.captured + payment.amount;
      this.#totals = { ...this.#totals, captured };
      this.#move(payment, 'captured');
      return null;
    });
  }

  void(id: string, key: string): Answer {
    return this.#once(id, key, 'void', (payment) => {
      if (payment.state === 'captured') return conflict('not_voidable', payment);
      if (payment.state === 'open' || payment.state === 'authorized') this.#move(payment, 'voided');
      return null;
    });
  }

  refund(id: string, key: string, amount: number): Answer {
    return this.#once(id, key, `refund ${amount}`, (payment) => {
      if (payment.state !== 'captured') return conflict('not_refundable', payment);
      const left = payment.amount - payment.refunded;
      if (amount > left) return no(409, 'above_captured', `${left} is left to refund`);
      payment.refunded += amount;
      this.#totals = { ...this.#totals, refunded: this.#totals.refunded + amount };
      this.#options.onEvent('refunded', this.#view(payment), amount);
      return null;
    });
  }

  /** Acts once per key. A refusal is not remembered, so its key may be used again. */
  #once(id: string, key: string, asked: string, act: (payment: Payment) => Answer | null): Answer {
    const payment = this.#payments.get(id);
    if (!payment) return NOT_FOUND;
    const before = payment.answers.get(key);
    if (before) return before.asked === asked ? { status: 200, body: before.body } : KEY_REUSED;
    if (payment.answers.size >= KEYS_MAX) return TOO_MANY_KEYS;
    const refusal = act(payment);
    if (refusal) return refusal;
    const body = this.#view(payment);
    payment.answers.set(key, { asked, body });
    return { status: 200, body };
  }

  #createdBefore(payment: Payment, asked: NewPaymentBody): Answer {
    const names = ['payment', 'order', 'amount', 'currency'] as const;
    if (names.some((name) => payment[name] !== asked[name])) return KEY_REUSED;
    return { status: 201, body: { ...this.#view(payment), state: 'open', refunded: 0 } };
  }

  #move(payment: Payment, state: Exclude<SandboxState, 'open'>): void {
    payment.state = state;
    if (state !== 'authorized') {
      this.#over.add(payment.id);
      // They are most of what a payment holds, and nobody pays by them any more.
      payment.lines = [];
    }
    this.#options.onEvent(state, this.#view(payment), payment.amount);
  }

  #hasRoom(): boolean {
    if (this.#payments.size < (this.#options.paymentsMax ?? PAYMENTS_MAX)) return true;
    const [oldest] = this.#over;
    const payment = this.#payments.get(oldest ?? '');
    if (!payment) return false;
    this.#over.delete(payment.id);
    this.#payments.delete(payment.id);
    return this.#created.delete(payment.key);
  }

  #view({ id, payment, order, amount, currency, state, refunded }: Payment): PaymentAnswer {
    const url = `${this.#options.pageUrl()}/pay/${id}`;
    return { id, payment, order, amount, currency, state, refunded, url };
  }
}

const isLost = ({ state }: Payment): boolean => state === 'failed' || state === 'voided';

function conflict(code: string, { state, amount, currency }: Payment): Answer {
  const detail = `the payment is ${state}`;
  return { status: 409, body: { code, detail, state, amount, currency } };
}
