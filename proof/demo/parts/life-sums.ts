import type { SandboxBooks } from '../../../src/provider/sandbox-server/app.ts';
import type { LifeFacts, OrderFact } from '../../crowd/order-lives/life-facts.ts';
import { hasEndedUnpaid, unitsForGood, unitsOf } from '../../crowd/order-lives/life-notes.ts';
import type { OrderNote } from '../../crowd/order-lives/life-notes.ts';

/** Orders, their units, and their money in minor units. */
export interface Count {
  readonly orders: number;
  readonly units: number;
  readonly money: number;
}

/** Sums of the orders that clients know, by what became of the orders. */
export interface LifeSums {
  readonly placed: Count;
  /** Paid orders with all their units and money, including those refunded later. */
  readonly paid: Count;
  readonly expired: Count;
  readonly cancelled: Count;
  /** Orders refunded in part or whole, with the refunded units and cash. */
  readonly refunded: Count;
  /** Refunds whose units went on sale again. */
  readonly restocked: Omit<Count, 'money'>;
  /** Orders of shoppers who had been told `sold_out`, without orders that ended unpaid. */
  readonly secondTries: Count;
  /** Orders that ended without any client being told. */
  readonly reserved: Count;
  /** Units paid and not refunded. */
  readonly unitsKept: number;
  /** Units paid, or refunded and not on sale again. */
  readonly unitsForGood: number;
  /** Paid − refunded. */
  readonly moneyKept: number;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

const countOf = (notes: readonly OrderNote[]): Count => ({
  orders: notes.length,
  units: sum(notes.map(({ order }) => unitsOf(order))),
  money: sum(notes.map(({ order }) => order.total)),
});

export function lifeSumsOf(notes: readonly OrderNote[]): LifeSums {
  const inState = (...states: string[]) => notes.filter(({ state }) => states.includes(state));
  const paid = countOf(inState('paid', 'partly_refunded', 'refunded'));
  const refunded = notes.filter(({ unitsRefunded }) => unitsRefunded > 0);
  const restocked = notes.filter(({ unitsRestocked }) => unitsRestocked > 0);
  const unitsRefunded = sum(refunded.map((note) => note.unitsRefunded));
  const moneyRefunded = sum(refunded.map((note) => note.refunded));
  return {
    placed: countOf(notes),
    paid,
    expired: countOf(inState('expired')),
    cancelled: countOf(inState('cancelled')),
    refunded: { orders: refunded.length, units: unitsRefunded, money: moneyRefunded },
    restocked: {
      orders: restocked.length,
      units: sum(restocked.map(({ unitsRestocked }) => unitsRestocked)),
    },
    secondTries: countOf(notes.filter((note) => note.isSecondTry && !hasEndedUnpaid(note))),
    reserved: countOf(inState('reserved')),
    unitsKept: paid.units - unitsRefunded,
    unitsForGood: sum(notes.map(unitsForGood)),
    moneyKept: paid.money - moneyRefunded,
  };
}

/** What the answers say about an order. */
const asToldBy = ({ order, ...note }: OrderNote): Omit<OrderFact, 'id'> => ({
  state: note.state,
  total: order.total,
  refunded: note.refunded,
  units: unitsOf(order),
  unitsRefunded: note.unitsRefunded,
  unitsRestocked: note.unitsRestocked,
});

function orderFaults({ id, ...fact }: OrderFact, note: OrderNote | undefined): string[] {
  // The checker reports orders that nobody requested.
  if (!note) return [];
  const told = asToldBy(note);
  const names = Object.keys(told) as (keyof typeof told)[];
  return names
    .filter((name) => told[name] !== fact[name])
    .map((name) => `${id}: ${name} is ${fact[name]} in the ledger, ${told[name]} in the answers`);
}

/** Differences between answers and ledger, order by order. */
export const ordersFaults = (
  notes: ReadonlyMap<string, OrderNote>,
  { orders }: Pick<LifeFacts, 'orders'>,
): string[] => orders.flatMap((fact) => orderFaults(fact, notes.get(fact.id)));

const PAID: readonly string[] = ['paid', 'partly_refunded', 'refunded'];

/** Differences of the money between clients, ledger and sandbox, to the cent. */
export function moneyFaults(sums: LifeSums, facts: LifeFacts, books: SandboxBooks): string[] {
  const paid = facts.orders.filter(({ state }) => PAID.includes(state));
  const ledgerKept = sum(paid.map(({ total, refunded }) => total - refunded));
  const booksKept = books.captured - books.refunded;
  const pairs: readonly (readonly [what: string, ledger: number, theirs: number, who: string])[] = [
    ['kept', ledgerKept, sums.moneyKept, 'the answers'],
    ['kept', ledgerKept, booksKept, 'the sandbox'],
    ['captured', facts.money.captured, books.captured, 'the sandbox'],
    ['refunded', facts.money.refunded, books.refunded, 'the sandbox'],
  ];
  return pairs
    .filter(([, ledger, theirs]) => ledger !== theirs)
    .map(([what, ledger, theirs, who]) => `${what}: the ledger says ${ledger}, ${who} ${theirs}`);
}

/** Things that should be over and are not, or should have happened and did not. */
export function endFaults(
  sums: LifeSums,
  { calls, events }: Pick<LifeFacts, 'calls' | 'events'>,
  { waiting, lost }: Pick<SandboxBooks, 'waiting' | 'lost'>,
  cap: number,
): string[] {
  const left: readonly (readonly [count: number, what: string])[] = [
    [sums.reserved.orders, 'orders are neither paid nor over'],
    [calls.due, 'calls to the sandbox are still due'],
    [calls.dead, 'calls to the sandbox were given up'],
    [events.kept, 'events wait for an operator'],
    [waiting, 'events of the sandbox are not delivered'],
    [lost, 'events of the sandbox were given up'],
  ];
  const never: readonly (readonly [orders: number, what: string])[] = [
    [sums.expired.orders, 'expired'],
    [sums.cancelled.orders, 'was cancelled'],
    [sums.refunded.orders, 'was refunded'],
    [sums.restocked.orders, 'went on sale again after a refund'],
    [sums.secondTries.orders, 'is of a shopper who had been told sold_out'],
  ];
  const { unitsKept, refunded, restocked } = sums;
  const out = unitsKept + refunded.units - restocked.units;
  return [
    ...left.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...never.filter(([orders]) => orders === 0).map(([, what]) => `no order ${what}`),
    ...(out === cap
      ? []
      : [`paid ${unitsKept} + refunded ${refunded.units} − restocked ${restocked.units} ≠ ${cap}`]),
  ];
}
