import Type from 'typebox';
import { ORDER_STATES } from '../../domain/order.ts';
import type { QuoteProblem } from '../../domain/pricing/quote.ts';
import { strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

/** The state of an order, or the state that a move starts or ends in. */
export const orderState = Type.Enum([...ORDER_STATES], { type: 'string' });

const lineFields = {
  offer: text,
  store: text,
  quantity: count,
  price: count,
  activity: count,
  net: count,
  gift: Type.Optional(Type.Boolean()),
  refunded: Type.Optional(Type.Integer({ description: 'The units refunded, if any.' })),
};

/** A price and how it was calculated. */
const receiptFields = {
  total: count,
  lines: Type.Array(strict(lineFields)),
  applied: Type.Array(
    strict({
      promotion: text,
      layer: text,
      basis: count,
      discount: count,
      forfeited: count,
      shares: Type.Array(count, { description: 'One share for each line.' }),
      funder: text,
    }),
  ),
  outOfGifts: Type.Array(text, { description: 'The promotions whose gift had run out.' }),
  points: Type.Integer({ description: 'The points used.' }),
};

const orderFields = {
  id: text,
  sale: text,
  state: Type.Enum([...ORDER_STATES], {
    type: 'string',
    description:
      'A POST answers `reserved`, also when it is repeated later, unless it waited for ' +
      'settlement: then it is the present state. A GET answers the present state.',
  }),
  settled: Type.Boolean({
    description:
      'Whether the order is known to be in the ledger. A POST answers `true` only with ' +
      '`Preference-Applied: wait`.',
  }),
  ...receiptFields,
  payBy: text,
  rulesVersion: count,
  refunded: Type.Optional(Type.Integer({ description: 'The cash refunded, if any.' })),
};

/** An order in the answer that accepts it: only what its cell says. */
export const OrderView = strict(orderFields);

/** An order in all other answers to its shopper. */
export const NamedOrderView = strict({
  ...orderFields,
  createdAt: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'When it was placed; null until the order is settled.',
  }),
  currency: text,
  lines: Type.Array(
    strict({ ...lineFields, title: Type.String({ description: 'The offer’s present title.' }) }),
  ),
});

const QUOTE_PROBLEMS = [
  'sale_not_open',
  'sale_over',
  'sale_paused',
  'sold_out',
  'limit_reached',
  'rate_limited',
] as const satisfies QuoteProblem['code'][];

export const QuoteView = strict({
  sale: text,
  ...receiptFields,
  rulesVersion: count,
  near: Type.Array(
    strict({ promotion: text, store: Type.Optional(text), missing: count, gives: count }),
    { description: 'Spend `missing` more to save `gives` more.' },
  ),
  unused: Type.Array(strict({ promotion: text, reason: text }), {
    description: 'The named coupons and the gifts that did not apply, and why.',
  }),
  problems: Type.Array(
    strict({
      code: Type.Enum(QUOTE_PROBLEMS, { type: 'string' }),
      offer: Type.Optional(Type.String({ description: 'The offer that it is about.' })),
      unitsLeft: Type.Optional(count),
      limit: Type.Optional(count),
      taken: Type.Optional(count),
      of: Type.Optional(text),
      opensAt: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] })),
      retryAfterS: Type.Optional(Type.Integer({ description: 'Seconds to wait.' })),
      detail: Type.String({ description: 'For developers.' }),
      message: Type.String({ description: 'For shoppers, in the language they accept.' }),
    }),
    {
      description:
        'What would refuse this cart as an order at this moment, as an order would be refused. ' +
        'Stock is a moment old.',
    },
  ),
  coupons: Type.Array(text, { description: 'The coupons that this price uses.' }),
  exhaustive: Type.Boolean({ description: 'Whether every combination of coupons was tried.' }),
});
