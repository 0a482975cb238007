import Type from 'typebox';
import { countOrNull, named, strict } from '../schemas.ts';
import { LayerView, PromotionView, PublicBudgetView } from './promotion-views.ts';

const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const accessRows = Type.Array(
  named('EarlyAccessView', strict({ members: ids, from: text })),
  {
    description: 'Which members may order before all others, and from when.',
  },
);

export const OfferView = named(
  'Offer',
  strict({
    id: text,
    store: text,
    title: text,
    price: count,
    listPrice: count,
    limitPerShopper: countOrNull(),
    lane: text,
    categories: ids,
    excludes: ids,
    opensAt: textOrNull,
    closesAt: textOrNull,
    access: accessRows,
    paused: Type.Boolean(),
    warnAt: Type.Optional(
      Type.Unsafe<object | null>({
        type: ['object', 'null'],
        properties: { units: count, percent: count },
        additionalProperties: false,
        description: 'Null: 10 percent of the cap. Only its store and operators see it.',
      }),
    ),
    image: textOrNull,
    stock: Type.Enum(['in_stock', 'low', 'sold_out'], { type: 'string' }),
  }),
);

const saleFields = {
  id: text,
  name: text,
  currency: text,
  state: Type.Enum(['draft', 'open', 'paused', 'closed'], { type: 'string' }),
  opensAt: text,
  closesAt: text,
  visibleFrom: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Everyone sees the sale from this time; null: from its first opening on.',
  }),
  payWithinSeconds: count,
  cells: count,
  rulesVersion: count,
  layers: Type.Array(LayerView),
  pointsRate: count,
  holdsPerShopper: count,
  cooldown: strict({ after: count, seconds: count }),
  clawback: Type.Boolean(),
  access: accessRows,
};
export const SaleMember = named(
  'SaleMember',
  strict({ store: text, offersMax: count, promotionsMax: count }),
);
const lists = {
  offers: Type.Array(OfferView),
  promotions: Type.Array(PromotionView),
  budgets: Type.Optional(
    Type.Array(PublicBudgetView, {
      description: 'A merchant sees those of the store, an operator all, and nobody else any.',
    }),
  ),
  stores: Type.Optional(
    Type.Array(SaleMember, {
      description: 'The members. A merchant sees the own store, an operator all of them.',
    }),
  ),
};

export const SaleHead = named('SaleHead', strict(saleFields));
export const SaleView = named('Sale', strict({ ...saleFields, ...lists }));
export const LiveSaleView = named(
  'LiveSale',
  strict({
    ...saleFields,
    ...lists,
    nextOffers: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The `cursor` of the next page of offers; null: this page is the last.',
    }),
    serverTime: text,
  }),
);
