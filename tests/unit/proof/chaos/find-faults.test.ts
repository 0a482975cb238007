import { describe, expect, test } from 'vitest';
import { findFaults } from '../../../../proof/chaos/checker/find-faults.ts';
import type { EpisodeFacts } from '../../../../proof/chaos/checker/find-faults.ts';
import type { OrderRow, Snapshot } from '../../../../proof/chaos/checker/snapshot.ts';
import type { Exchange } from '../../../../proof/chaos/clients/client-journal.ts';
import { API, LIMIT, placed, row, soundEpisode, talk, viewOf } from './sound-episode.ts';

const MIB = 1024 * 1024;

/** The sound episode with a changed ledger. */
const ledger = (change: (sound: Snapshot) => Partial<Snapshot>): EpisodeFacts => {
  const sound = soundEpisode();
  return { ...sound, snapshot: { ...sound.snapshot, ...change(sound.snapshot) } };
};

/** The sound episode with one order of the ledger changed. */
const order = (id: string, change: Partial<OrderRow>): EpisodeFacts =>
  ledger(({ orders }) => ({
    orders: orders.map((one) => (one.id === id ? { ...one, ...change } : one)),
  }));

/** The sound episode with more in the journals. */
const journal = (...more: readonly Exchange[]): EpisodeFacts => {
  const sound = soundEpisode();
  return { ...sound, exchanges: [...sound.exchanges, ...more] };
};

const ended = (end: Partial<NonNullable<Exchange['end']>>, waitS: number | null = null) => {
  const sent = placed(1);
  const asked = { ...sent.asked, waitS };
  return journal({ ...sent, asked, end: { ...sent.end!, ...end } as Exchange['end'] });
};

const facts = (change: Partial<EpisodeFacts>): EpisodeFacts => ({ ...soundEpisode(), ...change });

const without =
  (id: string) =>
  ({ orders }: Snapshot): Partial<Snapshot> => ({
    orders: orders.filter((one) => one.id !== id),
  });

/** Two orders of one shopper, beside those of the sound ledger. */
const twoMore = (...orders: readonly OrderRow[]): EpisodeFacts =>
  ledger((sound) => ({ orders: [...sound.orders, ...orders] }));

const samples = (...mib: readonly number[]) =>
  mib.map((size, i) => {
    return { pid: 7, process: 'api-1', atMs: i * 8_000, bytes: size * MIB };
  });

test('a sound episode has no fault', () => {
  expect(findFaults(soundEpisode())).toEqual({ wrong: [], lost: 0 });
});

const heldBy = { shopper: 'greedy', state: 'reserved' } as const;

