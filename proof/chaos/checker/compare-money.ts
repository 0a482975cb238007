import type { SandboxBooks } from '../../../src/provider/sandbox-server/app.ts';
import type { PaymentAnswer } from '../../../src/provider/sandbox-messages.ts';
import { isLive } from './compare-orders.ts';
import type { OrderRow, PaymentRow, Snapshot } from './snapshot.ts';

/** What the sandbox says: its sums, and each payment of the ledger by the sandbox's id. */
export interface SandboxFacts {
  readonly books: SandboxBooks;
  readonly payments: ReadonlyMap<string, Pick<PaymentAnswer, 'state' | 'amount' | 'refunded'>>;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

function paymentFaults(payment: PaymentRow, { payments }: SandboxFacts): string[] {
  const { id, ref, amount, state, returned, undone } = payment;
  const due = undone > 0 ? [`money: ${id}: ${undone} calls to the sandbox are not made`] : [];
  if (ref === null) return due;
  const theirs = payments.get(ref);
  if (!theirs) return [...due, `money: ${id}: the sandbox does not know ${ref}`];
  const isCaptured = state === 'captured';
  const hasMoney = theirs.state === 'captured';
  return [
    ...due,
    ...(isCaptured === hasMoney
      ? []
      : [`money: ${id} is ${state}, at the sandbox ${theirs.state}`]),
    ...(amount === theirs.amount
      ? []
      : [`money: ${id} of ${amount}, at the sandbox ${theirs.amount}`]),
    ...(returned === theirs.refunded
      ? []
      : [`money: ${id}: refunded ${returned}, at the sandbox ${theirs.refunded}`]),
  ];
}

/** What the sandbox keeps for an order must be what the ledger says that the order cost. */
function orderFaults(order: OrderRow, own: readonly PaymentRow[], facts: SandboxFacts): string[] {
  const kept = sum(
    own.map(({ ref }) => {
      const theirs = ref === null ? undefined : facts.payments.get(ref);
      return theirs?.state === 'captured' ? theirs.amount - theirs.refunded : 0;
    }),
  );
  const isPaid = isLive(order) && order.state !== 'reserved';
  const cost = isPaid ? order.total - order.refunded : 0;
  return kept === cost ? [] : [`money: ${order.id}: kept ${kept}, the ledger says ${cost}`];
}

/** Money that the ledger and the sandbox do not agree on, payment by payment and order by order. */
export function moneyFaults({ orders, payments }: Snapshot, facts: SandboxFacts): string[] {
  const byOrder = Map.groupBy(payments, ({ order }) => order);
  const known = [...facts.payments.values()].filter(({ state }) => state === 'captured');
  const captured = sum(known.map(({ amount }) => amount));
  const { books } = facts;
  return [
    ...payments.flatMap((payment) => paymentFaults(payment, facts)),
    ...orders.flatMap((order) => orderFaults(order, byOrder.get(order.id) ?? [], facts)),
    ...(captured === books.captured
      ? []
      : [`money: the sandbox captured ${books.captured}, payments of the ledger ${captured}`]),
  ];
}

/** Budgets and coupons that were used beyond what was given, or differently from the orders. */
export function purseFaults({ orders, pots, coupons }: Snapshot): string[] {
  const live = orders.filter(isLive);
  const taken = live.flatMap(({ shopper, taken: list }) =>
    list.map((one) => ({ shopper, ...one })),
  );
  const potFaults = pots.flatMap(({ pot, amount, assigned, allotted, spent }) => {
    const ofPot = taken.filter(({ budget }) => `budget:${budget}` === pot);
    const discounts = sum(ofPot.map(({ discount }) => discount));
    return [
      ...(spent > amount ? [`budgets: ${pot}: ${spent} spent of ${amount}`] : []),
      ...(spent === discounts ? [] : [`budgets: ${pot}: ${spent} spent, orders say ${discounts}`]),
      ...(assigned === allotted ? [] : [`budgets: ${pot}: ${assigned} ≠ ${allotted}`]),
    ];
  });
  const uses = Map.groupBy(
    taken.filter(({ isCoupon }) => isCoupon),
    ({ shopper, promotion }) => `${shopper}\t${promotion}`,
  );
  const couponFaults = coupons.flatMap(({ shopper, promotion, given, used }) => {
    const orders = uses.get(`${shopper}\t${promotion}`)?.length ?? 0;
    if (orders <= given && orders === used) return [];
    return [`coupons: ${shopper}: ${orders} orders use ${used} of ${given} of ${promotion}`];
  });
  return [...potFaults, ...couponFaults];
}
