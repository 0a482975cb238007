import type { Promotion, PromotionBody } from '../../../client/index.ts';
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
}

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
  };
}

export interface ReadPromotion {
  /** Null while something typed is wrong. */
  readonly body: PromotionBody | null;
  readonly faults: EffectFaults;
}

/** What the form does not show of a promotion stays as it is. */
type Unshown = Pick<Promotion, 'members' | 'claims'>;

/** Reads what is typed. @param before the promotion as it is; null: there is none yet */
export function readPromotion(
  typed: TypedPromotion,
  currency: string,
  before: Unshown | null,
): ReadPromotion {
  const { id, layer, funder, coupon, fullPriceOnly, budget, offers } = typed;
  const { effect, faults } = effectOf(typed.effect, currency);
  const isNamed = ID_PATTERN.test(id);
  const all: EffectFaults = isNamed ? faults : { ...faults, id: 'missing' };
  if (effect === null || !isNamed) return { body: null, faults: all };
  const [stores, categories] = [split(typed.stores), split(typed.categories)];
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
    ...(before?.members ? { members: before.members } : {}),
    ...(before?.claims ? { claims: before.claims } : {}),
  };
  return { body, faults: all };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

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

function isPromotion(value: unknown): value is TypedPromotion {
  const given = fieldsOf(value);
  const { offers, effect, coupon, fullPriceOnly } = given;
  return (
    hasTextsOf(given, emptyPromotion('', true)) &&
    areTexts(offers) &&
    isEffect(effect) &&
    typeof coupon === 'boolean' &&
    typeof fullPriceOnly === 'boolean'
  );
}

/** Checks what the tab kept of an edit. */
export const readTyped = (stored: unknown): TypedPromotion | null =>
  isPromotion(stored) ? stored : null;
