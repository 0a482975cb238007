import Type from 'typebox';
import type { Static } from 'typebox';
import { MAX_POINTS } from '../../domain/promotion.ts';
import { MAX_ACTIVITY_MINOR, MAX_LINES, MAX_QUANTITY } from '../../domain/sale.ts';
import { id, minor, named, offerId, strict } from '../schemas.ts';

/** The most coupons that an order may name; each applies at most once. */
const MAX_NAMED = 20;

export const CartLines = Type.Array(
  named(
    'CartLine',
    strict({
      offer: offerId,
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
    }),
  ),
  { minItems: 1, maxItems: MAX_LINES },
);

/** The coupons that a cart names, by their promotions. */
export const namedCoupons = (item: string, description: string) =>
  Type.Optional(Type.Array(id(item), { maxItems: MAX_NAMED, uniqueItems: true, description }));

const cartFields = {
  lines: CartLines,
  coupons: namedCoupons('A promotion whose coupon you hold.', 'The coupons to use.'),
  // One schema for both: every branch of an `anyOf` would report its own fault.
  redPacket: Type.Optional(
    Type.Unsafe<number | 'max'>({
      type: ['integer', 'string'],
      minimum: 0,
      maximum: MAX_ACTIVITY_MINOR,
      pattern: '^max$',
      description: 'The red packet to use, in minor units, or "max" for all of it.',
    }),
  ),
  points: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MAX_POINTS, description: 'The points to use.' }),
  ),
};

export const OrderBody = named(
  'OrderBody',
  strict({
    ...cartFields,
    expectedTotal: Type.Optional(
      minor('The total that the shopper saw, which the order must match'),
    ),
  }),
);
export type OrderBody = Static<typeof OrderBody>;

/** The body of an order, so that a client can quote exactly what it will order. */
export const QuoteBody = named(
  'QuoteBody',
  strict({
    ...cartFields,
    expectedTotal: Type.Optional(minor('The expected total of an order, which a quote ignores')),
    best: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Use the coupons you hold that give the lowest total; name no `coupons` then.',
      }),
    ),
  }),
);
export type QuoteBody = Static<typeof QuoteBody>;
