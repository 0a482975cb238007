import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Keep } from '../words/language.ts';
import { THEME_KEY, keptTheme } from './kept-theme.ts';
import type { Theme } from './kept-theme.ts';

/** Light or dark, which the visitor may switch. */
export class ThemeChoice {
  readonly current: ReadonlySignal<Theme>;
  readonly #current;
  readonly #keep: Keep;

  constructor(keep: Keep) {
    this.#keep = keep;
    this.#current = signal(keptTheme(keep));
    this.current = this.#current;
  }

  choose(theme: Theme): void {
    this.#current.value = theme;
    this.#keep.setItem(THEME_KEY, theme);
  }
}
