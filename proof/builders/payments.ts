import type { Pool } from 'pg';
import type { OrderId } from '../../src/domain/ids.ts';
import { takeProviderEvent } from '../../src/ledger/orders/payment-events.ts';
import { beginPayment, recordOpened } from '../../src/ledger/orders/begin-payment.ts';
import { newKey } from './ids.ts';

/** A payment that the provider knows. */
export interface OpenPayment {
  readonly id: string;
  readonly order: OrderId;
  readonly ref: string;
}

interface BegunPayment extends OpenPayment {
  readonly amountMinor: number;
  readonly currency: string;
}

/** A name that a provider might give to a payment or an event. */
export const newRef = (): string => `ref_${newKey()}`;

/** Begins a payment of a settled order and records that the provider opened it. */
export async function openPayment(
  pool: Pool,
  order: OrderId,
  provider = 'sandbox',
): Promise<BegunPayment> {
  const begun = await beginPayment(pool, order, provider);
  if ('code' in begun) throw new Error(`${order}: ${JSON.stringify(begun)}`);
  const { id, amountMinor, currency } = begun.payment;
  const ref = newRef();
  await recordOpened(pool, begun.payment, { ref, checkout: {} });
  return { id, order, ref, amountMinor, currency };
}

/** Pays a settled order in full: a provider reports that it captured the money. */
export async function payFor(pool: Pool, order: OrderId, provider = 'sandbox'): Promise<void> {
  const { id: payment, ...rest } = await openPayment(pool, order, provider);
  const event = { id: newRef(), kind: 'captured', payment, ...rest } as const;
  const { outcome } = await takeProviderEvent(pool, provider, event);
  if (outcome !== 'moved') throw new Error(`the payment of ${order}: ${outcome}`);
}
