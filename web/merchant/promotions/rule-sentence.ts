import type { Effect, Promotion, PromotionBody } from '../../../client/index.ts';
import type { Formats } from '../../kit/format/formats.ts';
import type { promotionsWords } from './words.ts';

type Words = (typeof promotionsWords)['en']['rule'];

export interface SentenceParts {
  readonly words: Words;
  readonly formats: Pick<Formats, 'money' | 'percent' | 'count'>;
  readonly currency: string;
  /** The title of an offer. */
  readonly titleOf: (offer: string) => string;
}

const BPS = 10_000;

/** What an effect does: a part of a sentence, without who pays. */
export function effectText(
  effect: Effect,
  { words, formats, currency, titleOf }: SentenceParts,
): string {
  const money = (minor: number) => formats.money(minor, currency);
  const from = (minor: number | undefined) =>
    minor === undefined || minor === 0 ? '' : words.from(money(minor));
  switch (effect.kind) {
    case 'percent': {
      const { bps, cap } = effect;
      const most = cap === undefined ? '' : words.atMost(money(cap));
      return [words.percent(formats.percent(bps / BPS)), from(effect.from), most].join('');
    }
    case 'fixed':
      return words.fixed(money(effect.off)) + from(effect.from);
    case 'every': {
      const { every, off, times } = effect;
      const most = times === undefined ? '' : words.times(formats.count(times));
      return words.every(money(off), money(every)) + most;
    }
    case 'tiers':
      return effect.tiers
        .map((tier) => words.tier(money(tier.off), money(tier.from)))
        .join(words.and);
    case 'freeUnits':
      return words.freeUnits(formats.count(effect.free), formats.count(effect.every));
    case 'gift': {
      const gift = words.gift(formats.count(effect.quantity), titleOf(effect.offer));
      return gift + from(effect.from);
    }
    case 'packet':
      return words.packet(money(effect.amount));
  }
}

type Scope = Pick<PromotionBody, 'offers' | 'categories' | 'stores' | 'fullPriceOnly' | 'coupon'>;

function scopeText(
  { offers, categories, stores, fullPriceOnly = false, coupon = false }: Scope,
  { words, titleOf }: SentenceParts,
): string {
  const list = (ids: readonly string[]) => ids.join(words.and);
  const parts = [
    offers?.length ? words.onOffers(list(offers.map(titleOf))) : '',
    categories?.length ? words.inCategories(list(categories)) : '',
    stores?.length ? words.ofStores(list(stores)) : '',
    fullPriceOnly ? words.fullPrice : '',
    coupon ? words.withCoupon : '',
  ];
  return parts.filter(Boolean).join('');
}

/** The rule of a promotion in one sentence, made from its data. */
export function ruleSentence(rule: PromotionBody | Promotion, parts: SentenceParts): string {
  const { words } = parts;
  const effect = effectText(rule.effect, parts);
  return words.sentence(effect + scopeText(rule, parts), words.funders[funderOf(rule)]);
}

const funderOf = ({ funder }: { readonly funder: string }): 'platform' | 'store' =>
  funder === 'platform' ? 'platform' : 'store';
