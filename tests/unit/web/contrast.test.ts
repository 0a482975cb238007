import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('web/kit/style/tokens.css', 'utf8');
const NUMBER = String.raw`([\d.]+)`;
const OKLCH = String.raw`oklch\(${NUMBER} ${NUMBER} ${NUMBER}\)`;
const ROLE = new RegExp(String.raw`--([\w-]+): light-dark\(${OKLCH}, ${OKLCH}\);`, 'g');

type Color = readonly [lightness: number, chroma: number, hue: number];

const themes: Record<'light' | 'dark', Map<string, Color>> = { light: new Map(), dark: new Map() };
for (const [, role, ...numbers] of css.matchAll(ROLE)) {
  const [l1, c1, h1, l2, c2, h2] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  themes.light.set(role!, [l1, c1, h1]);
  themes.dark.set(role!, [l2, c2, h2]);
}

/** Linear sRGB of OKLCH, by the matrices of CSS Color 4. */
function linearOf([lightness, chroma, hue]: Color): number[] {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((channel) => Math.min(1, Math.max(0, channel)));
}

function luminance(color: Color): number {
  const [red, green, blue] = linearOf(color) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Color, other: Color): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

/** WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for what shows a control or its focus. */
const TEXT = 4.5;
const SHAPE = 3;
const grounds = ['surface', 'raised'];
const inks = ['text', 'muted', 'accent', 'good', 'warn', 'bad'];
const pairs: (readonly [string, string, number])[] = [
  ...grounds.flatMap((ground) => inks.map((ink) => [ink, ground, TEXT] as const)),
  ['on-accent', 'accent', TEXT],
  // A button that is off, and a skeleton, are shades.
  ['muted', 'shade', TEXT],
  ...grounds.flatMap((ground) => ['edge', 'focus'].map((ink) => [ink, ground, SHAPE] as const)),
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(pairs)('%s is told from %s (%d : 1)', (ink, ground, least) => {
    const colors = themes[theme];
    expect(contrast(colors.get(ink)!, colors.get(ground)!)).toBeGreaterThanOrEqual(least);
  });
});

test('every colour role has both themes', () => {
  const roles = [...css.matchAll(/--([\w-]+): (?:light-dark|oklch)/g)].map(([, role]) => role);
  expect([...themes.light.keys()]).toEqual(roles);
  expect(themes.light.size).toBeGreaterThan(10);
});
