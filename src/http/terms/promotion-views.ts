import Type from 'typebox';
import { EffectBody } from './effect-body.ts';
import { named, shownAs, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const LayerView = named('Layer', strict({ name: text, basis: text, pick: text }));

const budgetFields = { id: text, store: textOrNull, policy: text };
/** The view for everyone: only its seller sees how much a budget has. */
export const PublicBudgetView = named('PublicBudget', strict(budgetFields));
export const BudgetView = named('Budget', strict({ ...budgetFields, amount: count }));

/** The body that set it, with defaults filled in; an absent field without one stays absent. */
export const PromotionView = named(
  'Promotion',
  strict({
    id: text,
    layer: text,
    stores: Type.Optional(ids),
    offers: Type.Optional(ids),
    categories: Type.Optional(ids),
    members: Type.Optional(ids),
    fullPriceOnly: Type.Boolean(),
    coupon: Type.Boolean(),
    effect: shownAs(EffectBody),
    budget: Type.Optional(text),
    funder: text,
    claims: Type.Optional(strict({ quota: count, limitPerShopper: count })),
  }),
);

export const GrantView = named(
  'Grant',
  strict({
    promotion: text,
    shoppers: Type.Integer({ description: 'The number of shoppers who got coupons.' }),
    each: count,
  }),
);

export const BalancesView = named(
  'Balances',
  strict({
    shopper: text,
    points: count,
    pointsUsed: count,
    redPacket: count,
    redPacketUsed: count,
  }),
);
