import type { OrderView } from '../../../../src/domain/order.ts';
import type { EpisodeFacts } from '../../../../proof/chaos/checker/find-faults.ts';
import type { OrderRow, Snapshot } from '../../../../proof/chaos/checker/snapshot.ts';
import type { Exchange } from '../../../../proof/chaos/clients/client-journal.ts';

export const API = 'http://127.0.0.1:9000';
const START_MS = 1_750_000_000_000;
const PRICE = 500;
export const LIMIT = 2;

/** An order of one cup, as an answer shows it. */
export const viewOf = (id: string, more: Partial<OrderView> = {}): OrderView => ({
  id,
  sale: 'chaos',
  state: 'reserved',
  settled: false,
  total: PRICE,
  lines: [{ offer: 'cup', store: 's', quantity: 1, price: PRICE, activity: PRICE, net: PRICE }],
  applied: [],
  outOfGifts: [],
  points: 0,
  payBy: '2026-01-01T00:00:00.000Z',
  rulesVersion: 1,
  ...more,
});

interface Talk {
  readonly what: string;
  readonly shopper: string;
  readonly key?: string;
  readonly path: string;
  readonly status: number;
  readonly answer: unknown;
  readonly isReplay?: boolean;
}

let number = 0;

/** A request and its answer, one second after those before. */
export function talk({ what, shopper, key = '', path, status, answer, isReplay = false }: Talk) {
  number++;
  const body = what === 'order' ? { lines: [{ offer: 'cup', quantity: 1 }] } : null;
  const atMs = START_MS + number * 1_000;
  const exchange: Exchange = {
    name: `client#${number}`,
    asked: {
      line: 'asked',
      number,
      atMs,
      what,
      method: 'POST',
      url: API + path,
      subject: shopper,
      key,
      waitS: null,
      body,
    },
    end: {
      line: 'answered',
      number,
      tookMs: 4,
      status,
      isReplay,
      text: JSON.stringify(answer),
    },
  };
  return exchange;
}

const ORDERS = '/v1/sales/chaos/orders';

export const placed = (n: number, view: OrderView = viewOf(`o${n}`)): Exchange =>
  talk({
    what: 'order',
    shopper: `shopper-${n}`,
    key: `key-${n}`,
    path: ORDERS,
    status: 201,
    answer: view,
  });

export const row = (n: number, more: Partial<OrderRow> = {}): OrderRow => ({
  id: `o${n}`,
  cell: 0,
  shopper: `shopper-${n}`,
  key: `key-${n}`,
  state: 'reserved',
  total: PRICE,
  refunded: 0,
  placedAtMs: START_MS + n * 1_000,
  heldUntilMs: null,
  lines: [{ offer: 'cup', quantity: 1, price: PRICE, net: PRICE, isGift: false, restocked: 0 }],
  taken: [],
  ...more,
});

/** Order 1 is paid, 2 is unpaid, 3 was cancelled, 4 was paid and refunded; 4 used a coupon. */
const snapshot = (): Snapshot => ({
  orders: [
    row(1, { state: 'paid', heldUntilMs: START_MS + 9_000 }),
    row(2),
    row(3, { state: 'cancelled', heldUntilMs: START_MS + 9_000 }),
    row(4, {
      state: 'refunded',
      refunded: PRICE,
      heldUntilMs: START_MS + 9_000,
      taken: [{ promotion: 'off', discount: 0, budget: 'purse', isCoupon: true }],
    }),
  ],
  offers: [{ id: 'cup', cap: 10, debt: 0, assigned: 10, most: LIMIT }],
  allotments: [{ cell: 0, offer: 'cup', allotted: 10, held: 1, sold: 2 }],
  pots: [{ pot: 'budget:purse', amount: 100, assigned: 100, allotted: 100, spent: 0 }],
  coupons: [{ shopper: 'shopper-4', promotion: 'off', given: 1, used: 1 }],
  payments: [
    {
      id: 'o1_p1',
      order: 'o1',
      ref: 'r1',
      amount: PRICE,
      state: 'captured',
      returned: 0,
      undone: 0,
    },
    {
      id: 'o4_p1',
      order: 'o4',
      ref: 'r4',
      amount: PRICE,
      state: 'captured',
      returned: PRICE,
      undone: 0,
    },
  ],
  refunds: [{ id: 'f4', order: 'o4', cash: PRICE }],
  buried: [],
  gaps: [],
});

const exchanges = (): Exchange[] => {
  const payment = { id: 'o1_p1', order: 'o1', state: 'open' };
  return [
    placed(1),
    placed(2),
    placed(2),
    placed(3),
    placed(4),
    talk({
      what: 'payment',
      shopper: 'shopper-1',
      path: '/v1/orders/o1/payments',
      status: 201,
      answer: payment,
    }),
    talk({
      what: 'cancel',
      shopper: 'shopper-3',
      path: '/v1/orders/o3/cancel',
      status: 200,
      answer: viewOf('o3', { state: 'cancelled', settled: true }),
    }),
    talk({
      what: 'refund',
      shopper: 'operator',
      key: 'refund',
      path: '/v1/orders/o4/refunds',
      status: 201,
      answer: { id: 'f4', order: 'o4', cash: PRICE },
    }),
    talk({
      what: 'order',
      shopper: 'shopper-5',
      key: 'key-5',
      path: ORDERS,
      status: 503,
      answer: { code: 'busy' },
    }),
  ];
};

/** An episode with nothing wrong. */
export const soundEpisode = (): EpisodeFacts => ({
  exchanges: exchanges(),
  snapshot: snapshot(),
  sandbox: {
    books: { captured: 2 * PRICE, refunded: PRICE, payments: 2, waiting: 0, lost: 0 },
    payments: new Map([
      ['r1', { state: 'captured', amount: PRICE, refunded: 0 }],
      ['r4', { state: 'captured', amount: PRICE, refunded: PRICE }],
    ]),
  },
  audit: { brokenPromises: [], units: { held: 1, sold: 2, allotted: 10 } },
  logs: { goneOrders: 0, bugs: [] },
  standstills: [],
  memory: [],
  mayLose: false,
  hasWrongClock: false,
  mostHolds: 8,
});
