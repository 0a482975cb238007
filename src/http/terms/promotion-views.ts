import Type from 'typebox';
import { strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const LayerView = strict({ name: text, basis: text, pick: text });

const budgetFields = { id: text, store: textOrNull, policy: text };
/** The view for everyone: only its seller sees how much a budget has. */
export const PublicBudgetView = strict(budgetFields);
export const BudgetView = strict({ ...budgetFields, amount: count });

/** The body that set it, with defaults filled in; an absent field without one stays absent. */
export const PromotionView = strict({
  id: text,
  layer: text,
  stores: Type.Optional(ids),
  offers: Type.Optional(ids),
  categories: Type.Optional(ids),
  members: Type.Optional(ids),
  fullPriceOnly: Type.Boolean(),
  coupon: Type.Boolean(),
  effect: Type.Unknown({ description: 'As in the body of the promotion.' }),
  budget: Type.Optional(text),
  funder: text,
  claims: Type.Optional(strict({ quota: count, limitPerShopper: count })),
});

export const GrantView = strict({
  promotion: text,
  shoppers: Type.Integer({ description: 'The number of shoppers who got coupons.' }),
  each: count,
});

export const BalancesView = strict({
  shopper: text,
  points: count,
  pointsUsed: count,
  redPacket: count,
  redPacketUsed: count,
});
