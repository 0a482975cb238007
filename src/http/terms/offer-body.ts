import Type from 'typebox';
import type { Static } from 'typebox';
import type { StoreId } from '../../domain/ids.ts';
import { MAX_CAP, MAX_IMAGE } from '../../domain/sale.ts';
import type { WarnAt } from '../../domain/sale.ts';
import { accessBody } from './sale-body.ts';
import { id, minor, name, named, offerId, saleId, strict, time } from '../schemas.ts';

const idList = (description: string) =>
  Type.Array(id('An id.'), { maxItems: 20, uniqueItems: true, description });

/** Terms that have the same words in a PUT and in a PATCH. */
export const offerTitle = name('Shoppers see it.');
export const offerCategories = idList('Categories that promotions may name.');
export const offerExcludes = idList('Layers whose promotions do not apply to it.');

export const capUnits = Type.Integer({
  minimum: 0,
  maximum: MAX_CAP,
  description: 'The units that may be sold.',
});

export const offerAccess = accessBody(
  "Which members may order before all others, in place of the sale's `access`.",
);

/** A PUT and a PATCH share it; a PATCH may also say null. */
export const imageField = {
  type: 'string',
  pattern: String.raw`^https://[a-z0-9-]+([.][a-z0-9-]+)*(:[0-9]{1,5})?/[\x21-\x7e]*$`,
  maxLength: MAX_IMAGE,
  description:
    'The address of a picture, by https. The pages show it if its host is one of `IMAGE_HOSTS`.',
} as const;

/** One of the two. One schema for both: each branch of an `anyOf` would report its own fault. */
export const warnAtFields = {
  units: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_CAP })),
  percent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Of the cap.' })),
};
export const warnAtOptions = {
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description:
    'The offer is `low` at or below this many units or this share of its cap; 0: never. ' +
    'Default: 10 percent.',
};

export const OfferBody = named(
  'OfferBody',
  strict(
    {
      store: id<StoreId>('The store that sells it.'),
      title: offerTitle,
      price: minor('The price'),
      listPrice: Type.Optional(
        minor('The list price that shoppers compare with (default: `price`)'),
      ),
      cap: capUnits,
      limitPerShopper: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_CAP,
          description: 'The most units that a shopper may hold; default: no limit.',
        }),
      ),
      lane: Type.Optional(
        Type.Enum(['flash', 'cart'], {
          type: 'string',
          default: 'cart',
          description: 'flash: promotions do not change the price. cart: they do.',
        }),
      ),
      categories: Type.Optional(offerCategories),
      excludes: Type.Optional(offerExcludes),
      opensAt: Type.Optional(time("Default: the sale's.")),
      closesAt: Type.Optional(time("Default: the sale's.")),
      access: Type.Optional(offerAccess),
      paused: Type.Optional(
        Type.Boolean({
          description:
            'A paused offer takes no orders. Default: as it is; a new offer is not paused.',
        }),
      ),
      warnAt: Type.Optional(Type.Unsafe<WarnAt>(Type.Object(warnAtFields, warnAtOptions))),
      image: Type.Optional(Type.Unsafe<string>(imageField)),
    },
    'The terms of an offer.',
  ),
);
export type OfferBody = Static<typeof OfferBody>;

export const OfferParams = strict({ sale: saleId, offer: offerId });
