import type { Language } from './language.ts';

/** What a key says: a text, a function of what the text shows, or a group of keys. */
export interface Texts {
  readonly [key: string]: string | ((...shown: never[]) => string) | Texts;
}

/** The same keys in every language: each function takes the same, and each text says its own. */
export type Dictionary<Words> = Readonly<Record<Language, Words>>;

/** English has the keys. A language that lacks one, or has one more, does not compile. */
export const defineWords = <Words extends Texts>(
  en: Words,
  others: { readonly zh: NoInfer<Words> },
): Dictionary<Words> => ({ en, ...others });

/** The forms of a text by a count; a language without plurals needs only `other`. */
export interface Forms {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

/** Makes `plural(count, forms)` of a language; `#` in the chosen form becomes the count. */
export function pluralsOf(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count, forms) =>
    (forms[rules.select(count)] ?? forms.other).replaceAll('#', numbers.format(count));
}
