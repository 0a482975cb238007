import Type from 'typebox';
import type { Static } from 'typebox';
import { named, promotionId, saleId, strict } from '../schemas.ts';

export const ClaimParams = strict({ sale: saleId, promotion: promotionId });
export type ClaimParams = Static<typeof ClaimParams>;

const text = Type.String();

export const ClaimView = named(
  'Claim',
  strict({
    id: text,
    sale: text,
    promotion: text,
    amount: Type.Integer({ description: 'The red packet in minor units; 0 for a coupon.' }),
  }),
);
