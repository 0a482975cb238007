import type { Role } from '../../../src/domain/people/actor.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

/** Whether the thing that a request names is the caller's, another's, or does not exist. */
export const OWNERSHIPS = ['own', 'foreign', 'absent'] as const;
export type Ownership = (typeof OWNERSHIPS)[number];

/** The ids of a path's parameters. */
export type Ids = Readonly<Record<string, string>>;

/** Who asks: the ids of the request, the role, and the store that a body has to name. */
export interface Asking {
  readonly ids: Ids;
  readonly role: Role;
  readonly store: string;
}

/** One request of a route. */
export interface Example {
  /** The status when the thing is there and the caller may reach it. */
  readonly done: number;
  /** The status when it does not exist; default: 404. */
  readonly absent?: number;
  /**
   * What the path names. `item`: something in a sale that all see · `sale`: the sale itself; a
   * foreign one is a draft that only its members see · `nothing`: everyone gets the same.
   */
  readonly of: 'item' | 'sale' | 'nothing';
  /** Ids that differ from the usual ones, by ownership. */
  readonly ids?: Partial<Record<Ownership, Ids>>;
  readonly body?: (asking: Asking) => object;
  readonly query?: string;
  /** Anyone may call it, and every caller sees only what all see. */
  readonly isForPublic?: true;
  /** The answer never ends. */
  readonly isStream?: true;
  /** How a merchant is answered whose store is no member of a sale that all see; default: 404. */
  readonly outsider?: 200 | 403;
}

const order = () => ({ lines: [{ offer: 'mug', quantity: 1 }] });
const empty = () => ({});
/** Nobody listens there, so a test event fails at once. */
const url = 'http://127.0.0.1:1/hook';

const sale = (done: number): Example => ({ done, of: 'sale' });
/** A sale of its own, because the move would change what other routes answer. */
const move: Example = {
  done: 200,
  of: 'sale',
  ids: { own: { sale: 'moved' }, foreign: { sale: 'moved' } },
  body: empty,
};
const open: Example = { done: 200, of: 'nothing' };
const item: Example = { done: 200, of: 'item' };
const webhook = (done: number, body?: Example['body']): Example => ({
  done,
  of: 'item',
  ...(body ? { body } : {}),
});

