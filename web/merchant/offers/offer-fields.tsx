import { useFormats, useWords } from '../../kit/page/hooks.ts';
import type { Formats } from '../../kit/format/formats.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { useFaultAt } from '../saving/use-fault-at.ts';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import type { TypedOffer, ReadPatch } from './typed-offer.ts';
import { offersWords } from './words.ts';

interface OfferFieldsProps {
  readonly typed: TypedOffer;
  readonly faults: ReadPatch['faults'];
  /** What the service does not accept; null: it was not asked, or accepted all. */
  readonly problem: SaveProblem | null;
  readonly onType: (change: Partial<TypedOffer>) => void;
}

/** Pointers of the fields below, so that their faults are not listed again. */
export const OFFER_POINTERS = [
  '/title',
  '/price',
  '/listPrice',
  '/limitPerShopper',
  '/opensAt',
  '/closesAt',
  '/warnAt',
];

const WARN_KINDS = ['default', 'units', 'percent'] as const;

/** The terms of an offer, one field each. */
export function OfferFields({ typed, faults, problem, onType }: OfferFieldsProps) {
  const words = useWords(offersWords).form;
  const faultAt = useFaultAt(problem);
  const error = (field: keyof ReadPatch['faults']): string | null => {
    const own = faults[field];
    if (own !== undefined) return words.faults[own];
    return faultAt(`/${field}`);
  };
  const field = (name: keyof TypedOffer & string) => ({
    value: typed[name] ?? '',
    onType: (text: string) => onType({ [name]: text }),
    error: error(name),
  });
  return (
    <div class="fields">
      <TextField label={words.title} {...field('title')} />
      <TextField label={words.price} keys="decimal" {...field('price')} />
      <TextField
        label={words.listPrice}
        hint={words.listPriceHint}
        keys="decimal"
        {...field('listPrice')}
      />
      <TextField
        label={words.limit}
        hint={words.limitHint}
        keys="numeric"
        isOptional
        {...field('limitPerShopper')}
      />
      <TextField
        label={words.opensAt}
        hint={words.windowHint}
        isTime
        isOptional
        {...field('opensAt')}
      />
      <TextField
        label={words.closesAt}
        hint={words.windowHint}
        isTime
        isOptional
        {...field('closesAt')}
      />
      <SelectField
        label={words.warnKind}
        value={typed.warnKind}
        options={WARN_KINDS.map((value) => ({ value, text: words.warnKinds[value] }))}
        onChoose={(warnKind) => onType({ warnKind })}
      />
      {typed.warnKind !== 'default' && (
        <TextField
          label={typed.warnKind === 'units' ? words.warnUnits : words.warnPercent}
          keys="numeric"
          {...field('warnAt')}
        />
      )}
    </div>
  );
}

type FormWords = (typeof offersWords)['en']['form'];

interface TermWords {
  readonly words: FormWords;
  readonly formats: Formats;
  readonly currency: string;
  readonly nowMs: number;
}

/** A term as a person reads it, for instance beside another one. */
export function termText(field: string, value: unknown, given: TermWords): string {
  const { words, formats, currency, nowMs } = given;
  if (field === 'price' || field === 'listPrice') return formats.money(Number(value), currency);
  if (field === 'limitPerShopper') return value == null ? words.unlimited : String(value);
  if (field === 'opensAt' || field === 'closesAt') {
    return typeof value === 'string' ? formats.dayTime(msOf(value), nowMs) : words.withSale;
  }
  if (field !== 'warnAt') return String(value);
  const { units, percent }: { units?: unknown; percent?: unknown } = { ...Object(value) };
  if (typeof units === 'number') return `${words.warnUnits}: ${formats.count(units)}`;
  if (typeof percent === 'number') return `${words.warnPercent}: ${formats.count(percent)}`;
  return words.warnKinds.default;
}

/** The name of a term in the form. */
export function termName(field: string, words: FormWords): string {
  const names: Readonly<Record<string, string>> = {
    title: words.title,
    price: words.price,
    listPrice: words.listPrice,
    limitPerShopper: words.limit,
    opensAt: words.opensAt,
    closesAt: words.closesAt,
    warnAt: words.warnKind,
  };
  return names[field] ?? field;
}

/** The words that `termText` needs, in the page's language. */
export function useTermWords(currency: string, nowMs: number): TermWords {
  return { words: useWords(offersWords).form, formats: useFormats(), currency, nowMs };
}
