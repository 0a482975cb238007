import { randomBytes } from 'node:crypto';
import { orderId } from '../../../src/domain/ids.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { EventOutcome, ProviderEvent } from '../../../src/domain/payment.ts';
import { endOrders } from '../../../src/ledger/orders/change-order-state.ts';
import { takeProviderEvent } from '../../../src/ledger/orders/payment-events.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import type {
  NewPayment,
  PaymentProvider,
  ProviderPayment,
} from '../../../src/provider/payment-provider.ts';
import { newRef, openPayment } from '../../../proof/builders/payments.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { cart } from '../../../proof/builders/entries.ts';
import type { LedgerSale } from '../../../proof/builders/ledger-sale.ts';

/** The total of the orders made here, one unit of `a` each. */
export const TOTAL = 1_000;

/** @throws when the provider refuses to make the payment */
export async function makeAt(
  provider: PaymentProvider,
  payment: NewPayment,
): Promise<ProviderPayment> {
  const made = await provider.create(payment);
  if ('state' in made) throw new Error(made.detail);
  return made;
}

/** Orders and payments in the ledger alone, and a provider’s events on them. */
export class PaymentStage {
  readonly sale: LedgerSale;

  constructor(sale: LedgerSale) {
    this.sale = sale;
  }

  async order(): Promise<OrderId> {
    const one = cart({ shopper: randomBytes(6).toString('hex') });
    await this.sale.settle({ orders: [one] });
    return orderId(this.sale.cell(), one.serial);
  }

  /** Opens another payment of an order whose last one is over. */
  openAgain(order: OrderId, provider = 'sandbox'): Promise<OpenPayment> {
    return openPayment(this.sale.pool, order, provider);
  }

  async open(provider = 'sandbox'): Promise<OpenPayment> {
    return this.openAgain(await this.order(), provider);
  }

  event(payment: OpenPayment, fields: Partial<ProviderEvent> = {}): ProviderEvent {
    const { id, order, ref } = payment;
    const said = { payment: id, order, ref, amountMinor: TOTAL, currency: 'CNY' };
    return { id: newRef(), kind: 'captured', ...said, ...fields };
  }

  async take(event: ProviderEvent, provider = 'sandbox'): Promise<EventOutcome> {
    return (await takeProviderEvent(this.sale.pool, provider, event)).outcome;
  }

  /** Takes a correct event of this kind from the provider. */
  says(payment: OpenPayment, kind: ProviderEvent['kind']): Promise<EventOutcome> {
    return this.take(this.event(payment, { kind }));
  }

  end(order: OrderId, to: 'expired' | 'cancelled'): Promise<string[]> {
    const { pool } = this.sale;
    const by = { who: 'test', why: to };
    return transaction(pool, (client) => endOrders(client, this.sale.cell(), [order], to, by));
  }

  orderState(order: OrderId): Promise<string> {
    const text = 'select state from orders where sale = $1 and id = $2';
    return this.sale.one<string>(text, order);
  }

  async paymentState({ id }: OpenPayment): Promise<{ state: string; pays: boolean }> {
    const text = 'select state, pays from payments where id = $1';
    return (await this.sale.pool.query(text, [id])).rows[0];
  }

  /** The calls of a payment, each as its kind, cause, amount and state. */
  async calls({ id }: OpenPayment): Promise<string[]> {
    const text = `select concat_ws(' ', kind, cause, amount_minor, state) as call
      from provider_calls where payment = $1 order by id`;
    const { rows } = await this.sale.pool.query<{ call: string }>(text, [id]);
    return rows.map(({ call }) => call);
  }
}
