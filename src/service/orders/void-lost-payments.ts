import type { Pool } from 'pg';
import { lostPayments, recordNeverMade, recordOpened } from '../../ledger/orders/begin-payment.ts';
import type { PaymentRow } from '../../ledger/orders/payments.ts';
import type { PaymentProvider } from '../../provider/payment-provider.ts';

export interface LostPaymentsDeps {
  readonly pool: Pool;
  /** Null: none is configured. */
  readonly provider: PaymentProvider | null;
  /** Told after a commit that made provider calls due. */
  readonly onCallsDue: () => void;
  /** The provider is away, or its client has a fault: the payment waits for the next run. */
  readonly onError: (error: Error) => void;
  /** Aborted: it asks about no more payments. */
  readonly signal?: AbortSignal;
}

const ASKED_AT_ONCE = 32;

/** The same key makes the same payment again; noting it for an ended order gives it up. */
async function giveUp(
  { pool, onError }: LostPaymentsDeps,
  provider: PaymentProvider,
  payment: PaymentRow,
): Promise<boolean> {
  const { id, order, amountMinor, currency } = payment;
  try {
    const known = await provider.create({ id, order, amountMinor, currency });
    if ('state' in known) await recordNeverMade(pool, payment);
    else await recordOpened(pool, payment, known);
    return true;
  } catch (error) {
    onError(error as Error);
    return false;
  }
}

/**
 * Finds payments whose orders ended before the provider's answer arrived, and asks the provider
 * again: a payment that it has is voided, one that it refuses has failed. It stops when the
 * provider does not answer.
 * @returns how many payments ended
 */
export async function voidLostPayments(deps: LostPaymentsDeps): Promise<number> {
  const { pool, provider, signal } = deps;
  if (!provider) return 0;
  for (let over = 0; ;) {
    const found = await lostPayments(pool, provider.name, ASKED_AT_ONCE);
    const given = await Promise.all(found.map((one) => giveUp(deps, provider, one)));
    over += given.filter(Boolean).length;
    if (over > 0) deps.onCallsDue();
    const isMore = found.length === ASKED_AT_ONCE && given.every(Boolean);
    if (!isMore || signal?.aborted) return over;
  }
}
