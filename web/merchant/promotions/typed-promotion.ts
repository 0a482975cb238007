import type { Promotion, PromotionBody } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import { hasFields } from '../saving/same-value.ts';
import { EFFECT_KINDS, EMPTY_EFFECT, typedEffect, effectOf } from './typed-effect.ts';
import type { TypedEffect, EffectFaults, EffectKind, TypedTier } from './typed-effect.ts';

/** A promotion as it is typed. */
export interface TypedPromotion {
  readonly id: string;
  readonly layer: string;
  readonly funder: 'store' | 'platform';
  /** Ids, with commas between them; empty: the default. */
  readonly stores: string;
  readonly categories: string;
  readonly offers: readonly string[];
  readonly budget: string;
  readonly coupon: boolean;
  readonly fullPriceOnly: boolean;
  readonly effect: TypedEffect;
  readonly unshown: Unshown;
}

/** What the form does not show of a promotion: a save leaves it as it is. Null: there is none. */
export interface Unshown {
  readonly members: readonly string[] | null;
  readonly claims: NonNullable<Promotion['claims']> | null;
}

const NOTHING_UNSHOWN: Unshown = { members: null, claims: null };

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export const emptyPromotion = (layer: string, isOperator: boolean): TypedPromotion => ({
  id: '',
  layer,
  funder: isOperator ? 'platform' : 'store',
  stores: '',
  categories: '',
  offers: [],
  budget: '',
  coupon: false,
  fullPriceOnly: false,
  effect: EMPTY_EFFECT,
  unshown: NOTHING_UNSHOWN,
});

export const unshownOf = ({ members, claims }: Promotion): Unshown => ({
  members: members ?? null,
  claims: claims ?? null,
});

const joined = (ids: readonly string[] | undefined): string => (ids ?? []).join(', ');
const split = (text: string): string[] => text.split(/[\s,，]+/).filter(Boolean);

/** @returns null when the form cannot show it */
export function typedPromotion(promotion: Promotion, currency: string): TypedPromotion | null {
  const { id, layer, funder, stores, categories, offers, budget, coupon } = promotion;
  const effect = typedEffect(promotion.effect, currency);
  if (effect === null) return null;
  return {
    id,
    layer,
    funder: funder === 'platform' ? 'platform' : 'store',
    stores: joined(stores),
    categories: joined(categories),
    offers: offers ?? [],
    budget: budget ?? '',
    coupon,
    fullPriceOnly: promotion.fullPriceOnly,
    effect,
    unshown: unshownOf(promotion),
  };
}

export interface ReadPromotion {
  /** Null while something typed is wrong. */
  readonly body: PromotionBody | null;
  readonly faults: EffectFaults;
}

export function readPromotion(typed: TypedPromotion, currency: string): ReadPromotion {
  const { id, layer, funder, coupon, fullPriceOnly, budget, offers } = typed;
  const { effect, faults } = effectOf(typed.effect, currency);
  const isNamed = ID_PATTERN.test(id);
  const all: EffectFaults = isNamed ? faults : { ...faults, id: 'missing' };
  if (effect === null || !isNamed) return { body: null, faults: all };
  const [stores, categories] = [split(typed.stores), split(typed.categories)];
  const { members, claims } = typed.unshown;
  const body: PromotionBody = {
    layer,
    funder,
    coupon,
    fullPriceOnly,
    effect,
    ...(stores.length > 0 ? { stores } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(offers.length > 0 ? { offers: [...offers] } : {}),
    ...(budget === '' ? {} : { budget }),
    ...(members ? { members: [...members] } : {}),
    ...(claims ? { claims } : {}),
  };
  return { body, faults: all };
}

const OPTIONAL = ['offers', 'categories', 'members', 'budget', 'claims'] as const;

/**
 * Whether a promotion is as a body puts it: what the body leaves out must not be there, for a put
 * takes it away. Only stores have a default.
 */
export const isAsPut = (there: Promotion, body: PromotionBody): boolean =>
  hasFields(there, body) &&
  OPTIONAL.every((name) => body[name] !== undefined || there[name] === undefined);

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isTier = (value: unknown): value is TypedTier => {
  const { from, off } = fieldsOf(value);
  return typeof from === 'string' && typeof off === 'string';
};

const isKind = (value: unknown): value is EffectKind => EFFECT_KINDS.some((kind) => kind === value);

/** Every field of `like` that is a text must be one. */
const hasTextsOf = (given: Readonly<Record<string, unknown>>, like: object): boolean =>
  Object.entries(like).every(
    ([name, value]) => typeof value !== 'string' || typeof given[name] === 'string',
  );

function isEffect(value: unknown): value is TypedEffect {
  const given = fieldsOf(value);
  const { kind, tiers } = given;
  if (!isKind(kind) || !Array.isArray(tiers)) return false;
  return tiers.every(isTier) && hasTextsOf(given, EMPTY_EFFECT);
}

function isUnshown(value: unknown): value is Unshown {
  const { members, claims } = fieldsOf(value);
  const { quota, limitPerShopper } = fieldsOf(claims);
  return (
    (members === null || areTexts(members)) &&
    (claims === null || (typeof quota === 'number' && typeof limitPerShopper === 'number'))
  );
}

function isPromotion(value: unknown): value is TypedPromotion {
  const given = fieldsOf(value);
  const { offers, effect, coupon, fullPriceOnly, unshown } = given;
  return (
    hasTextsOf(given, emptyPromotion('', true)) &&
    areTexts(offers) &&
    isEffect(effect) &&
    isUnshown(unshown) &&
    typeof coupon === 'boolean' &&
    typeof fullPriceOnly === 'boolean'
  );
}

/** Checks what the tab kept of an edit. */
export const readTyped = (stored: unknown): TypedPromotion | null =>
  isPromotion(stored) ? stored : null;
