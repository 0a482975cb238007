import Type from 'typebox';
import type { Static } from 'typebox';
import type { StoreId } from '../../domain/ids.ts';
import { MAX_CAP } from '../../domain/sale.ts';
import { id, minor, name, offerId, saleId, strict, time } from '../schemas.ts';

const idList = (description: string) =>
  Type.Optional(Type.Array(id('An id.'), { maxItems: 20, uniqueItems: true, description }));

export const capUnits = Type.Integer({
  minimum: 0,
  maximum: MAX_CAP,
  description: 'Units that may be sold.',
});

export const OfferBody = strict(
  {
    store: id<StoreId>('The store that sells it.'),
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

export const OfferParams = strict({ sale: saleId, offer: offerId });