const planted: Readonly<Record<string, readonly [EpisodeFacts, RegExp]>> = {
  'an acknowledged order that is not in the ledger': [ledger(without('o2')), /^lost: o2,/],
  'a loss that no error line names': [ledger(without('o2')), /^silent: 1 orders/],
  'an order in the ledger under another shopper': [order('o2', { shopper: 'x' }), /^lost: o2,/],
  'an order that only a read showed': [
    journal(
      talk({
        what: 'look',
        shopper: 'shopper-9',
        path: '/v1/orders/o9',
        status: 200,
        answer: viewOf('o9'),
      }),
    ),
    /^lost: o9,/,
  ],
  'an order that only a list showed': [
    journal(
      talk({
        what: 'orders',
        shopper: 'shopper-9',
        path: '/v1/sales/chaos/orders',
        status: 200,
        answer: { items: [viewOf('o9')] },
      }),
    ),
    /^lost: o9,/,
  ],
  'an order that nobody asked for': [twoMore(row(8)), /^keys: o8: nobody asked/],
  'two orders under one key': [
    twoMore(row(8, { shopper: 'shopper-2', key: 'key-2' })),
    /^keys: shopper-2\tkey-2/,
  ],
  'a replay with another id': [journal(placed(2, viewOf('o1'))), /^replays: o1 /],
  'a replay with another price': [journal(placed(2, viewOf('o2', { total: 1 }))), /^replays: o2 /],
  'another total in the ledger': [order('o1', { total: 501 }), /^answers: .* o1 costs 501/],
  'other lines in the ledger': [order('o2', { lines: [] }), /^answers: .* o2 has other lines/],
  'a payment that is not in the ledger': [
    ledger(() => ({ payments: [] })),
    /^answers: .* payment o1_p1/,
  ],
  'a cancellation that is undone': [
    order('o3', { state: 'paid' }),
    /^answers: .*cancelled, but o3/,
  ],
  'a refund that is not in the ledger': [ledger(() => ({ refunds: [] })), /^answers: .* refund f4/],
  'units beyond a cap': [
    ledger(({ offers: [cup] }) => ({ offers: [{ ...cup!, cap: 2, debt: 8 }] })),
    /^caps: cup: 1 held and 2 sold of 2/,
  ],
  'units beyond what a cell has': [
    ledger(() => ({ allotments: [{ cell: 0, offer: 'cup', allotted: 2, held: 1, sold: 2 }] })),
    /^caps: cell 0/,
  ],
  'held units that no order has': [
    ledger(() => ({ allotments: [{ cell: 0, offer: 'cup', allotted: 10, held: 2, sold: 2 }] })),
    /^units: cup: held/,
  ],
  'sold units that no order has': [
    ledger(() => ({ allotments: [{ cell: 0, offer: 'cup', allotted: 10, held: 1, sold: 1 }] })),
    /^units: cup: sold/,
  ],
  'units that are in no cell': [
    ledger(({ offers: [cup] }) => ({ offers: [{ ...cup!, assigned: 11 }] })),
    /^units: cup: assigned/,
  ],
  'a dead letter': [
    ledger(() => ({ buried: [{ id: 'o7', reason: 'unreadable' }] })),
    /^buried: o7: unreadable/,
  ],
  'a shopper beyond the limit, for a while': [
    twoMore(
      ...[10, 11, 12].map((n) =>
        row(n, { ...heldBy, placedAtMs: n, heldUntilMs: 20, state: 'expired' }),
      ),
    ),
    new RegExp(`^limits: greedy: o12 is beyond ${LIMIT} of cup`),
  ],
  'a shopper with too many unpaid orders': [
    {
      ...twoMore(row(10, { ...heldBy, lines: [] }), row(11, { ...heldBy, lines: [] })),
      mostHolds: 1,
    },
    /^limits: greedy: o11 is beyond 1 unpaid/,
  ],
  'a budget that is overspent': [
    ledger(({ pots: [purse] }) => ({ pots: [{ ...purse!, spent: 101 }] })),
    /^budgets: budget:purse: 101 spent of 100/,
  ],
  'a budget spent differently from the orders': [
    ledger(({ pots: [purse] }) => ({ pots: [{ ...purse!, spent: 5 }] })),
    /^budgets: budget:purse: 5 spent, orders say 0/,
  ],
  'a coupon used twice': [
    ledger(({ coupons: [one] }) => ({ coupons: [{ ...one!, given: 0 }] })),
    /^coupons: shopper-4: 1 orders use 1 of 0/,
  ],
  'money that the sandbox does not have': [
    facts({
      sandbox: {
        ...soundEpisode().sandbox,
        payments: new Map([
          ['r1', { state: 'voided', amount: 500, refunded: 0 }],
          ['r4', { state: 'captured', amount: 500, refunded: 500 }],
        ]),
      },
    }),
    /^money: o1_p1 is captured, at the sandbox voided/,
  ],
  'a refund that the sandbox never made': [
    facts({
      sandbox: {
        ...soundEpisode().sandbox,
        payments: new Map([
          ['r1', { state: 'captured', amount: 500, refunded: 0 }],
          ['r4', { state: 'captured', amount: 500, refunded: 0 }],
        ]),
      },
    }),
    /^money: o4: kept 500/,
  ],
  'money captured for no payment of the ledger': [
    facts({
      sandbox: {
        ...soundEpisode().sandbox,
        books: { captured: 1_500, refunded: 500, payments: 3, waiting: 0, lost: 0 },
      },
    }),
    /^money: the sandbox captured 1500/,
  ],
  'a call to the sandbox that nobody makes': [
    ledger(({ payments }) => ({ payments: payments.map((one) => ({ ...one, undone: 1 })) })),
    /^money: o1_p1: 1 calls/,
  ],
  'a broken promise of the audit': [
    facts({
      audit: {
        ...soundEpisode().audit,
        brokenPromises: [{ promise: 'I4', subject: 'chaos.0/cup', detail: 'differs' }],
      },
    }),
    /^audit: I4 chaos.0\/cup/,
  ],
  'an audit that counts differently': [
    facts({ audit: { brokenPromises: [], units: { held: 0, sold: 2, allotted: 10 } } }),
    /^audit: held is 0, the checker counts 1/,
  ],
  'an answer after 5.1 s': [ended({ tookMs: 5_100 }), /^hang: client#\d+ .* after 5100 ms/],
  'an answer 2.1 s after the wait was over': [ended({ tookMs: 6_100 }, 4), /^hang: /],
  'a request without an answer': [ended({ line: 'cut', tookMs: 20_000, isLate: true }), /^hang: /],
  'a request without an end': [journal({ ...placed(1), end: null }), /^hang: .* has no end/],
  'a 500': [ended({ status: 500, text: '{"code":"fault"}' }), /^fault: .* answered 500/],
  'a 503 that is not busy': [
    ended({ status: 503, text: 'Bad gateway' }),
    /^fault: .* answered 503/,
  ],
  'a bug in a log': [facts({ logs: { goneOrders: 0, bugs: ['api-1: x'] } }), /^bug: api-1: x/],
  'a process that takes too much memory': [
    facts({ memory: samples(100, 800) }),
    /^memory: api-1 \(7\) took 800 MiB/,
  ],
  'a process that grows': [
    facts({ memory: samples(150, 160, 300, 420) }),
    /^memory: api-1 \(7\) grew from 160 MiB to 420 MiB/,
  ],
};

describe('the checker finds', () => {
  test.each(Object.entries(planted))('%s', (_, [episode, fault]) => {
    expect(findFaults(episode).wrong).toContainEqual(expect.stringMatching(fault));
  });
});

describe('it is no fault', () => {
  test('that two faults at once lose an order and the log says so', () => {
    const lossy = { ...ledger(without('o2')), mayLose: true };
    const allotments = [{ cell: 0, offer: 'cup', allotted: 10, held: 0, sold: 2 }];
    const episode: EpisodeFacts = {
      ...lossy,
      snapshot: { ...lossy.snapshot, allotments },
      logs: { goneOrders: 1, bugs: [] },
      audit: {
        brokenPromises: [{ promise: 'P2', subject: 'chaos.0', detail: '1 lost' }],
        units: { held: 0, sold: 2, allotted: 10 },
      },
    };
    expect(findFaults(episode)).toEqual({ wrong: [], lost: 1 });
  });

  test('that an answer took long while its api was stopped', () => {
    const late = ended({ tookMs: 9_000 });
    const { atMs } = late.exchanges.at(-1)!.asked;
    const stopped = { origin: API, fromMs: atMs, toMs: atMs + 6_000 };
    expect(findFaults({ ...late, standstills: [stopped] }).wrong).toEqual([]);
    const elsewhere = { ...stopped, origin: 'http://127.0.0.1:9001' };
    expect(findFaults({ ...late, standstills: [elsewhere] }).wrong).toHaveLength(1);
  });

  test('that a connection was cut at once', () => {
    expect(findFaults(ended({ line: 'cut', tookMs: 3, isLate: false })).wrong).toEqual([]);
  });

  test('that an order outlives a limit once an earlier one has expired', () => {
    const orders = [10, 11, 12].map((n) =>
      row(n, { shopper: 'patient', state: 'expired', placedAtMs: n, heldUntilMs: n + 1 }),
    );
    const wrong = findFaults(twoMore(...orders)).wrong.filter((one) => one.startsWith('limits'));
    expect(wrong).toEqual([]);
  });
});
