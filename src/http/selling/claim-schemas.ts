import Type from 'typebox';
import type { Static } from 'typebox';
import { promotionId, saleId, strict } from '../schemas.ts';

export const ClaimParams = strict({ sale: saleId, promotion: promotionId });
export type ClaimParams = Static<typeof ClaimParams>;

/** A claim needs no body; an empty object is accepted. */
export const ClaimBody = Type.Unsafe<object | null>({
  type: ['object', 'null'],
  additionalProperties: false,
});

const text = Type.String();

export const ClaimView = strict({
  id: text,
  sale: text,
  promotion: text,
  amount: Type.Integer({ description: 'The red packet in minor units; 0 for a coupon.' }),
});
