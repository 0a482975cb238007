import { usePage } from '../../kit/page/hooks.ts';
import { LOCALES } from '../../kit/words/language.ts';
import type { Language } from '../../kit/words/language.ts';

/** How one language writes what machines do. */
export interface Measures {
  ms(value: number): string;
  seconds(value: number): string;
  bytes(value: number): string;
  /** Events a second: whole from ten on, below it with one digit. */
  rate(value: number): string;
}

const UNITS = [
  ['gigabyte', 1_000_000_000],
  ['megabyte', 1_000_000],
  ['kilobyte', 1_000],
] as const;
/** From here on a digit after the point says nothing. */
const WHOLE = 10;

/** At most one digit after the point below 10, none above it. */
function numbersOf(locale: string, options: Intl.NumberFormatOptions, digits = 1) {
  const fine = new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: digits });
  const whole = new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: 0 });
  return (value: number): string => (Math.abs(value) < WHOLE ? fine : whole).format(value);
}

const unit = (name: string): Intl.NumberFormatOptions => ({
  style: 'unit',
  unit: name,
  unitDisplay: 'short',
});

export function measuresOf(locale: string): Measures {
  const sizes = UNITS.map(([name, size]) => ({ size, write: numbersOf(locale, unit(name)) }));
  return {
    ms: numbersOf(locale, unit('millisecond')),
    seconds: numbersOf(locale, unit('second'), 2),
    bytes: (value) => {
      const { size, write } = sizes.find((one) => value >= one.size) ?? sizes.at(-1)!;
      return write(value / size);
    },
    rate: numbersOf(locale, {}),
  };
}

const known = new Map<Language, Measures>();

/** How the page's language writes what machines do. */
export function useMeasures(): Measures {
  const language = usePage().language.current.value;
  const measures = known.get(language) ?? measuresOf(LOCALES[language]);
  known.set(language, measures);
  return measures;
}
