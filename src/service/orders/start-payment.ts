import type { ShopperId } from '../../domain/ids.ts';
import type { PaymentView } from '../../domain/payment.ts';
import { settledView } from '../../domain/order.ts';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { beginPayment, recordNeverMade, recordOpened } from '../../ledger/orders/begin-payment.ts';
import type { StartedPayment } from '../../ledger/orders/begin-payment.ts';
import type { SettledOrder } from '../../ledger/orders/read-orders.ts';
import { ProviderAway } from '../../provider/payment-provider.ts';
import type {
  NewPayment,
  PaymentProvider,
  ProviderPayment,
  RefusedByProvider,
} from '../../provider/payment-provider.ts';
import { nameOrders } from '../selling/named-order.ts';
import { awaitSettledOrder } from './await-settled-order.ts';
import type { AwaitSettledOrderDeps } from './await-settled-order.ts';

export interface PayDeps extends AwaitSettledOrderDeps {
  /** Null: none is configured, and nothing can be paid. */
  readonly provider: PaymentProvider | null;
  /** Told after a commit that made provider calls due. */
  readonly onCallsDue: () => void;
  /** The provider did not answer. */
  readonly onAway: (error: Error) => void;
}

const NO_PROVIDER: Refusal = { code: 'conflict', detail: 'no payment provider is configured' };
const OTHER_PROVIDER: Refusal = {
  code: 'conflict',
  detail: 'a payment was begun with another provider',
};

/** `isNew`: this call told the provider. */
export interface PaymentStarted {
  readonly view: PaymentView;
  readonly isNew: boolean;
}

function started({ payment, order, isNew }: StartedPayment): PaymentStarted {
  const view = {
    id: payment.id,
    order: payment.order,
    state: payment.state,
    amount: payment.amountMinor,
    currency: payment.currency,
    provider: payment.provider,
    payBy: toTimestamp(order.expiresAtMs),
    ...payment.checkout,
  };
  return { view, isNew };
}

/** A payment as the provider is told of it. */
async function newPayment(
  deps: PayDeps,
  order: SettledOrder,
  { payment, order: { expiresAtMs } }: StartedPayment,
): Promise<NewPayment> {
  const { state, placedAtMs } = order;
  const unnamed = { view: settledView(order, state), placedAtMs };
  const [named] = await nameOrders(deps, order.sale, [unnamed]);
  const { id, amountMinor, currency, checkout } = payment;
  const returnUrl = checkout?.returnUrl;
  return {
    id,
    order: payment.order,
    amountMinor,
    currency,
    lines: named!.lines.map(({ title, quantity }) => ({ title, quantity })),
    payBy: toTimestamp(expiresAtMs),
    ...(returnUrl === undefined ? {} : { returnUrl }),
  };
}

/** The id is the provider's idempotency key: asking again after a fault makes no second one. */
async function makeKnown(
  provider: PaymentProvider,
  onAway: PayDeps['onAway'],
  payment: NewPayment,
): Promise<ProviderPayment | RefusedByProvider | 'away'> {
  try {
    return await provider.create(payment);
  } catch (error) {
    if (!(error instanceof ProviderAway)) throw error;
    onAway(error);
    return 'away';
  }
}

/**
 * Starts the payment of an order of its owner, or returns the payment that is under way. The
 * provider is asked outside any transaction. While it is away nothing is lost: the next try goes on
 * with the same payment. A payment that the provider refuses has failed.
 * @param returnUrl for a new payment: the one under way keeps its own
 */
export async function startPayment(
  deps: PayDeps,
  order: string,
  shopper: ShopperId,
  returnUrl: string | null = null,
): Promise<PaymentStarted | Refusal> {
  const { pool, provider } = deps;
  const settled = await awaitSettledOrder(deps, order, shopper);
  if (isRefusal(settled)) return settled;
  if (!provider) return NO_PROVIDER;
  const begun = await beginPayment(pool, order, provider.name, returnUrl);
  if (isRefusal(begun)) return begun;
  const { payment } = begun;
  if (payment.state !== 'creating') return started(begun);
  if (payment.provider !== provider.name) return OTHER_PROVIDER;
  const known = await makeKnown(provider, deps.onAway, await newPayment(deps, settled, begun));
  if (known === 'away') return BUSY;
  if ('state' in known) {
    await recordNeverMade(pool, payment);
    return { code: 'conflict', detail: `the payment provider refuses: ${known.detail}` };
  }
  const opened = await recordOpened(pool, payment, known);
  if (!isRefusal(opened)) return started(opened);
  deps.onCallsDue();
  return opened;
}
