import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { OrderId } from '../../../src/domain/ids.ts';
import { takeProviderEvent } from '../../../src/ledger/orders/payment-events.ts';
import { beginPayment, recordOpened } from '../../../src/ledger/orders/begin-payment.ts';

/** Pays a settled order in full: a provider says that it captured the money. */
export async function payFor(pool: Pool, order: OrderId): Promise<void> {
  const begun = await beginPayment(pool, order, 'sandbox');
  if ('code' in begun) throw new Error(JSON.stringify(begun));
  const { id, amountMinor, currency } = begun.payment;
  const ref = `ref_${randomBytes(9).toString('base64url')}`;
  await recordOpened(pool, begun.payment, { ref, checkout: {} });
  const said = { id: `event of ${ref}`, ref, payment: id, order, amountMinor, currency };
  const { outcome } = await takeProviderEvent(pool, 'sandbox', { ...said, kind: 'captured' });
  if (outcome !== 'moved') throw new Error(`the payment of ${order}: ${outcome}`);
}
