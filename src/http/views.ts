import Type from 'typebox';
import type { TSchema } from 'typebox';
import { problems } from '../domain/refusals.ts';
import { LayerView, PromotionView, PublicBudgetView } from './terms/promotion-views.ts';
import { strict } from './schemas.ts';

/** What routes answer, for their serializers and for the API reference. */
const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const countOrNull = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

/** A price and how it came about. */
const receiptFields = {
  total: count,
  lines: Type.Array(
    strict({
      offer: text,
      store: text,
      quantity: count,
      price: count,
      activity: count,
      net: count,
      gift: Type.Optional(Type.Boolean()),
      refunded: Type.Optional(Type.Integer({ description: 'Units refunded, when any are.' })),
    }),
  ),
  applied: Type.Array(
    strict({
      promotion: text,
      layer: text,
      basis: count,
      discount: count,
      forfeited: count,
      shares: Type.Array(count, { description: 'One a line.' }),
      funder: text,
    }),
  ),
  outOfGifts: Type.Array(text, { description: 'Promotions whose gift had run out.' }),
  points: Type.Integer({ description: 'Points used.' }),
};

export const OrderView = strict({
  id: text,
  sale: text,
  state: text,
  settled: Type.Boolean(),
  ...receiptFields,
  payBy: text,
  rulesVersion: count,
  refunded: Type.Optional(Type.Integer({ description: 'Cash refunded, when any is.' })),
});

export const QuoteView = strict({
  sale: text,
  ...receiptFields,
  rulesVersion: count,
  near: Type.Array(
    strict({ promotion: text, store: Type.Optional(text), missing: count, gives: count }),
    { description: 'So much more, and so much more comes off.' },
  ),
  unused: Type.Array(strict({ promotion: text, reason: text }), {
    description: 'Named coupons and gifts that did not apply, and why.',
  }),
  coupons: Type.Array(text, { description: 'The coupons the price stands for.' }),
  exhaustive: Type.Boolean({ description: 'Whether every combination of coupons was tried.' }),
});

export const OfferView = strict({
  id: text,
  store: text,
  title: text,
  price: count,
  listPrice: count,
  limitPerShopper: countOrNull,
  lane: text,
  categories: ids,
  excludes: ids,
  opensAt: textOrNull,
  closesAt: textOrNull,
  stock: Type.Enum(['in_stock', 'low', 'sold_out'], { type: 'string' }),
});

const saleFields = {
  id: text,
  name: text,
  currency: text,
  state: Type.Enum(['draft', 'open', 'paused', 'closed'], { type: 'string' }),
  opensAt: text,
  closesAt: text,
  payWithinSeconds: count,
  cells: count,
  rulesVersion: count,
  layers: Type.Array(LayerView),
  pointsRate: count,
  holdsPerShopper: count,
  cooldown: strict({ after: count, seconds: count }),
  clawback: Type.Boolean(),
};
const lists = {
  offers: Type.Array(OfferView),
  promotions: Type.Array(PromotionView),
  budgets: Type.Array(PublicBudgetView),
};

export const SaleHead = strict(saleFields);
export const SaleView = strict({ ...saleFields, ...lists });
export const LiveSaleView = strict({ ...saleFields, ...lists, serverTime: text });

/** The same with the cells that have not applied a change yet; they will. */
export const pending = <View extends ReturnType<typeof strict>>({ properties }: View) =>
  strict({ ...properties, pendingCells: Type.Array(count) });

export const page = (item: TSchema) => strict({ items: Type.Array(item), next: textOrNull });

export const AuditView = strict({
  brokenPromises: Type.Array(Type.Unknown(), { description: 'Empty while all is well.' }),
  units: Type.Unknown(),
});

export const StatusView = strict({ status: text });

export const ProblemView = Type.Object(
  {
    type: text,
    title: text,
    status: count,
    code: Type.Enum(Object.keys(problems), { type: 'string' }),
    detail: text,
    instance: text,
    errors: Type.Optional(Type.Array(strict({ pointer: text, detail: text }))),
  },
  { additionalProperties: true, description: 'RFC 9457, with the fields of its code.' },
);
