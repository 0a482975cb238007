import Type from 'typebox';
import { ORDER_STATES } from '../../domain/order.ts';
import { strict } from '../schemas.ts';

/** What routes answer, for their serializers and for the API reference. */
const text = Type.String();
const count = Type.Integer();

/** Of an order, or of one end of a move. */
export const orderState = Type.Enum([...ORDER_STATES], { type: 'string' });

/** A price and how it came about. */
const receiptFields = {
  total: count,
  lines: Type.Array(
    strict({
      offer: text,
      store: text,
      quantity: count,
      price: count,
      activity: count,
      net: count,
      gift: Type.Optional(Type.Boolean()),
      refunded: Type.Optional(Type.Integer({ description: 'Units refunded, when any are.' })),
    }),
  ),
  applied: Type.Array(
    strict({
      promotion: text,
      layer: text,
      basis: count,
      discount: count,
      forfeited: count,
      shares: Type.Array(count, { description: 'One a line.' }),
      funder: text,
    }),
  ),
  outOfGifts: Type.Array(text, { description: 'Promotions whose gift had run out.' }),
  points: Type.Integer({ description: 'Points used.' }),
};

export const OrderView = strict({
  id: text,
  sale: text,
  state: orderState,
  settled: Type.Boolean(),
  ...receiptFields,
  payBy: text,
  rulesVersion: count,
  refunded: Type.Optional(Type.Integer({ description: 'Cash refunded, when any is.' })),
});

export const QuoteView = strict({
  sale: text,
  ...receiptFields,
  rulesVersion: count,
  near: Type.Array(
    strict({ promotion: text, store: Type.Optional(text), missing: count, gives: count }),
    { description: 'So much more, and so much more comes off.' },
  ),
  unused: Type.Array(strict({ promotion: text, reason: text }), {
    description: 'Named coupons and gifts that did not apply, and why.',
  }),
  coupons: Type.Array(text, { description: 'The coupons the price stands for.' }),
  exhaustive: Type.Boolean({ description: 'Whether every combination of coupons was tried.' }),
});
