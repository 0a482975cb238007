import { expect, test } from 'vitest';
import type { OrderState, OrderView } from '../../../src/domain/order.ts';
import { lifeLine } from '../../../proof/demo/parts/life-tables.ts';
import {
  endFaults,
  lifeSumsOf,
  moneyFaults,
  ordersFaults,
} from '../../../proof/demo/parts/life-sums.ts';
import type { LivesResult } from '../../../proof/demo/parts/lives.ts';
import type { LifeFacts, OrderFact } from '../../../proof/crowd/order-lives/life-facts.ts';
import { LifeNotes } from '../../../proof/crowd/order-lives/life-notes.ts';
import type { OrderNote } from '../../../proof/crowd/order-lives/life-notes.ts';

interface Told {
  readonly units: number;
  readonly total: number;
  readonly isSecondTry?: boolean;
  readonly refund?: {
    readonly units: number;
    readonly cash: number;
    readonly restocked?: boolean;
    readonly state?: 'refunded' | 'partly_refunded';
  };
}

/** Notes an order as clients do: placed, then reported in a state. */
function note(notes: LifeNotes, id: string, state: OrderState, told: Told): OrderNote {
  const { units, total, isSecondTry = false, refund } = told;
  const lines = [{ offer: 'a', store: 's', quantity: units, price: 1, activity: 1, net: total }];
  const order = { id, state: 'reserved', total, lines } as unknown as OrderView;
  const one = notes.noteOrder('key', { order, shopper: id, token: '', isSecondTry });
  one.state = state;
  if (refund) {
    const { cash, restocked = false, state: after = 'partly_refunded' } = refund;
    const line = { line: 0, quantity: refund.units, cash, redPacket: 0 };
    const nothing = { id: 'r', order: id, redPacket: 0, points: 0, coupons: [] };
    notes.noteRefund(one, { ...nothing, state: after, cash, lines: [line], restocked });
  }
  return one;
}

/** A sale of ten units: nine stay paid, one is refunded, and all others were sold again. */
const CAP = 10;
function evening(): LifeNotes {
  const notes = new LifeNotes();
  note(notes, 'paid', 'paid', { units: 2, total: 2_000 });
  const whole = { units: 2, cash: 1_801, restocked: true, state: 'refunded' } as const;
  note(notes, 'whole', 'paid', { units: 2, total: 1_801, refund: whole });
  note(notes, 'part', 'paid', { units: 3, total: 1_000, refund: { units: 1, cash: 333 } });
  note(notes, 'left', 'expired', { units: 2, total: 1_500 });
  note(notes, 'given-back', 'cancelled', { units: 1, total: 990 });
  note(notes, 'again', 'paid', { units: 5, total: 4_950, isSecondTry: true });
  return notes;
}

const factsOf = (notes: LifeNotes): readonly OrderFact[] =>
  [...notes.orders.values()].map((one) => ({
    ...{ id: one.order.id, state: one.state, total: one.order.total, refunded: one.refunded },
    units: one.order.lines[0]!.quantity,
    ...{ unitsRefunded: one.unitsRefunded, unitsRestocked: one.unitsRestocked },
  }));

const notes = evening();
const sums = lifeSumsOf([...notes.orders.values()]);
const facts: LifeFacts = {
  orders: factsOf(notes),
  money: { captured: 9_751, refunded: 2_134 },
  calls: { due: 0, dead: 0 },
  events: { moved: 9, known: 4, late: 2, kept: 0 },
};
const books = { captured: 9_751, refunded: 2_134, payments: 5, waiting: 0, lost: 0 };

/** The facts with other figures in the ledger’s row of one order. */
const otherwise = (id: string, change: Partial<OrderFact>): LifeFacts => ({
  ...facts,
  orders: facts.orders.map((fact) => (fact.id === id ? { ...fact, ...change } : fact)),
});

