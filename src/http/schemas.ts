import Type from 'typebox';
import type { Static, TObject, TProperties } from 'typebox';
import { ID, SALE_ID } from '../domain/ids.ts';
import type { OfferId } from '../domain/ids.ts';
import { MAX_POINTS } from '../domain/pricing/promotion.ts';
import { MAX_ACTIVITY_MINOR, MAX_CAP, MAX_LINES, MAX_QUANTITY } from '../domain/sale.ts';

/** An object that knows all its fields: another one is a fault, never dropped silently. */
export function strict<const Fields extends TProperties>(
  fields: Fields,
  description?: string,
): TObject<Fields> {
  const options = description === undefined ? {} : { description };
  return Type.Object(fields, { ...options, additionalProperties: false });
}

export const id = (description: string) => Type.String({ pattern: ID.source, description });
export const saleId = Type.String({ pattern: SALE_ID.source, description: 'Names a sale.' });
export const offerId = id('Names an offer of the sale.');

/** Money: an integer in the currency's minor unit. */
export const minor = (description: string, minimum = 0) =>
  Type.Integer({
    minimum,
    maximum: MAX_ACTIVITY_MINOR,
    description: `${description}, in minor units`,
  });

const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(\.\d{1,3})?([Zz]|[+-]\d\d:\d\d)$/;
const DAY_DIGITS = 10;

const FROM_MS = Date.UTC(2000);
const BEFORE_MS = Date.UTC(3000);

/**
 * RFC 3339 with a zone, to the millisecond, in the years 2000 to 2999 of UTC: a cell knows no time
 * before 1970. A day its month does not have is none.
 */
export function isTime(text: string): boolean {
  if (!TIME.test(text)) return false;
  const ms = Date.parse(text);
  // NaN is not in the range either.
  if (!(ms >= FROM_MS && ms < BEFORE_MS)) return false;
  const day = text.slice(0, DAY_DIGITS);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

export const time = (description: string) =>
  Type.String({
    format: 'date-time',
    description: `${description} RFC 3339 with a zone, years 2000 to 2999.`,
  });
/** Text for people: no control characters, and none that UTF-8 cannot carry. */
const PRINTABLE = '^[^\\p{Cc}\\p{Cs}]*$';
export const name = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: PRINTABLE, description });

const idList = (description: string) =>
  Type.Optional(Type.Array(id('An id.'), { maxItems: 20, uniqueItems: true, description }));

export const capUnits = Type.Integer({
  minimum: 0,
  maximum: MAX_CAP,
  description: 'Units that may be sold.',
});

export const OfferBody = strict(
  {
    store: id('The store that sells it.'),
    title: name('Shown to shoppers.'),
    price: minor('The price'),
    listPrice: Type.Optional(minor('The price to compare with; default: `price`')),
    cap: capUnits,
    limitPerShopper: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_CAP,
        description: 'Units a shopper may hold; default: any.',
      }),
    ),
    lane: Type.Optional(
      Type.Enum(['flash', 'cart'], {
        type: 'string',
        default: 'cart',
        description: 'flash: the price does not stack with promotions. cart: it does.',
      }),
    ),
    categories: idList('What promotions may name.'),
    excludes: idList('Layers it takes no part in.'),
    opensAt: Type.Optional(time("Default: the sale's.")),
    closesAt: Type.Optional(time("Default: the sale's.")),
  },
  'What a merchant sets on an offer.',
);
export type OfferBody = Static<typeof OfferBody>;

/** Coupons an order may name; each applies at most once. */
const MAX_NAMED = 20;

export const OrderBody = strict({
  lines: Type.Array(
    strict({
      // Branded here, so that the hot path need not make other lines of these.
      offer: Type.Unsafe<OfferId>(offerId),
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
    }),
    { minItems: 1, maxItems: MAX_LINES },
  ),
  coupons: Type.Optional(
    Type.Array(id('A promotion whose coupon you hold.'), {
      maxItems: MAX_NAMED,
      uniqueItems: true,
      description: 'Coupons to use.',
    }),
  ),
  // One schema for both: of an `anyOf` every branch would report a fault of its own.
  redPacket: Type.Optional(
    Type.Unsafe<number | 'max'>({
      type: ['integer', 'string'],
      minimum: 0,
      maximum: MAX_ACTIVITY_MINOR,
      pattern: '^max$',
      description: 'Red packet to use, in minor units; "max": all there is.',
    }),
  ),
  points: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MAX_POINTS, description: 'Points to use.' }),
  ),
  expectedTotal: Type.Optional(minor('The total the shopper saw; another one is refused')),
});
export type OrderBody = Static<typeof OrderBody>;

/** An order's body, so that what is ordered can be quoted as it is. */
export const QuoteBody = strict({
  ...OrderBody.properties,
  expectedTotal: Type.Optional(minor('Of an order; a quote takes no notice of it')),
  best: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Use the held coupons that cost least; then name none.',
    }),
  ),
});
export type QuoteBody = Static<typeof QuoteBody>;

export const SaleParams = strict({ sale: saleId });
export const OfferParams = strict({ sale: saleId, offer: offerId });
/** Any text: what is no order id is an order that does not exist. */
export const OrderParams = strict({ order: Type.String() });

const DIGITS_TO_100 = '^([1-9][0-9]?|100)$';
export const PageQuery = strict({
  limit: Type.Optional(
    Type.String({ pattern: DIGITS_TO_100, default: '50', description: 'Items, 1 to 100.' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before.' })),
});
export type PageQuery = Static<typeof PageQuery>;
