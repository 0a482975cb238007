import type { Effect } from '../../../client/index.ts';
import { bpsOf, countOf, minorOf, typedAmount, typedPercent } from '../typed/amounts.ts';

/** What a promotion takes off, as it is typed. Each kind uses some of the fields. */
export interface TypedEffect {
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
  readonly tiers: readonly TypedTier[];
}

export interface TypedTier {
  readonly from: string;
  readonly off: string;
}

/** Red packets are set by sale files. */
export const EFFECT_KINDS = ['percent', 'fixed', 'every', 'tiers', 'freeUnits', 'gift'] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

export type EffectField = Exclude<keyof TypedEffect, 'kind' | 'tiers'>;
export type FieldFault = 'amount' | 'count' | 'percent' | 'missing';
/** By field; a tier is `tiers.0`. */
export type EffectFaults = Readonly<Record<string, FieldFault>>;

export const EMPTY_EFFECT: TypedEffect = {
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
export function typedEffect(effect: Effect, currency: string): TypedEffect | null {
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

const isFilled = ({ from, off }: TypedTier): boolean => from !== '' || off !== '';

function readEffect(typed: TypedEffect, fields: Fields): Effect {
  const amount = fields.amount.bind(fields);
  const count = fields.count.bind(fields);
  const from = () => fields.optional('from', typed.from, amount);
  switch (typed.kind) {
    case 'percent': {
      const bps = fields.percent('percent', typed.percent);
      const { most: cap } = fields.optional('most', typed.most, amount);
      return { kind: 'percent', bps, ...(cap === undefined ? {} : { cap }), ...from() };
    }
    case 'fixed':
      return { kind: 'fixed', off: amount('off', typed.off), ...from() };
    case 'every': {
      const [every, off] = [amount('every', typed.every), amount('off', typed.off)];
      return { kind: 'every', every, off, ...fields.optional('times', typed.times, count) };
    }
    case 'tiers': {
      const filled = typed.tiers.filter(isFilled);
      if (filled.length === 0) fields.faults['tiers.0'] = 'missing';
      const tiers = filled.map((tier, i) => ({
        from: amount(`tiers.${i}`, tier.from),
        off: amount(`tiers.${i}`, tier.off),
      }));
      return { kind: 'tiers', tiers };
    }
    case 'freeUnits': {
      const [every, free] = [count('groupOf', typed.groupOf), count('free', typed.free)];
      return { kind: 'freeUnits', every, free };
    }
    case 'gift': {
      if (typed.gift === '') fields.faults['gift'] = 'missing';
      const quantity = count('giftUnits', typed.giftUnits);
      return { kind: 'gift', from: amount('from', typed.from), offer: typed.gift, quantity };
    }
  }
}

export interface ReadEffect {
  /** Null when a field is wrong, and `faults` says which. */
  readonly effect: Effect | null;
  readonly faults: EffectFaults;
}

export function effectOf(typed: TypedEffect, currency: string): ReadEffect {
  const fields = new Fields(currency);
  const effect = readEffect(typed, fields);
  const isWhole = Object.keys(fields.faults).length === 0;
  return { effect: isWhole ? effect : null, faults: fields.faults };
}
