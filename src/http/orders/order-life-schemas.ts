import Type from 'typebox';
import type { Static } from 'typebox';
import { MAX_LINES, MAX_QUANTITY } from '../../domain/sale.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { PastMove } from '../../service/orders/order-history.ts';
import { named, strict } from '../schemas.ts';
import { orderState } from '../selling/order-views.ts';

/** More lines than the longest order has with all its gifts. */
const MAX_LINE_INDEX = 9_999;

const MAX_URL_CHARACTERS = 1_000;

export const PayBody = named(
  'PayBody',
  Type.Unsafe<{ readonly returnUrl?: string } | null>({
    type: ['object', 'null'],
    properties: {
      returnUrl: {
        type: 'string',
        minLength: 1,
        maxLength: MAX_URL_CHARACTERS,
        description: 'Where the shopper goes after paying: https, or an origin that is allowed.',
      },
    },
    additionalProperties: false,
  }),
);

export const CancelBody = named(
  'CancelBody',
  Type.Unsafe<{ readonly restock?: boolean } | null>({
    type: ['object', 'null'],
    properties: {
      restock: {
        type: 'boolean',
        description: 'Operators only: whether the units of a paid order go back on sale.',
      },
    },
    additionalProperties: false,
  }),
);

export type CancelBody = Static<typeof CancelBody>;

export const RefundBody = named(
  'RefundBody',
  strict({
    lines: Type.Array(
      named(
        'RefundLine',
        strict({
          line: Type.Integer({
            minimum: 0,
            maximum: MAX_LINE_INDEX,
            description: 'Index into the order’s lines.',
          }),
          quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
        }),
      ),
      {
        minItems: 1,
        maxItems: MAX_LINES,
        description: 'The units to refund; each line at most once.',
      },
    ),
    restock: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether the units go back on sale.' }),
    ),
  }),
);
export type RefundBody = Static<typeof RefundBody>;

const text = Type.String();
const count = Type.Integer();

export const PaymentView = named(
  'Payment',
  strict({
    id: text,
    order: text,
    state: Type.Enum(['creating', 'open', 'authorized', 'captured', 'failed', 'voided'], {
      type: 'string',
    }),
    amount: count,
    currency: text,
    provider: text,
    payBy: text,
    url: Type.Optional(Type.String({ description: 'The page where the shopper pays.' })),
    clientSecret: Type.Optional(
      Type.String({ description: 'The provider’s form needs this instead of `url`.' }),
    ),
    returnUrl: Type.Optional(
      Type.String({ description: 'Where the shopper goes after paying, as the payment began.' }),
    ),
  }),
);

export const MoveView = named(
  'Move',
  strict({
    from: orderState,
    to: orderState,
    who: Type.String({
      description:
        '`shopper`, `expirer`, `settlement`, `provider:<name>`, `merchant:<store>`, `operator`.',
    }),
    why: text,
    at: text,
  }),
);

export function moveView({ from, to, who, why, atMs }: PastMove): Static<typeof MoveView> {
  return { from, to, who, why, at: toTimestamp(atMs) };
}

export const RefundedLine = named(
  'RefundedLine',
  strict({ line: count, quantity: count, cash: count, redPacket: count }),
);

const refundFields = {
  order: text,
  state: Type.Enum(['partly_refunded', 'refunded'], {
    type: 'string',
    description: 'The state of the order after the refund.',
  }),
  cash: Type.Integer({ description: 'The cash that goes back through the payment provider.' }),
  redPacket: Type.Integer({ description: 'The red packet that goes back to the balance.' }),
  points: Type.Integer({ description: 'The points that go back to the balance.' }),
  coupons: Type.Array(text, {
    description: 'The promotions whose coupon the shopper gets back.',
  }),
  lines: Type.Array(RefundedLine),
};

export const RefundView = named(
  'Refund',
  strict({ id: text, ...refundFields, restocked: Type.Boolean() }),
);

export const RefundPreviewView = named(
  'RefundPreview',
  strict({
    ...refundFields,
    clawedBack: Type.Integer({
      description:
        'The cash by frozen shares, less `cash`: what the kept lines no longer earn. 0 in a sale ' +
        'without clawback; below 0 where the kept lines cost less than their frozen shares.',
    }),
  }),
);

export const EventView = named(
  'PaymentEventOutcome',
  strict({
    outcome: Type.Enum(['moved', 'known', 'duplicate', 'unknown', 'refused'], { type: 'string' }),
  }),
);
