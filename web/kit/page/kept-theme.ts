export const THEMES = ['system', 'light', 'dark'] as const;
/** `system`: as the device asks for. */
export type Theme = (typeof THEMES)[number];

export const THEME_KEY = 'doorbuster.theme';

const isTheme = (word: string | null): word is Theme => THEMES.some((theme) => theme === word);

/** What the visitor chose before. */
export function keptTheme(keep: Pick<Storage, 'getItem'>): Theme {
  const kept = keep.getItem(THEME_KEY);
  return isTheme(kept) ? kept : 'system';
}

/** Draws a page light or dark. @param root the element `html` */
export function showTheme(root: HTMLElement, theme: Theme): void {
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}
