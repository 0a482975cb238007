import Type from 'typebox';
import type { Static } from 'typebox';
import { MAX_LAYERS, MAX_POINTS_RATE } from '../../domain/promotion.ts';
import { MAX_CELLS, MAX_COOLDOWN_S, MAX_ORDERS, MAX_PAY_WITHIN_S } from '../../domain/sale.ts';
import { id, name, strict, time } from '../schemas.ts';

const layers = Type.Array(
  strict({
    name: id('Promotions name it.'),
    basis: Type.Enum(['activity', 'remaining'], {
      type: 'string',
      description: 'What thresholds and shares look at: sale prices, or what is left by then.',
    }),
    pick: Type.Enum(['one_per_store', 'one', 'all'], {
      type: 'string',
      description: 'Which promotions apply: the best of each store, the best of all, or all.',
    }),
  }),
  {
    minItems: 1,
    maxItems: MAX_LAYERS,
    description: 'Steps of stacking, in order; default: store, store_coupon, category, ...',
  },
);

/** What a sale has that does not say otherwise. */
export const DEFAULT_HOLDS = 20;
export const DEFAULT_COOLDOWN = { after: 3, seconds: 600 } as const;

const holdsPerShopper = Type.Integer({
  minimum: 1,
  maximum: MAX_ORDERS,
  default: DEFAULT_HOLDS,
  description: 'Orders a shopper may have unpaid at once.',
});

const cooldown = strict(
  {
    after: Type.Integer({
      minimum: 1,
      maximum: MAX_ORDERS,
      description: 'Orders of a shopper that expired unpaid.',
    }),
    seconds: Type.Integer({
      minimum: 0,
      maximum: MAX_COOLDOWN_S,
      description: 'How long the shopper then waits; 0: not at all.',
    }),
  },
  'Who lets orders expire waits; default: 600 seconds after 3.',
);

export const SaleBody = strict(
  {
    name: name('Shown to shoppers.'),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, e.g. CNY.' }),
    opensAt: time('From then on orders are taken, once the sale is open.'),
    closesAt: time('From then on none are.'),
    payWithinSeconds: Type.Integer({
      minimum: 1,
      maximum: MAX_PAY_WITHIN_S,
      description: 'How long an order may stay unpaid; less than 60 is for trials.',
    }),
    cells: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_CELLS,
        default: 1,
        description: 'Fixed once opened.',
      }),
    ),
    layers: Type.Optional(layers),
    pointsRate: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_POINTS_RATE,
        default: 1,
        description: 'Minor units a point is worth.',
      }),
    ),
    holdsPerShopper: Type.Optional(holdsPerShopper),
    cooldown: Type.Optional(cooldown),
    clawback: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'A refund keeps back what the lines that stay no longer earn.',
      }),
    ),
  },
  'What an operator sets on a sale.',
);
export type SaleBody = Static<typeof SaleBody>;
