import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Keep } from '../words/language.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
/** `system`: as the device asks for. */
export type Theme = (typeof THEMES)[number];

const KEY = 'doorbuster.theme';

const isTheme = (word: string | null): word is Theme => THEMES.some((theme) => theme === word);

/** Light or dark, which the visitor may switch. */
export class ThemeChoice {
  readonly current: ReadonlySignal<Theme>;
  readonly #current;
  readonly #keep: Keep;

  constructor(keep: Keep) {
    this.#keep = keep;
    const kept = keep.getItem(KEY);
    this.#current = signal<Theme>(isTheme(kept) ? kept : 'system');
    this.current = this.#current;
  }

  choose(theme: Theme): void {
    this.#current.value = theme;
    this.#keep.setItem(KEY, theme);
  }
}
