import Type from 'typebox';
import type { Static } from 'typebox';
import type { OfferId, StoreId } from '../../domain/ids.ts';
import { MAX_BUDGET_MINOR } from '../../domain/pricing/promotion-faults.ts';
import { MAX_HELD, MAX_LISTED, MAX_POINTS } from '../../domain/promotion.ts';
import { MAX_CAP } from '../../domain/sale.ts';
import { EffectBody } from './effect-body.ts';
import { budgetId, id, minor, named, promotionId, saleId, shopperId, strict } from '../schemas.ts';

const MAX_GRANTED_SHOPPERS = 500;

export const BudgetBody = named(
  'BudgetBody',
  strict(
    {
      amount: Type.Integer({
        minimum: 0,
        maximum: MAX_BUDGET_MINOR,
        description: 'The total that promotions may draw, in minor units.',
      }),
      policy: Type.Enum(['partial', 'whole'], {
        type: 'string',
        description:
          'When less is left than a discount needs: partial gives the rest, whole gives nothing.',
      }),
      store: Type.Optional(
        id<StoreId>("The store that pays; default: the merchant's own store, or the platform."),
      ),
    },
    'The money that promotions draw from.',
  ),
);
export type BudgetBody = Static<typeof BudgetBody>;

const list = <Id extends string = string>(item: string, description: string) =>
  Type.Optional(
    Type.Array(id<Id>(item), { minItems: 1, maxItems: MAX_LISTED, uniqueItems: true, description }),
  );

const claims = strict({
  quota: Type.Integer({
    minimum: 0,
    maximum: MAX_CAP,
    description: 'The most claims of all shoppers together.',
  }),
  limitPerShopper: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_HELD,
      default: 1,
      description: 'The most claims of one shopper.',
    }),
  ),
});

export const PromotionBody = named(
  'PromotionBody',
  strict(
    {
      layer: id('The layer of the sale in which it applies.'),
      stores: list<StoreId>(
        'A store.',
        "Only lines of these stores; default: the merchant's own store, or any.",
      ),
      offers: list<OfferId>('An offer.', 'Only these offers; default: any.'),
      categories: list('A category.', 'Only offers in one of these categories; default: any.'),
      members: list('A member tier.', 'Only for shoppers in one of these tiers; default: for all.'),
      fullPriceOnly: Type.Optional(
        Type.Boolean({ default: false, description: 'Only for lines at their list price.' }),
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
        description: 'Who pays for the discount. store: the store of each line pays its share.',
      }),
      claims: Type.Optional(claims),
    },
    'A rule that lowers the price.',
  ),
);
export type PromotionBody = Static<typeof PromotionBody>;

export const GrantBody = named(
  'GrantBody',
  strict(
    {
      shoppers: Type.Array(shopperId, {
        minItems: 1,
        maxItems: MAX_GRANTED_SHOPPERS,
        uniqueItems: true,
        description: 'The shoppers who get them.',
      }),
      each: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_HELD,
          default: 1,
          description: 'The coupons for each shopper.',
        }),
      ),
    },
    'Coupons for shoppers.',
  ),
);
export type GrantBody = Static<typeof GrantBody>;

export const balanceFields = {
  points: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_POINTS,
      description: 'The total points given, including those already used.',
    }),
  ),
  redPacket: Type.Optional(minor('The total red packet given, including what is already used')),
};

export const BalancesBody = named(
  'BalancesBody',
  Type.Object(balanceFields, {
    additionalProperties: false,
    minProperties: 1,
    description:
      'The totals that the shopper has been given in this sale; at least one of the two.',
  }),
);
export type BalancesBody = Static<typeof BalancesBody>;

export const BudgetParams = strict({ sale: saleId, budget: budgetId });
export const PromotionParams = strict({ sale: saleId, promotion: promotionId });
export const ShopperParams = strict({ sale: saleId, shopper: shopperId });
