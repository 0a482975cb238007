import Type from 'typebox';
import { strict } from '../schemas.ts';

/** What routes about promotions answer, for their serializers and for the API reference. */
const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const LayerView = strict({ name: text, basis: text, pick: text });

const budgetFields = { id: text, store: textOrNull, policy: text };
/** As anyone sees it: what it holds is the sellers' own business. */
export const PublicBudgetView = strict(budgetFields);
export const BudgetView = strict({ ...budgetFields, amount: count });

/** As the body it was set with, defaults filled in; a field without one is left out. */
export const PromotionView = strict({
  id: text,
  layer: text,
  stores: Type.Optional(ids),
  offers: Type.Optional(ids),
  categories: Type.Optional(ids),
  members: Type.Optional(ids),
  fullPriceOnly: Type.Boolean(),
  coupon: Type.Boolean(),
  effect: Type.Unknown({ description: 'As in the body of its route.' }),
  budget: Type.Optional(text),
  funder: text,
  claims: Type.Optional(strict({ quota: count, limitPerShopper: count })),
});

export const GrantView = strict({
  promotion: text,
  shoppers: Type.Integer({ description: 'How many shoppers got them.' }),
  each: count,
});

export const BalancesView = strict({
  shopper: text,
  points: count,
  pointsUsed: count,
  redPacket: count,
  redPacketUsed: count,
});
