import type { Effect } from '../../../client/index.ts';
import { bpsOf, countOf, minorOf, typedAmount, typedPercent } from '../typed/amounts.ts';

/** What a promotion takes off, as it is typed. Each kind uses some of the fields. */
export interface EffectDraft {
  readonly kind: EffectKind;
  readonly percent: string;
  readonly off: string;
  readonly from: string;
  readonly most: string;
  readonly every: string;
  readonly times: string;
  readonly groupOf: string;
  readonly free: string;
  readonly gift: string;
  readonly giftUnits: string;
  readonly tiers: readonly TierDraft[];
}

export interface TierDraft {
  readonly from: string;
  readonly off: string;
}

/** Red packets are set by sale files. */
export const EFFECT_KINDS = ['percent', 'fixed', 'every', 'tiers', 'freeUnits', 'gift'] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

export type EffectField = Exclude<keyof EffectDraft, 'kind' | 'tiers'>;
export type FieldFault = 'amount' | 'count' | 'percent' | 'missing';
/** By field; a tier is `tiers.0`. */
export type EffectFaults = Readonly<Record<string, FieldFault>>;

export const EMPTY_EFFECT: EffectDraft = {
  kind: 'percent',
  percent: '',
  off: '',
  from: '',
  most: '',
  every: '',
  times: '',
  groupOf: '',
  free: '',
  gift: '',
  giftUnits: '1',
  tiers: [{ from: '', off: '' }],
};

/** @returns null for a kind that the form does not have */
export function draftOfEffect(effect: Effect, currency: string): EffectDraft | null {
  const money = (minor: number | undefined) =>
    minor === undefined ? '' : typedAmount(minor, currency);
  const text = (count: number | undefined) => (count === undefined ? '' : String(count));
  switch (effect.kind) {
    case 'percent': {
      const { bps, cap, from, kind } = effect;
      const percent = typedPercent(bps);
      return { ...EMPTY_EFFECT, kind, percent, most: money(cap), from: money(from) };
    }
    case 'fixed':
      return {
        ...EMPTY_EFFECT,
        kind: effect.kind,
        off: money(effect.off),
        from: money(effect.from),
      };
    case 'every': {
      const { every, off, times, kind } = effect;
      return { ...EMPTY_EFFECT, kind, every: money(every), off: money(off), times: text(times) };
    }
    case 'tiers': {
      const tiers = effect.tiers.map(({ from, off }) => ({ from: money(from), off: money(off) }));
      return { ...EMPTY_EFFECT, kind: effect.kind, tiers };
    }
    case 'freeUnits': {
      const { every, free, kind } = effect;
      return { ...EMPTY_EFFECT, kind, groupOf: text(every), free: text(free) };
    }
    case 'gift': {
      const { from, offer, quantity, kind } = effect;
      return { ...EMPTY_EFFECT, kind, from: money(from), gift: offer, giftUnits: text(quantity) };
    }
    case 'packet':
      return null;
  }
}

/** Reads fields, and notes what is wrong with them. */
class Fields {
  readonly faults: Record<string, FieldFault> = {};
  readonly #currency: string;

  constructor(currency: string) {
    this.#currency = currency;
  }

  amount(name: string, text: string): number {
    return this.#noted(name, minorOf(text, this.#currency), 'amount');
  }

  count(name: string, text: string): number {
    return this.#noted(name, countOf(text), 'count');
  }

  percent(name: string, text: string): number {
    return this.#noted(name, bpsOf(text), 'percent');
  }

  /** A field that may stay empty is absent then. */
  optional<Name extends string>(
    name: Name,
    text: string,
    read: (name: string, text: string) => number,
  ): { readonly [Key in Name]?: number } {
    const none: { readonly [Key in Name]?: number } = {};
    return text.trim() === '' ? none : { ...none, [name]: read(name, text) };
  }

  #noted(name: string, value: number | null, fault: FieldFault): number {
    if (value === null) this.faults[name] = fault;
    return value ?? 0;
  }
}

const isFilled = ({ from, off }: TierDraft): boolean => from !== '' || off !== '';

function readEffect(draft: EffectDraft, fields: Fields): Effect {
  const amount = fields.amount.bind(fields);
  const count = fields.count.bind(fields);
  const from = () => fields.optional('from', draft.from, amount);
  switch (draft.kind) {
    case 'percent': {
      const bps = fields.percent('percent', draft.percent);
      const { most: cap } = fields.optional('most', draft.most, amount);
      return { kind: 'percent', bps, ...(cap === undefined ? {} : { cap }), ...from() };
    }
    case 'fixed':
      return { kind: 'fixed', off: amount('off', draft.off), ...from() };
    case 'every': {
      const [every, off] = [amount('every', draft.every), amount('off', draft.off)];
      return { kind: 'every', every, off, ...fields.optional('times', draft.times, count) };
    }
    case 'tiers': {
      const filled = draft.tiers.filter(isFilled);
      if (filled.length === 0) fields.faults['tiers.0'] = 'missing';
      const tiers = filled.map((tier, i) => ({
        from: amount(`tiers.${i}`, tier.from),
        off: amount(`tiers.${i}`, tier.off),
      }));
      return { kind: 'tiers', tiers };
    }
    case 'freeUnits': {
      const [every, free] = [count('groupOf', draft.groupOf), count('free', draft.free)];
      return { kind: 'freeUnits', every, free };
    }
    case 'gift': {
      if (draft.gift === '') fields.faults['gift'] = 'missing';
      const quantity = count('giftUnits', draft.giftUnits);
      return { kind: 'gift', from: amount('from', draft.from), offer: draft.gift, quantity };
    }
  }
}

export interface ReadEffect {
  /** Null when a field is wrong, and `faults` says which. */
  readonly effect: Effect | null;
  readonly faults: EffectFaults;
}

export function effectOf(draft: EffectDraft, currency: string): ReadEffect {
  const fields = new Fields(currency);
  const effect = readEffect(draft, fields);
  const isWhole = Object.keys(fields.faults).length === 0;
  return { effect: isWhole ? effect : null, faults: fields.faults };
}
