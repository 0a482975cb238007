import Type from 'typebox';
import type { Static } from 'typebox';
import { MAX_POINTS } from '../../domain/promotion.ts';
import { MAX_ACTIVITY_MINOR, MAX_LINES, MAX_QUANTITY } from '../../domain/sale.ts';
import { id, minor, offerId, strict } from '../schemas.ts';

/** Coupons an order may name; each applies at most once. */
const MAX_NAMED = 20;

export const OrderBody = strict({
  lines: Type.Array(
    strict({
      offer: offerId,
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
    }),
    { minItems: 1, maxItems: MAX_LINES },
  ),
  coupons: Type.Optional(
    Type.Array(id('A promotion whose coupon you hold.'), {
      maxItems: MAX_NAMED,
      uniqueItems: true,
      description: 'Coupons to use.',
    }),
  ),
  // One schema for both: of an `anyOf` every branch would report a fault of its own.
  redPacket: Type.Optional(
    Type.Unsafe<number | 'max'>({
      type: ['integer', 'string'],
      minimum: 0,
      maximum: MAX_ACTIVITY_MINOR,
      pattern: '^max$',
      description: 'Red packet to use, in minor units; "max": all there is.',
    }),
  ),
  points: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MAX_POINTS, description: 'Points to use.' }),
  ),
  expectedTotal: Type.Optional(minor('The total the shopper saw; another one is refused')),
});
export type OrderBody = Static<typeof OrderBody>;

/** An order's body, so that what is ordered can be quoted as it is. */
export const QuoteBody = strict({
  ...OrderBody.properties,
  expectedTotal: Type.Optional(minor('Of an order; a quote takes no notice of it')),
  best: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Use the held coupons that cost least; then name none.',
    }),
  ),
});
export type QuoteBody = Static<typeof QuoteBody>;
