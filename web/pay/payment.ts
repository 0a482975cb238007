import { askJson, fieldsOf } from '../kit/api/ask-json.ts';
import type { Page } from '../kit/page/page.ts';
import { msOf } from '../kit/time/timestamps.ts';

export type PaymentState = 'open' | 'authorized' | 'captured' | 'failed' | 'voided';
/** What an open payment waits for: the shopper, the bank's question, or the bank. */
export type PayStep = 'choice' | 'challenge' | 'bank';
export type Outcome = 'authorize' | 'decline' | 'challenge' | 'slow';

export interface Payment {
  readonly order: string;
  /** In the minor unit of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly state: PaymentState;
  readonly step: PayStep;
  readonly lines: readonly { readonly title: string; readonly quantity: number }[];
  /** The order is held until then, in ms; null: nobody said. */
  readonly payByMs: number | null;
  /** Where the shopper goes on; null: nowhere. */
  readonly returnUrl: string | null;
}

const STATES: readonly PaymentState[] = ['open', 'authorized', 'captured', 'failed', 'voided'];
const STEPS: readonly PayStep[] = ['choice', 'challenge', 'bank'];
const OK = 200;
const NOT_FOUND = 404;

function lineOf(value: unknown): Payment['lines'] {
  const { title, quantity } = fieldsOf(value);
  return typeof title === 'string' && typeof quantity === 'number' ? [{ title, quantity }] : [];
}

/** @throws when it is no payment */
export function paymentOf(body: unknown): Payment {
  const { order, amount, currency, lines, payBy, returnUrl, ...rest } = fieldsOf(body);
  const state = STATES.find((one) => one === rest['state']);
  const isWhole =
    typeof order === 'string' && typeof amount === 'number' && typeof currency === 'string';
  if (!isWhole || !state) throw new Error('the sandbox answers with no payment');
  return {
    order,
    amount,
    currency,
    state,
    step: STEPS.find((one) => one === rest['step']) ?? 'choice',
    lines: Array.isArray(lines) ? lines.flatMap(lineOf) : [],
    payByMs: typeof payBy === 'string' ? msOf(payBy) : null,
    returnUrl: typeof returnUrl === 'string' ? returnUrl : null,
  };
}

/** @returns null when the sandbox does not know the payment */
export async function readPayment(
  page: Page,
  id: string,
  signal?: AbortSignal,
): Promise<Payment | null> {
  const path = `/pay/${encodeURIComponent(id)}/payment`;
  const { status, body } = await askJson(page, { path, ...(signal ? { signal } : {}) });
  if (status === NOT_FOUND) return null;
  if (status !== OK) throw new Error(`the sandbox answers ${status}`);
  return paymentOf(body);
}

/**
 * Acts, whether the sandbox takes it or finds the payment over, and looks again.
 * @throws when no answer came
 */
export async function act(page: Page, id: string, outcome: Outcome): Promise<Payment | null> {
  await askJson(page, { path: `/payments/${encodeURIComponent(id)}/pay`, body: { outcome } });
  return readPayment(page, id);
}
