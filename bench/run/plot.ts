import type { Curve } from './scenario.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

const BAR_CHARACTERS = 48;

/** The points of a curve by ascending x. */
const pointsOf = ({ points }: Curve): Point[] =>
  Object.entries(points)
    .map(([x, y]) => ({ x: Number(x), y }))
    .toSorted((one, other) => one.x - other.x);

const shown = (value: number): string => String(Math.round(value * 10) / 10);

/** Draws one bar per point, for a terminal. */
export function barsOf(curve: Curve): string[] {
  const points = pointsOf(curve);
  const most = Math.max(...points.map(({ y }) => y));
  const width = Math.max(...points.map(({ x }) => String(x).length));
  return points.map(({ x, y }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((y / most) * BAR_CHARACTERS)));
    return `${String(x).padStart(width)} ${curve.over} ${bar} ${shown(y)} ${curve.unit}`;
  });
}

/** In pixels. */
const SIZE = { width: 640, height: 360 };
const MARGIN = { left: 64, right: 32, top: 48, bottom: 48 };
const TICKS = 4;

/** A round number not below `value` whose ticks are round as well. */
function roundUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value / TICKS));
  return Math.ceil(value / (TICKS * step)) * TICKS * step;
}

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;

/** Draws the curve as an SVG file. Both axes begin at 0, and each point shows its value. */
export function svgOf(title: string, curve: Curve): string {
  const points = pointsOf(curve);
  const [mostX, mostY] = [points.at(-1)!.x, roundUp(Math.max(...points.map(({ y }) => y)))];
  const [right, bottom] = [SIZE.width - MARGIN.right, SIZE.height - MARGIN.bottom];
  const atX = (x: number) => Math.round(MARGIN.left + (x / mostX) * (right - MARGIN.left));
  const atY = (y: number) => Math.round(bottom - (y / mostY) * (bottom - MARGIN.top));
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => (mostY / TICKS) * i);
  const places = points.map(({ x, y }) => ({ x: atX(x), y: atY(y) }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}"`,
    '  font-family="sans-serif" font-size="13" fill="#333">',
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#fff"/>`,
    text(SIZE.width / 2, MARGIN.top / 2, 'middle', title),
    ...ticks.flatMap((tick) => [
      `<path d="M${MARGIN.left} ${atY(tick)}H${right}" stroke="#ddd"/>`,
      text(MARGIN.left - 8, atY(tick) + 4, 'end', `${shown(tick)} ${curve.unit}`),
    ]),
    ...points.map(({ x }) => text(atX(x), bottom + 20, 'middle', String(x))),
    text((MARGIN.left + right) / 2, SIZE.height - 10, 'middle', curve.over),
    `<polyline points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}"`,
    '  fill="none" stroke="#2266cc" stroke-width="2"/>',
    ...places.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="4" fill="#2266cc"/>`),
    ...points.map(({ x, y }) => text(atX(x), atY(y) - 10, 'middle', shown(y))),
    '</svg>\n',
  ].join('\n');
}