/** An example of every route of the catalogue. */
export const examples: Readonly<Record<string, Example>> = {
  'POST /v1/sales/:sale/orders': { ...sale(201), body: order },
  'GET /v1/orders/:order': item,
  'GET /v1/sales/:sale/orders': sale(200),
  'POST /v1/sales/:sale/quotes': { ...sale(200), body: order, isForPublic: true },
  'POST /v1/sales/:sale/promotions/:promotion/claims': {
    ...sale(201),
    ids: { own: { promotion: 'grab' }, foreign: { promotion: 'grab' } },
    body: empty,
  },
  'GET /v1/sales/:sale/wallet': sale(200),
  'POST /v1/orders/:order/payments': { done: 201, of: 'item', body: empty },
  'POST /v1/orders/:order/cancel': {
    done: 200,
    of: 'item',
    ids: { own: { order: 'unwanted' }, foreign: { order: 'unwanted by another' } },
    body: empty,
  },
  'GET /v1/orders/:order/moves': item,
  'POST /v1/orders/:order/refunds': {
    done: 201,
    of: 'item',
    ids: { own: { order: 'paid' }, foreign: { order: 'paid by another' } },
    body: () => ({ lines: [{ line: 0, quantity: 1 }] }),
  },
  'POST /v1/orders/:order/refunds/preview': {
    done: 200,
    of: 'item',
    ids: { own: { order: 'paid' }, foreign: { order: 'paid by another' } },
    body: () => ({ lines: [{ line: 0, quantity: 1 }] }),
  },
  'GET /v1/orders': open,
  'GET /v1/orders/:order/details': item,
  'GET /v1/orders/:order/payments': item,
  'GET /v1/orders/:order/refunds': item,
  'GET /v1/sales/:sale/seller-orders': sale(200),
  'GET /v1/sales/:sale/seller-orders/export': { ...sale(200), query: '?format=csv' },
  'GET /v1/sales/:sale/figures': sale(200),
  'GET /v1/sales/:sale/figures/by-minute': sale(200),
  'GET /v1/sales/:sale/budgets': sale(200),
  'GET /v1/sales/:sale/promotions': sale(200),
  // Nobody signed it.
  'POST /v1/payment-events': { done: 401, of: 'nothing', body: empty },
  'GET /v1/sales/:sale/report': sale(200),
  'GET /v1/sales': open,
  'GET /v1/sales/:sale': sale(200),
  'PUT /v1/sales/:sale': {
    ...sale(200),
    absent: 200,
    ids: { absent: { sale: 'made' } },
    body: () => saleBody(),
  },
  'POST /v1/sales/:sale/open': move,
  'POST /v1/sales/:sale/pause': move,
  'POST /v1/sales/:sale/resume': move,
  'POST /v1/sales/:sale/close': move,
  'PUT /v1/sales/:sale/offers/:offer': {
    done: 200,
    of: 'item',
    ids: { absent: { sale: 'nowhere' } },
    body: ({ store }) => offerBody({ store, cap: 100 }),
    outsider: 403,
  },
  'PATCH /v1/sales/:sale/offers/:offer': {
    done: 200,
    of: 'item',
    body: () => ({ cap: 100 }),
    outsider: 403,
  },
  'PUT /v1/sales/:sale/budgets/:budget': {
    done: 200,
    of: 'item',
    ids: { absent: { sale: 'nowhere' } },
    body: ({ store }) => ({ amount: 1_000, policy: 'partial', store }),
    outsider: 403,
  },
  'PUT /v1/sales/:sale/promotions/:promotion': {
    done: 200,
    of: 'item',
    ids: { absent: { sale: 'nowhere' } },
    body: ({ store }) => ({
      ...{ layer: 'store_coupon', stores: [store], funder: 'store', coupon: true },
      effect: { kind: 'fixed', off: 100 },
    }),
    outsider: 403,
  },
  'POST /v1/sales/:sale/promotions/:promotion/preview': {
    done: 200,
    of: 'item',
    ids: { absent: { sale: 'nowhere' } },
    body: ({ store }) => ({
      promotion: {
        ...{ layer: 'store_coupon', stores: [store], funder: 'store', coupon: true },
        effect: { kind: 'fixed', off: 100 },
      },
      ...order(),
    }),
    outsider: 403,
  },
  'POST /v1/sales/:sale/promotions/:promotion/coupons': {
    done: 200,
    of: 'item',
    body: () => ({ shoppers: ['u9'] }),
    outsider: 403,
  },
  'GET /v1/sales/:sale/offers/:offer': { done: 200, of: 'item' },
  'GET /v1/sales/:sale/budgets/:budget': { done: 200, of: 'item' },
  'GET /v1/sales/:sale/promotions/:promotion': { done: 200, of: 'item' },
  'GET /v1/sales/:sale/shoppers/:shopper/balances': sale(200),
  'GET /v1/sales/:sale/terms': sale(200),
  // They are on sale, and shoppers hold coupons.
  'DELETE /v1/sales/:sale/offers/:offer': { done: 409, of: 'item', outsider: 403 },
  'DELETE /v1/sales/:sale/budgets/:budget': { done: 409, of: 'item', outsider: 403 },
  'DELETE /v1/sales/:sale/promotions/:promotion': { done: 409, of: 'item', outsider: 403 },
  'DELETE /v1/sales/:sale': {
    ...sale(409),
    ids: { own: { sale: 'shared' }, foreign: { sale: 'shared' } },
  },
  'PUT /v1/sales/:sale/file': {
    ...sale(200),
    absent: 200,
    ids: { absent: { sale: 'made' } },
    body: ({ ids }) => ({ sale: { id: ids['sale'], ...saleBody() }, offers: [] }),
  },
  'PUT /v1/sales/:sale/shoppers/:shopper/balances': { ...sale(200), body: () => ({ points: 5 }) },
  'GET /v1/sales/:sale/events': { ...sale(200), isStream: true },
  'GET /v1/sales/:sale/stream': { ...sale(200), isStream: true },
  // Names of endpoints are per owner, so another's name is free: the sale decides.
  'PUT /v1/sales/:sale/webhooks/:webhook': {
    ...sale(200),
    body: ({ role, store }) => ({
      url,
      kinds: ['order.paid'],
      ...(role === 'operator' ? {} : { store }),
    }),
    outsider: 403,
  },
  'PATCH /v1/sales/:sale/webhooks/:webhook': webhook(200, () => ({ kinds: ['order.paid'] })),
  'GET /v1/sales/:sale/webhooks': sale(200),
  'GET /v1/sales/:sale/webhooks/:webhook': webhook(200),
  'DELETE /v1/sales/:sale/webhooks/:webhook': {
    ...webhook(204),
    ids: { own: { webhook: 'unwanted' }, foreign: { webhook: 'unwanted-too' } },
  },
  'POST /v1/sales/:sale/webhooks/:webhook/rotate': webhook(200, empty),
  'POST /v1/sales/:sale/webhooks/:webhook/test': webhook(200, empty),
  'GET /v1/sales/:sale/webhooks/:webhook/deliveries': webhook(200),
  'GET /v1/sales/:sale/webhooks/:webhook/deliveries/:delivery': webhook(200),
  'POST /v1/sales/:sale/webhooks/:webhook/deliveries/:delivery/replay': webhook(200, empty),
  'POST /v1/sales/:sale/webhooks/:webhook/replay': webhook(200, empty),
  // Anybody who sells may have endpoints for all sales, of any name.
  'PUT /v1/webhooks/:webhook': {
    done: 200,
    of: 'nothing',
    ids: { own: { webhook: 'made' }, foreign: { webhook: 'made' }, absent: { webhook: 'made' } },
    body: ({ role, store }) => ({
      url,
      kinds: ['order.paid'],
      ...(role === 'operator' ? {} : { store }),
    }),
    outsider: 200,
  },
  'PATCH /v1/webhooks/:webhook': webhook(200, () => ({ kinds: ['order.paid'] })),
  'GET /v1/webhooks': { done: 200, of: 'nothing', outsider: 200 },
  'GET /v1/webhooks/:webhook': webhook(200),
  'DELETE /v1/webhooks/:webhook': {
    ...webhook(204),
    ids: { own: { webhook: 'unwanted' }, foreign: { webhook: 'unwanted-too' } },
  },
  'POST /v1/webhooks/:webhook/rotate': webhook(200, empty),
  'POST /v1/webhooks/:webhook/test': webhook(200, empty),
  'GET /v1/webhooks/:webhook/deliveries': webhook(200),
  'GET /v1/webhooks/:webhook/deliveries/:delivery': webhook(200),
  'POST /v1/webhooks/:webhook/deliveries/:delivery/replay': webhook(200, empty),
  'POST /v1/webhooks/:webhook/replay': webhook(200, empty),
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': open,
  'GET /problems/:code': {
    done: 200,
    of: 'item',
    ids: { own: { code: 'sold_out' }, foreign: { code: 'sold_out' }, absent: { code: 'none' } },
  },
  'GET /v1/sales/:sale/audit': sale(200),
  'GET /v1/sales/:sale/status': sale(200),
  'GET /v1/sales/:sale/changes': sale(200),
  'GET /v1/ops/processes': open,
  'GET /v1/ops/security-events': open,
  'GET /v1/ops/sales': open,
  'GET /v1/ops/changes': open,
  'GET /v1/dead-letters': open,
  'GET /v1/dead-letters/:letter': item,
  // Both were released before.
  'POST /v1/dead-letters/:letter/replay': { done: 409, of: 'item' },
  'POST /v1/dead-letters/:letter/release': { done: 409, of: 'item' },
  'GET /v1/changes': { done: 200, of: 'nothing', outsider: 200 },
};

const OWN: Ids = {
  ...{ sale: 'shared', offer: 'mug', promotion: 'mine', budget: 'mine', webhook: 'mine' },
  ...{ order: 'unpaid', shopper: 'u1', letter: '1' },
};
const IDS: Readonly<Record<Example['of'], Readonly<Record<Ownership, Ids>>>> = {
  item: {
    own: OWN,
    foreign: {
      ...{ offer: 'cup', promotion: 'theirs', budget: 'theirs', webhook: 'theirs' },
      ...{ sale: 'shared', order: 'unpaid by another', letter: '2' },
    },
    absent: {
      ...{ offer: 'none', promotion: 'none', budget: 'none', webhook: 'none' },
      ...{ sale: 'shared', order: 'none', letter: '3' },
    },
  },
  sale: { own: OWN, foreign: { ...OWN, sale: 'hidden' }, absent: { ...OWN, sale: 'nowhere' } },
  nothing: { own: OWN, foreign: OWN, absent: OWN },
};

/** The ids of a request. An order goes by what it is for, such as `paid by another`. */
export const idsOf = ({ of, ids = {} }: Example, whose: Ownership): Ids => ({
  ...IDS[of][whose],
  ...ids[whose],
});
