import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language as its readers call it. */
export const NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** The tags of `lang`, `Accept-Language` and `Intl`. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** The part of `Storage` that keeps a choice. */
export type Keep = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'doorbuster.language';

const isLanguage = (word: string | null): word is Language =>
  LANGUAGES.some((language) => language === word);

/**
 * The language that the visitor chose before, else the first of the browser's that we have.
 * @param preferred tags in the order of the browser, e.g. `zh-Hans-CN`
 */
export function chooseLanguage(kept: string | null, preferred: readonly string[]): Language {
  if (isLanguage(kept)) return kept;
  const primary = preferred.map((tag) => tag.toLowerCase().split('-', 1)[0]!);
  return primary.find(isLanguage) ?? 'en';
}

/** The language of a page, which the visitor may switch. */
export class LanguageChoice {
  readonly current: ReadonlySignal<Language>;
  readonly #current;
  readonly #keep: Keep;

  constructor(keep: Keep, preferred: readonly string[]) {
    this.#keep = keep;
    this.#current = signal(chooseLanguage(keep.getItem(KEY), preferred));
    this.current = this.#current;
  }

  choose(language: Language): void {
    this.#current.value = language;
    this.#keep.setItem(KEY, language);
  }
}
