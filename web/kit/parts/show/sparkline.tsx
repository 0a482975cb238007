interface SparklineProps {
  /** Read aloud in place of the picture. */
  readonly label: string;
  /** Oldest first; at most some hundred. */
  readonly values: readonly number[];
}

const WIDTH = 100;
const HEIGHT = 24;
const MARGIN = 1;

/** The points of a line over the whole picture; 0 stands at the bottom. */
export function linePoints(values: readonly number[]): string {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const high = HEIGHT - 2 * MARGIN;
  const points = values.map((value, i) => {
    const y = HEIGHT - MARGIN - (Math.max(0, value) / most) * high;
    return `${(i * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return points.join(' ');
}

export function Sparkline({ label, values }: SparklineProps) {
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline points={linePoints(values)} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
