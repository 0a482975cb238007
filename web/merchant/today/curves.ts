/** A line of a chart: values from 0 to 1 at equal distances. */
export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly values: readonly number[];
}

export const WIDTH = 600;
export const HEIGHT = 200;
/** Room for the words at the axes. */
export const LEFT = 44;
export const BOTTOM = 20;
const TOP = 6;

/** Where a share stands, from the top. */
export const yOf = (share: number): number =>
  TOP + (1 - Math.min(1, share)) * (HEIGHT - BOTTOM - TOP);

/** Where a part of the time stands, from the left. @param at from 0 to 1 */
export const xOf = (at: number): number => LEFT + at * (WIDTH - LEFT - 1);

/** The points of a curve, for an SVG. */
export function pointsOf(values: readonly number[]): string {
  const last = Math.max(1, values.length - 1);
  return values.map((value, i) => `${xOf(i / last).toFixed(1)},${yOf(value).toFixed(1)}`).join(' ');
}

/** The value of a curve at a part of the time. @param at from 0 to 1 */
export function valueAt({ values }: Curve, at: number): number {
  const i = Math.round(Math.min(1, Math.max(0, at)) * (values.length - 1));
  return values[i] ?? 0;
}
