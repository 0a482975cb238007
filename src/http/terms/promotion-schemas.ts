import Type from 'typebox';
import type { Static } from 'typebox';
import type { OfferId, StoreId } from '../../domain/ids.ts';
import { MAX_BUDGET_MINOR } from '../../domain/pricing/promotion-faults.ts';
import { MAX_HELD, MAX_LISTED, MAX_POINTS } from '../../domain/promotion.ts';
import { MAX_CAP } from '../../domain/sale.ts';
import { EffectBody } from './effect-body.ts';
import { budgetId, id, minor, promotionId, saleId, shopperId, strict } from '../schemas.ts';

const MAX_GRANTED_SHOPPERS = 500;

export const BudgetBody = strict(
  {
    amount: Type.Integer({
      minimum: 0,
      maximum: MAX_BUDGET_MINOR,
      description: 'What promotions may draw from it, in minor units',
    }),
    policy: Type.Enum(['partial', 'whole'], {
      type: 'string',
      description: 'When it holds less than a discount: partial gives that, whole gives nothing.',
    }),
    store: Type.Optional(
      id<StoreId>("Whose money it is; default: a merchant's own, else the platform's."),
    ),
  },
  'Money that promotions draw from.',
);
export type BudgetBody = Static<typeof BudgetBody>;

const list = <Id extends string = string>(item: string, description: string) =>
  Type.Optional(
    Type.Array(id<Id>(item), { minItems: 1, maxItems: MAX_LISTED, uniqueItems: true, description }),
  );

const claims = strict({
  quota: Type.Integer({ minimum: 0, maximum: MAX_CAP, description: 'Claims in all.' }),
  limitPerShopper: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_HELD,
      default: 1,
      description: 'Claims a shopper may make.',
    }),
  ),
});

export const PromotionBody = strict(
  {
    layer: id('The layer of the sale it applies in.'),
    stores: list<StoreId>(
      'A store.',
      "Only their lines; default: a merchant's own store, else any.",
    ),
    offers: list<OfferId>('An offer.', 'Only these; default: any.'),
    categories: list('A category.', 'Only offers of one of them; default: any.'),
    members: list('A member tier.', 'Only for shoppers of one of them; default: for all.'),
    fullPriceOnly: Type.Optional(
      Type.Boolean({ default: false, description: 'Only lines whose price is the list price.' }),
    ),
    coupon: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Only with a coupon that the shopper holds and names.',
      }),
    ),
    effect: EffectBody,
    budget: Type.Optional(budgetId),
    funder: Type.Enum(['platform', 'store'], {
      type: 'string',
      description: "Who bears it; store: each line's store its own share.",
    }),
    claims: Type.Optional(claims),
  },
  'A rule that takes something off.',
);
export type PromotionBody = Static<typeof PromotionBody>;

export const GrantBody = strict(
  {
    shoppers: Type.Array(shopperId, {
      minItems: 1,
      maxItems: MAX_GRANTED_SHOPPERS,
      uniqueItems: true,
      description: 'Who gets them.',
    }),
    each: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_HELD,
        default: 1,
        description: 'Coupons for each of them.',
      }),
    ),
  },
  'Coupons for shoppers.',
);
export type GrantBody = Static<typeof GrantBody>;

export const balanceFields = {
  points: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_POINTS,
      description: 'Points given in all, those used among them.',
    }),
  ),
  redPacket: Type.Optional(minor('Red packet given in all, what was used of it included')),
};

export const BalancesBody = Type.Object(balanceFields, {
  additionalProperties: false,
  minProperties: 1,
  description: 'What the shopper was given in all in this sale; at least one.',
});
export type BalancesBody = Static<typeof BalancesBody>;

export const BudgetParams = strict({ sale: saleId, budget: budgetId });
export const PromotionParams = strict({ sale: saleId, promotion: promotionId });
export const ShopperParams = strict({ sale: saleId, shopper: shopperId });