test('orders are summed by their outcome', () => {
  expect(sums).toEqual({
    placed: { orders: 6, units: 15, money: 12_241 },
    paid: { orders: 4, units: 12, money: 9_751 },
    expired: { orders: 1, units: 2, money: 1_500 },
    cancelled: { orders: 1, units: 1, money: 990 },
    refunded: { orders: 2, units: 3, money: 2_134 },
    restocked: { orders: 1, units: 2 },
    secondTries: { orders: 1, units: 5, money: 4_950 },
    reserved: { orders: 0, units: 0, money: 0 },
    ...{ unitsKept: 9, unitsForGood: CAP, moneyKept: 7_617 },
  });
});

test('books that agree are not reported', () => {
  expect(ordersFaults(notes.orders, facts)).toEqual([]);
  expect(moneyFaults(sums, facts, books)).toEqual([]);
  expect(endFaults(sums, facts, books, CAP)).toEqual([]);
});

test.each<Partial<OrderFact>>([
  { state: 'reserved' },
  { total: 1_001 },
  { refunded: 334 },
  { units: 2 },
  { unitsRefunded: 2 },
  { unitsRestocked: 1 },
])('an order that differs in the ledger is reported: %o', (change) => {
  const [name, value] = Object.entries(change)[0]!;
  const found = ordersFaults(notes.orders, otherwise('part', change));
  expect(found).toEqual([expect.stringContaining(`part: ${name} is ${value} in the ledger`)]);
});

test('a difference of one cent between answers, ledger and sandbox is reported', () => {
  expect(moneyFaults(sums, otherwise('paid', { total: 2_001 }), books)).toEqual([
    'kept: the ledger says 7618, the answers 7617',
    'kept: the ledger says 7618, the sandbox 7617',
  ]);
  expect(moneyFaults(sums, facts, { ...books, captured: 9_752 })).toEqual([
    'kept: the ledger says 7617, the sandbox 7618',
    'captured: the ledger says 9751, the sandbox 9752',
  ]);
  expect(moneyFaults(sums, facts, { ...books, refunded: 2_133 })).toHaveLength(2);
  expect(moneyFaults({ ...sums, moneyKept: 7_616 }, facts, books)).toHaveLength(1);
});

test('money captured too late and returned is in both books', () => {
  const late = { ...facts, money: { captured: 11_251, refunded: 3_634 } };
  expect(moneyFaults(sums, late, { ...books, captured: 11_251, refunded: 3_634 })).toEqual([]);
  expect(moneyFaults(sums, late, books)).toHaveLength(2);
});

test('work that is unfinished, given up or never happened is reported', () => {
  const ends = (change: Partial<Pick<LifeFacts, 'calls' | 'events'>>) =>
    endFaults(sums, { ...facts, ...change }, books, CAP);
  expect(ends({ calls: { due: 1, dead: 2 } })).toEqual([
    '1 calls to the sandbox are still due',
    '2 calls to the sandbox were given up',
  ]);
  expect(ends({ events: { ...facts.events, kept: 3 } })).toEqual(['3 events wait for an operator']);
  expect(endFaults(sums, facts, { waiting: 4, lost: 5 }, CAP)).toEqual([
    '4 events of the sandbox are not delivered',
    '5 events of the sandbox were given up',
  ]);
  const still = lifeSumsOf([
    ...notes.orders.values(),
    { ...notes.orders.get('paid')!, state: 'reserved' },
  ]);
  expect(endFaults(still, facts, books, CAP)).toEqual(['1 orders are neither paid nor over']);
  const tame = lifeSumsOf([...notes.orders.values()].filter(({ state }) => state !== 'expired'));
  expect(endFaults(tame, facts, books, CAP)).toEqual(['no order expired']);
});

test('units that do not add up or were not sold again are reported', () => {
  expect(endFaults(sums, facts, books, CAP + 1)).toEqual([
    'paid 9 + refunded 3 − restocked 2 ≠ 11',
  ]);
  const result = (cap: number) => ({ sums, verdict: { cap } }) as unknown as LivesResult;
  expect(lifeLine(result(CAP))).toBe(
    'paid 9 · refunded 3 · restocked 2 · expired 2 (all sold again)',
  );
  expect(lifeLine(result(CAP + 1))).toMatch(/\(1 not sold again\)$/);
});
