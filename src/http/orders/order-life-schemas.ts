import Type from 'typebox';
import type { Static } from 'typebox';
import { MAX_LINES, MAX_QUANTITY } from '../../domain/sale.ts';
import { strict } from '../schemas.ts';
import { orderState } from '../selling/order-views.ts';

/** Beyond what the longest order has with all its gifts. */
const MAX_LINE_INDEX = 9_999;

/** Nothing is to be said: no body, or one without fields. */
export const NoBody = Type.Unsafe<Record<never, never> | null>({
  type: ['object', 'null'],
  additionalProperties: false,
});

export const RefundBody = strict({
  lines: Type.Array(
    strict({
      line: Type.Integer({
        minimum: 0,
        maximum: MAX_LINE_INDEX,
        description: 'Index in the order’s lines.',
      }),
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
    }),
    { minItems: 1, maxItems: MAX_LINES, description: 'What comes back; no line twice.' },
  ),
  restock: Type.Optional(
    Type.Boolean({ default: false, description: 'Whether the units go on sale again.' }),
  ),
});
export type RefundBody = Static<typeof RefundBody>;

const text = Type.String();
const count = Type.Integer();

export const PaymentView = strict({
  id: text,
  order: text,
  state: Type.Enum(['creating', 'open', 'authorized', 'captured', 'failed', 'voided'], {
    type: 'string',
  }),
  amount: count,
  currency: text,
  provider: text,
  payBy: text,
  url: Type.Optional(Type.String({ description: 'Where the shopper pays.' })),
  clientSecret: Type.Optional(
    Type.String({ description: 'What the provider’s own form needs instead.' }),
  ),
});

export const MoveView = strict({
  from: orderState,
  to: orderState,
  who: Type.String({
    description:
      '`shopper`, `expirer`, `settlement`, `provider:<name>`, `merchant:<store>`, `operator`.',
  }),
  why: text,
  at: text,
});

export const RefundView = strict({
  id: text,
  order: text,
  state: Type.Enum(['partly_refunded', 'refunded'], {
    type: 'string',
    description: 'The order’s after it.',
  }),
  cash: Type.Integer({ description: 'Through the payment provider.' }),
  redPacket: Type.Integer({ description: 'Back to the balance.' }),
  points: Type.Integer({ description: 'Back to the balance.' }),
  coupons: Type.Array(text, { description: 'Promotions whose coupon came back.' }),
  lines: Type.Array(strict({ line: count, quantity: count, cash: count, redPacket: count })),
  restocked: Type.Boolean(),
});

export const EventView = strict({
  outcome: Type.Enum(['moved', 'known', 'duplicate', 'unknown', 'refused'], { type: 'string' }),
});
