import Type from 'typebox';
import { ORDER_STATES } from '../../domain/order.ts';
import type { QuoteProblem } from '../../domain/pricing/quote.ts';
import { named, strict, textOrNull } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

/** The state of an order, or the state that a move starts or ends in. */
export const orderState = Type.Enum([...ORDER_STATES], { type: 'string' });

const lineFields = {
  offer: text,
  store: text,
  quantity: count,
  price: Type.Integer({ description: 'Of one unit.' }),
  activity: Type.Integer({ description: 'The price of all units.' }),
  net: Type.Integer({ description: 'What is left of `activity` after all discounts.' }),
  gift: Type.Optional(Type.Boolean()),
  refunded: Type.Optional(Type.Integer({ description: 'The units refunded, if any.' })),
};

const AppliedView = named(
  'AppliedPromotion',
  strict({
    promotion: text,
    layer: text,
    basis: Type.Integer({ description: 'The amount that the promotion looked at.' }),
    discount: count,
    forfeited: Type.Integer({ description: 'What lines no longer owed, so nobody got it.' }),
    shares: Type.Array(count, { description: 'One share for each line.' }),
    funder: text,
  }),
);

/** A price and how it was calculated. */
const receiptFields = {
  total: Type.Integer({ description: 'What the shopper pays, in minor units.' }),
  lines: Type.Array(named('PricedLine', strict(lineFields))),
  applied: Type.Array(AppliedView, { description: 'The promotions that lowered the price.' }),
  outOfGifts: Type.Array(text, { description: 'The promotions whose gift had run out.' }),
  points: Type.Integer({ description: 'The points used.' }),
};

export const ReceiptView = named('Receipt', strict(receiptFields));

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
  payBy: Type.String({ description: 'An order that is not paid by then expires.' }),
  rulesVersion: Type.Integer({ description: 'The version of the terms that priced it.' }),
  refunded: Type.Optional(Type.Integer({ description: 'The cash refunded, if any.' })),
};

/** An order in the answer that accepts it: only what its cell says. */
export const OrderView = named('PlacedOrder', strict(orderFields));

const title = Type.String({ description: 'The offer’s present title.' });

/** An order in all other answers to its shopper. */
export const NamedOrderView = named(
  'Order',
  strict({
    ...orderFields,
    createdAt: textOrNull('When it was placed; null until the order is settled.'),
    currency: text,
    lines: Type.Array(named('OrderLine', strict({ ...lineFields, title }))),
  }),
);

const QUOTE_PROBLEMS = [
  'sale_not_open',
  'sale_over',
  'sale_paused',
  'sold_out',
  'limit_reached',
  'rate_limited',
] as const satisfies QuoteProblem['code'][];

const problemFields = {
  code: Type.Enum(QUOTE_PROBLEMS, { type: 'string' }),
  offer: Type.Optional(Type.String({ description: 'The offer that it is about.' })),
  unitsLeft: Type.Optional(count),
  limit: Type.Optional(count),
  taken: Type.Optional(count),
  of: Type.Optional(text),
  opensAt: Type.Optional(textOrNull()),
  retryAfterS: Type.Optional(Type.Integer({ description: 'Seconds to wait.' })),
};

const ProblemView = named(
  'QuoteProblem',
  strict({
    ...problemFields,
    detail: Type.String({ description: 'For developers.' }),
    message: Type.String({ description: 'For shoppers, in the language they accept.' }),
  }),
);

const NearPromotion = named(
  'NearPromotion',
  strict({ promotion: text, store: Type.Optional(text), missing: count, gives: count }),
);
const UnusedPromotion = named('UnusedPromotion', strict({ promotion: text, reason: text }));

const quoteFields = {
  sale: text,
  rulesVersion: Type.Integer({ description: 'The version of the terms that priced it.' }),
  near: Type.Array(NearPromotion, { description: 'Spend `missing` more to save `gives` more.' }),
  unused: Type.Array(UnusedPromotion, {
    description: 'The named coupons and the gifts that did not apply, and why.',
  }),
  coupons: Type.Array(text, { description: 'The coupons that this price uses.' }),
  exhaustive: Type.Boolean({ description: 'Whether every combination of coupons was tried.' }),
};

export const QuoteView = named(
  'Quote',
  strict({
    ...receiptFields,
    ...quoteFields,
    problems: Type.Array(ProblemView, {
      description:
        'What would refuse this cart as an order at this moment, as an order would be refused. ' +
        'Stock is a moment old.',
    }),
  }),
);

/** The price of a sample cart, which nobody orders. */
export const SampleQuote = named(
  'SampleQuote',
  strict({ ...receiptFields, near: quoteFields.near, unused: quoteFields.unused }),
);

/** The quote of a refused order. While Redis is busy it lacks all but the price. */
export const RefusedQuote = named(
  'RefusedQuote',
  Type.Object(
    {
      ...receiptFields,
      ...Type.Partial(strict(quoteFields)).properties,
      problems: Type.Optional(
        Type.Array(named('RefusedQuoteProblem', strict(problemFields)), {
          description: 'What else would refuse the order.',
        }),
      ),
    },
    { additionalProperties: false, description: 'The price now, and how it was calculated.' },
  ),
);
