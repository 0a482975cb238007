import Type from 'typebox';
import type { Static } from 'typebox';
import {
  EFFECT_KINDS,
  MAX_BOOST_BPS,
  MAX_BPS,
  MAX_LISTED,
  MAX_TIERS,
} from '../../domain/promotion.ts';
import type { Effect } from '../../domain/promotion.ts';
import { MAX_LINES, MAX_QUANTITY } from '../../domain/sale.ts';
import { id, minor, named, offerId, strict } from '../schemas.ts';

const MAX_UNITS = MAX_LINES * MAX_QUANTITY;

const bps = (description: string, minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `${description}, in basis points.` });
const times = Type.Integer({
  minimum: 1,
  description: 'The most times it applies; default: no limit.',
});
const units = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: MAX_UNITS, description });

const off = minor('The discount', 1);
const from = Type.Optional(minor('The minimum total of its lines (default: 0)'));
const cap = Type.Optional(minor('The maximum discount (default: no limit)', 1));

const tiers = named(
  'TiersEffect',
  strict({
    kind: Type.Literal('tiers'),
    tiers: Type.Array(
      named('Tier', strict({ from: minor('The minimum total of its lines', 1), off })),
      {
        minItems: 1,
        maxItems: MAX_TIERS,
        description: 'Ascending. The highest tier reached applies.',
      },
    ),
  }),
);
const every = named(
  'EveryEffect',
  strict({
    kind: Type.Literal('every'),
    every: minor('The total of its lines that earns the discount once', 1),
    off,
    times: Type.Optional(times),
  }),
);
const percent = named(
  'PercentEffect',
  strict({
    kind: Type.Literal('percent'),
    bps: bps('The discount', 1, MAX_BPS),
    cap,
    from,
  }),
);
const fixed = named('FixedEffect', strict({ kind: Type.Literal('fixed'), off, from }));
const freeUnits = named(
  'FreeUnitsEffect',
  strict({
    kind: Type.Literal('freeUnits'),
    every: units('The size of a group of units.', 2),
    free: units('The cheapest units of each group that are free.'),
  }),
);
const gift = named(
  'GiftEffect',
  strict({
    kind: Type.Literal('gift'),
    from: minor('The minimum total of its lines'),
    offer: offerId,
    quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
  }),
);
const boost = named(
  'PacketBoost',
  strict({
    members: Type.Array(id('A member tier.'), {
      minItems: 1,
      maxItems: MAX_LISTED,
      uniqueItems: true,
    }),
    bps: bps('The share of `amount` that these members get', MAX_BPS, MAX_BOOST_BPS),
    cap: minor('The most that these members get', 1),
  }),
);
const packet = named(
  'PacketEffect',
  strict({
    kind: Type.Literal('packet'),
    amount: minor('The amount that a claim adds to the red packet', 1),
    boost: Type.Optional(boost),
  }),
);

const bodies = {
  tiers,
  every,
  percent,
  fixed,
  freeUnits,
  gift,
  packet,
} satisfies Record<Effect['kind'], unknown>;

export type EffectBody = Static<(typeof bodies)[Effect['kind']]>;

/** One schema for each kind: `kind` alone decides which schema reports faults. */
export const EffectBody = named(
  'Effect',
  Type.Unsafe<EffectBody>({
    type: 'object',
    discriminator: { propertyName: 'kind' },
    oneOf: EFFECT_KINDS.map((kind) => bodies[kind]),
    description: 'The effect of the promotion on its lines.',
  }),
);
