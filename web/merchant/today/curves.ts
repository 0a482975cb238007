/** A line of a chart: values from 0 to 1 at equal distances. */
export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly values: readonly number[];
}

/** The sides of the picture, which is stretched to its place. */
export const SIDE = 100;
const MARGIN = 1;

/** Where a share stands, from the top. */
export const yOf = (share: number): number =>
  MARGIN + (1 - Math.min(1, Math.max(0, share))) * (SIDE - 2 * MARGIN);

/** The points of a curve, for an SVG. */
export function pointsOf(values: readonly number[]): string {
  const last = Math.max(1, values.length - 1);
  const points = values.map((value, i) => [(i / last) * SIDE, yOf(value)] as const);
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
}

/** The value of a curve at a part of the time. @param at from 0 to 1 */
export function valueAt({ values }: Pick<Curve, 'values'>, at: number): number {
  const i = Math.round(Math.min(1, Math.max(0, at)) * (values.length - 1));
  return values[i] ?? 0;
}
