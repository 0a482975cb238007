import type { Effect, Promotion } from '../../../client/index.ts';
import type { Formats } from '../../kit/format/formats.ts';
import type { ReceiptWords } from './words.ts';

/** What a text about money and offers needs. */
export interface Speech {
  readonly words: ReceiptWords;
  readonly formats: Pick<Formats, 'money' | 'percent' | 'count'>;
  readonly currency: string;
  /** The title of an offer, or its id when no page with it is loaded. */
  readonly titleOf: (offer: string) => string;
}

/** Between the parts of a list, in every language. */
const DOT = ' · ';
const BASIS_POINTS = 10_000;
/** In Chinese 8.5 of 10 parts are left to pay: 8.5 折. */
const FOLDS = 10;
const EXACT = 100;

function percentText({ words, formats }: Speech, bps: number): string {
  const folds = Math.round((1 - bps / BASIS_POINTS) * FOLDS * EXACT) / EXACT;
  return words.percent(formats.percent(bps / BASIS_POINTS), formats.count(folds));
}

/** What an effect does, from its data, e.g. "¥50 off every ¥300". */
function effectText(speech: Speech, effect: Effect): string {
  const { words, formats, currency, titleOf } = speech;
  const money = (minor: number) => formats.money(minor, currency);
  const capped = (text: string, cap?: number) =>
    cap === undefined ? text : words.capped(text, money(cap));
  const from = (text: string, at: number = 0) => (at === 0 ? text : words.from(text, money(at)));
  switch (effect.kind) {
    case 'tiers':
      return effect.tiers.map((tier) => words.tier(money(tier.from), money(tier.off))).join(DOT);
    case 'every': {
      const text = words.every(money(effect.every), money(effect.off));
      return effect.times === undefined ? text : words.times(text, effect.times);
    }
    case 'percent':
      return capped(from(percentText(speech, effect.bps), effect.from), effect.cap);
    case 'fixed':
      return from(words.fixed(money(effect.off)), effect.from);
    case 'freeUnits':
      return words.freeUnits(effect.free, effect.every);
    case 'gift':
      return from(words.giftOf(titleOf(effect.offer)), effect.from);
    case 'packet':
      return words.packet(money(effect.amount));
  }
}

/** What a promotion looks at: its stores, else its categories, else its offers; empty: all. */
function scopeOf({ stores, categories, offers }: Promotion, { titleOf }: Speech): string {
  return (stores ?? categories ?? offers?.map(titleOf) ?? []).join(DOT);
}

/** A promotion in one sentence, made from its data. */
export function promotionText(speech: Speech, promotion: Promotion): string {
  const { words } = speech;
  const scope = scopeOf(promotion, speech);
  const text = effectText(speech, promotion.effect);
  const scoped = scope === '' ? text : `${scope}: ${text}`;
  const { members } = promotion;
  return members ? words.forMembers(scoped, members.join(DOT)) : scoped;
}

/** A layer as a shopper calls it; one that only this sale has keeps its own name. */
export function layerText({ words }: Speech, layer: string): string {
  const known: Readonly<Record<string, string>> = words.layers;
  return known[layer] ?? layer;
}

/** Why a coupon or a gift did not apply. */
export function unusedText({ words }: Pick<Speech, 'words'>, reason: string): string {
  const known: Readonly<Record<string, string>> = words.unused;
  return known[reason] ?? words.unusedElse;
}

/** What a near miss would save, e.g. "¥75 more saves another ¥50". */
export function nearText(
  { words, formats, currency, titleOf }: Speech,
  { store, missing, gives }: { store?: string; missing: number; gives: number },
  promotion: Promotion | undefined,
): string {
  const money = (minor: number) => formats.money(minor, currency);
  if (promotion?.effect.kind === 'gift') {
    return words.moreForGift(money(missing), titleOf(promotion.effect.offer));
  }
  if (store === undefined) return words.more(money(missing), money(gives));
  return words.moreAt(store, money(missing), money(gives));
}
