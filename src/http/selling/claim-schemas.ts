import Type from 'typebox';
import type { Static } from 'typebox';
import { promotionId, saleId, strict } from '../schemas.ts';

export const ClaimParams = strict({ sale: saleId, promotion: promotionId });
export type ClaimParams = Static<typeof ClaimParams>;

/** A claim says nothing but whose: its body is missing or empty. */
export const ClaimBody = Type.Unsafe<object | null>({
  type: ['object', 'null'],
  additionalProperties: false,
});

const text = Type.String();

export const ClaimView = strict({
  id: text,
  sale: text,
  promotion: text,
  amount: Type.Integer({ description: 'Of a red packet, in minor units; 0: a coupon.' }),
});
