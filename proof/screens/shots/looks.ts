import type { Shot } from './shot.ts';

/** How a view is looked at. */
export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  readonly locale: 'en-GB' | 'zh-CN';
}

const SIZES = [
  { width: 375, height: 812 },
  { width: 1_440, height: 900 },
];
const THEMES = ['light', 'dark'] as const;

/** Both sizes in both themes, and for shoppers in both languages. */
export function looksAt({ isForShoppers = false }: Shot): readonly Look[] {
  const locales = isForShoppers ? (['en-GB', 'zh-CN'] as const) : (['en-GB'] as const);
  return SIZES.flatMap((size) =>
    THEMES.flatMap((theme) => locales.map((locale) => ({ ...size, theme, locale }))),
  );
}

/** The file of a picture, such as `ops-rush-1440-dark.png`. */
export function fileOf({ name }: Shot, { width, theme, locale }: Look): string {
  const language = locale === 'zh-CN' ? '-zh' : '';
  return `${name}-${width}-${theme}${language}.png`;
}
