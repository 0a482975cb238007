import Type from 'typebox';
import type { Static, TObject, TProperties, TSchema } from 'typebox';
import { ID, SALE_ID, SHOPPER_ID } from '../domain/ids.ts';
import type { OfferId, OrderId, SaleId, ShopperId } from '../domain/ids.ts';
import { MAX_ACTIVITY_MINOR } from '../domain/sale.ts';

/** An object that refuses unknown fields instead of dropping them silently. */
export function strict<const Fields extends TProperties>(
  fields: Fields,
  description?: string,
): TObject<Fields> {
  const options = description === undefined ? {} : { description };
  return Type.Object(fields, { ...options, additionalProperties: false });
}

/** Gives a schema a name of its own in the reference, and in the clients made from it. */
export const named = <Schema extends TSchema>(name: string, schema: Schema): Schema => ({
  ...schema,
  'x-name': name,
});

/** Names a schema after the one it is made of, if that has a name. */
export function namedAfter<Schema extends TSchema>(
  inner: TSchema,
  nameFor: (name: string) => string,
  schema: Schema,
): Schema {
  const { 'x-name': name } = inner as { 'x-name'?: string };
  return name === undefined ? schema : named(nameFor(name), schema);
}

/** The reference shows the schema. The serializer compares nothing with it, which is faster. */
export const shownAs = (schema: TSchema) => Type.Unknown({ 'x-shown': schema });

export const textOrNull = (description?: string) =>
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    ...(description === undefined ? {} : { description }),
  });

/** Brands the ids in params and bodies: a route passes on what its schema has checked. */
const branded = <Id extends string>(pattern: RegExp, description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: pattern.source, description }));

const orNull = (type: 'integer' | 'number') => (description?: string) =>
  Type.Unsafe<number | null>({
    type: [type, 'null'],
    ...(description === undefined ? {} : { description }),
  });
export const countOrNull = orNull('integer');
export const numberOrNull = orNull('number');

export const id = <Id extends string = string>(description: string) => branded<Id>(ID, description);
export const saleId = branded<SaleId>(SALE_ID, 'Names a sale.');
export const offerId = id<OfferId>('Names an offer of the sale.');
export const budgetId = id('Names a budget of the sale.');
export const promotionId = id('Names a promotion of the sale.');
export const shopperId = branded<ShopperId>(
  SHOPPER_ID,
  'The `sub` of a token: 1 to 128 printable ASCII characters.',
);

/** An amount of money: an integer in the currency's minor unit. */
export const minor = (description: string, minimum = 0) =>
  Type.Integer({
    minimum,
    maximum: MAX_ACTIVITY_MINOR,
    description: `${description}, in minor units.`,
  });

export const time = (description: string) =>
  Type.String({
    format: 'date-time',
    description: `${description} RFC 3339 with a zone, years 2000 to 2999.`,
  });

/** Text for people: no control characters and no lone surrogates, which UTF-8 cannot encode. */
const PRINTABLE = '^[^\\p{Cc}\\p{Cs}]*$';
export const name = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: PRINTABLE, description });

/** The route needs no body; an empty object is accepted. */
export const NoBody = named(
  'NoBody',
  Type.Unsafe<Record<never, never> | null>({
    type: ['object', 'null'],
    additionalProperties: false,
    description: 'Nothing, or an empty object.',
  }),
);

export const SaleParams = strict({ sale: saleId });
export type SaleParams = Static<typeof SaleParams>;
/** Accepts any text: one that is not an order id names an order that does not exist. */
export const OrderParams = strict({
  order: Type.Unsafe<OrderId>(Type.String({ description: 'Names an order.' })),
});
export type OrderParams = Static<typeof OrderParams>;
