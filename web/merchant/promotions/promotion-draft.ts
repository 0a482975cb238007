import type { Promotion, PromotionBody } from '../../../client/index.ts';
import { EFFECT_KINDS, EMPTY_EFFECT, draftOfEffect, effectOf } from './effect-draft.ts';
import type { EffectDraft, EffectFaults, EffectKind, TierDraft } from './effect-draft.ts';

/** A promotion as it is typed. */
export interface PromotionDraft {
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
  readonly effect: EffectDraft;
}

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export const emptyDraft = (layer: string, isOperator: boolean): PromotionDraft => ({
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
export function draftOfPromotion(promotion: Promotion, currency: string): PromotionDraft | null {
  const { id, layer, funder, stores, categories, offers, budget, coupon } = promotion;
  const effect = draftOfEffect(promotion.effect, currency);
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
  draft: PromotionDraft,
  currency: string,
  before: Unshown | null,
): ReadPromotion {
  const { id, layer, funder, coupon, fullPriceOnly, budget, offers } = draft;
  const { effect, faults } = effectOf(draft.effect, currency);
  const isNamed = ID_PATTERN.test(id);
  const all: EffectFaults = isNamed ? faults : { ...faults, id: 'missing' };
  if (effect === null || !isNamed) return { body: null, faults: all };
  const [stores, categories] = [split(draft.stores), split(draft.categories)];
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

const isTier = (value: unknown): value is TierDraft => {
  const { from, off } = fieldsOf(value);
  return typeof from === 'string' && typeof off === 'string';
};

const isKind = (value: unknown): value is EffectKind => EFFECT_KINDS.some((kind) => kind === value);

/** Every field of `like` that is a text must be one. */
const hasTextsOf = (given: Readonly<Record<string, unknown>>, like: object): boolean =>
  Object.entries(like).every(
    ([name, value]) => typeof value !== 'string' || typeof given[name] === 'string',
  );

function isEffect(value: unknown): value is EffectDraft {
  const given = fieldsOf(value);
  const { kind, tiers } = given;
  if (!isKind(kind) || !Array.isArray(tiers)) return false;
  return tiers.every(isTier) && hasTextsOf(given, EMPTY_EFFECT);
}

function isDraft(value: unknown): value is PromotionDraft {
  const given = fieldsOf(value);
  const { offers, effect, coupon, fullPriceOnly } = given;
  return (
    hasTextsOf(given, emptyDraft('', true)) &&
    areTexts(offers) &&
    isEffect(effect) &&
    typeof coupon === 'boolean' &&
    typeof fullPriceOnly === 'boolean'
  );
}

/** Checks what the tab kept of an edit. */
export const readDraft = (stored: unknown): PromotionDraft | null =>
  isDraft(stored) ? stored : null;
