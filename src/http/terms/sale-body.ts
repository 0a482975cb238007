import Type from 'typebox';
import type { Static } from 'typebox';
import type { StoreId } from '../../domain/ids.ts';
import { MAX_LAYERS, MAX_POINTS_RATE, MAX_PROMOTIONS } from '../../domain/promotion.ts';
import {
  DEFAULT_BOUNDS,
  MAX_ACCESS_MEMBERS,
  MAX_ACCESS_ROWS,
  MAX_CELLS,
  MAX_COOLDOWN_S,
  MAX_OFFERS,
  MAX_ORDERS,
  MAX_PAY_WITHIN_S,
  MAX_STORES,
} from '../../domain/sale.ts';
import { id, name, named, strict, time } from '../schemas.ts';

const layers = Type.Array(
  named(
    'LayerBody',
    strict({
      name: id('Promotions name their layer by it.'),
      basis: Type.Enum(['activity', 'remaining'], {
        type: 'string',
        description:
          'The amounts for thresholds and shares. activity: sale prices. remaining: what is left.',
      }),
      pick: Type.Enum(['one_per_store', 'one', 'all'], {
        type: 'string',
        description:
          'Which promotions apply: the best of each store, the best of all, or all of them.',
      }),
    }),
  ),
  {
    minItems: 1,
    maxItems: MAX_LAYERS,
    description: 'The steps of stacking, in order; default: store, store_coupon, category, ...',
  },
);

/** The defaults for sales that set neither. */
export const DEFAULT_HOLDS = 20;
export const DEFAULT_COOLDOWN = { after: 3, seconds: 600 } as const;

const holdsPerShopper = Type.Integer({
  minimum: 1,
  maximum: MAX_ORDERS,
  default: DEFAULT_HOLDS,
  description: 'The most unpaid orders of a shopper at once.',
});

const cooldown = strict(
  {
    after: Type.Integer({
      minimum: 1,
      maximum: MAX_ORDERS,
      description: 'After this many orders expired unpaid, the shopper waits.',
    }),
    seconds: Type.Integer({
      minimum: 0,
      maximum: MAX_COOLDOWN_S,
      description: 'How long the shopper waits before the next order; 0: not at all.',
    }),
  },
  'A shopper whose orders expire unpaid must wait; default: 600 seconds after 3 orders.',
);

export const accessBody = (description: string) =>
  Type.Array(
    named(
      'EarlyAccess',
      strict({
        members: Type.Array(id('A member tier, as in the claim `member` of a token.'), {
          minItems: 1,
          maxItems: MAX_ACCESS_MEMBERS,
          uniqueItems: true,
          description: 'Shoppers in one of these tiers.',
        }),
        from: time('They may order from this time, before all others.'),
      }),
    ),
    { maxItems: MAX_ACCESS_ROWS, description },
  );
export type AccessBody = Static<ReturnType<typeof accessBody>>;

const bound = (maximum: number, byDefault: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum, default: byDefault, description }));

const stores = Type.Array(
  named(
    'SaleMemberBody',
    strict({
      store: id<StoreId>('A store whose merchants may sell in the sale.'),
      offersMax: bound(MAX_OFFERS, DEFAULT_BOUNDS.offersMax, 'The most offers it may have.'),
      promotionsMax: bound(
        MAX_PROMOTIONS,
        DEFAULT_BOUNDS.promotionsMax,
        'The most promotions of its own that it may have.',
      ),
    }),
  ),
  {
    maxItems: MAX_STORES,
    description:
      'All stores that are members of the sale. Default: those that are. A store for which an ' +
      'operator sets an offer becomes a member.',
  },
);

export const SaleBody = named(
  'SaleBody',
  strict(
    {
      name: name('Shoppers see it.'),
      currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, e.g. CNY.' }),
      opensAt: time('An open sale takes orders from this time.'),
      closesAt: time('The sale takes no more orders from this time.'),
      payWithinSeconds: Type.Integer({
        minimum: 1,
        maximum: MAX_PAY_WITHIN_S,
        description: 'How long an order may stay unpaid; use less than 60 only for trials.',
      }),
      cells: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_CELLS,
          default: 1,
          description: 'Fixed when the sale opens.',
        }),
      ),
      layers: Type.Optional(layers),
      pointsRate: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_POINTS_RATE,
          default: 1,
          description: 'The value of a point in minor units.',
        }),
      ),
      holdsPerShopper: Type.Optional(holdsPerShopper),
      cooldown: Type.Optional(cooldown),
      clawback: Type.Optional(
        Type.Boolean({
          default: false,
          description:
            'A refund withholds the discounts that the remaining lines do not earn any more.',
        }),
      ),
      access: Type.Optional(accessBody('Which members may order before `opensAt`; default: none.')),
      visibleFrom: Type.Optional(
        time('Everyone sees the sale from this time; default: from its first opening on.'),
      ),
      stores: Type.Optional(stores),
    },
    'The terms of a sale.',
  ),
);
export type SaleBody = Static<typeof SaleBody>;
