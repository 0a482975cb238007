import type { Pool } from 'pg';
import { lostPayments, recordNeverMade, recordOpened } from '../../ledger/orders/begin-payment.ts';
import type { PaymentRow } from '../../ledger/orders/payments.ts';
import type { PaymentProvider } from '../../provider/payment-provider.ts';

export interface LostPaymentsDeps {
  readonly pool: Pool;
  /** Null: none is configured. */
  readonly provider: PaymentProvider | null;
  /** Told after a commit that left the provider something to be asked. */
  readonly onCallsDue: () => void;
  /** The provider is away, or its client has a fault: the payment waits for the next run. */
  readonly onError: (error: Error) => void;
  /** Aborted: no more are asked about. */
  readonly signal?: AbortSignal;
}

const ASKED_AT_ONCE = 32;

/** Made again with the same key it is the same payment, and is given up as it is noted. */
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
 * Asks the provider about payments it was being told of when that broke off, whose orders ended
 * since: whatever it has of them is voided, and none is left for ever as it was begun. It stops
 * where the provider does not answer.
 * @returns how many are over
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
