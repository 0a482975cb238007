import Type from 'typebox';
import type { TSchema } from 'typebox';
import { problems } from '../domain/refusal.ts';
import { strict } from './schemas.ts';

/** What routes answer, for their serializers and for the API reference. */
const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const countOrNull = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

export const OrderView = strict({
  id: text,
  sale: text,
  state: text,
  settled: Type.Boolean(),
  total: count,
  lines: Type.Array(
    strict({
      offer: text,
      store: text,
      quantity: count,
      price: count,
      activity: count,
      net: count,
    }),
  ),
  applied: Type.Array(Type.Unknown()),
  payBy: text,
  rulesVersion: count,
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
};
const offers = Type.Array(OfferView);

export const SaleHead = strict(saleFields);
export const SaleView = strict({ ...saleFields, offers });
export const LiveSaleView = strict({ ...saleFields, offers, serverTime: text });

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
