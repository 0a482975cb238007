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
import { id, minor, offerId, strict } from '../schemas.ts';

const MAX_UNITS = MAX_LINES * MAX_QUANTITY;

const bps = (description: string, minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `${description}, in basis points` });
const times = Type.Integer({ minimum: 1, description: 'How often at most; default: any number.' });
const units = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: MAX_UNITS, description });

const off = minor('What comes off', 1);
const from = Type.Optional(minor('The least its lines must amount to; default: 0'));
const cap = Type.Optional(minor('What comes off at most; default: any amount', 1));

const tiers = strict({
  kind: Type.Literal('tiers'),
  tiers: Type.Array(strict({ from: minor('From so much on', 1), off }), {
    minItems: 1,
    maxItems: MAX_TIERS,
    description: 'Ascending; the highest one reached counts.',
  }),
});
const every = strict({
  kind: Type.Literal('every'),
  every: minor('Each time its lines amount to so much', 1),
  off,
  times: Type.Optional(times),
});
const percent = strict({
  kind: Type.Literal('percent'),
  bps: bps('What comes off', 1, MAX_BPS),
  cap,
  from,
});
const fixed = strict({ kind: Type.Literal('fixed'), off, from });
const freeUnits = strict({
  kind: Type.Literal('freeUnits'),
  every: units('Of so many units', 2),
  free: units('so many, the cheapest, are free.'),
});
const gift = strict({
  kind: Type.Literal('gift'),
  from: minor('The least its lines must amount to'),
  offer: offerId,
  quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }),
});
const boost = strict({
  members: Type.Array(id('A member tier.'), {
    minItems: 1,
    maxItems: MAX_LISTED,
    uniqueItems: true,
  }),
  bps: bps('What they get of the amount', MAX_BPS, MAX_BOOST_BPS),
  cap: minor('What they get at most', 1),
});
const packet = strict({
  kind: Type.Literal('packet'),
  amount: minor('What a claim puts into the red packet', 1),
  boost: Type.Optional(boost),
});

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

/** One object a kind: its `kind` alone decides whose faults are reported. */
export const EffectBody = Type.Unsafe<EffectBody>({
  type: 'object',
  discriminator: { propertyName: 'kind' },
  oneOf: EFFECT_KINDS.map((kind) => bodies[kind]),
  description: 'What the promotion does to its lines.',
});
