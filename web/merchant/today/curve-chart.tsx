import { useSignal } from '@preact/signals';
import { useFormats } from '../../kit/page/hooks.ts';
import { BOTTOM, HEIGHT, LEFT, WIDTH, pointsOf, valueAt, xOf, yOf } from './curves.ts';
import type { Curve } from './curves.ts';

interface CurveChartProps {
  readonly label: string;
  readonly curves: readonly Curve[];
  readonly fromMs: number;
  readonly untilMs: number;
}

const SHARES = [0, 0.5, 1];
const TIMES = [0, 0.5, 1];
const ANCHORS = ['start', 'middle', 'end'] as const;
/** Lines differ in their dashes as well as in their colours. */
export const LINES_MOST = 5;

/** The time under the pointer; null: there is none, and the end counts. */
function usePointer() {
  const at = useSignal<number | null>(null);
  const onPointerMove = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof Element)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * WIDTH;
    at.value = Math.min(1, Math.max(0, (x - LEFT) / (WIDTH - LEFT)));
  };
  const onPointerLeave = () => (at.value = null);
  return { at, onPointerMove, onPointerLeave };
}

function Axes({ fromMs, untilMs }: Pick<CurveChartProps, 'fromMs' | 'untilMs'>) {
  const formats = useFormats();
  return (
    <g class="chart-axes">
      {SHARES.map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={WIDTH} y1={yOf(share)} y2={yOf(share)} />
          <text x={LEFT - 6} y={yOf(share) + 4} text-anchor="end">
            {formats.percent(share)}
          </text>
        </g>
      ))}
      {TIMES.map((time, i) => (
        <text key={time} x={xOf(time)} y={HEIGHT - BOTTOM + 16} text-anchor={ANCHORS[i]}>
          {formats.time(fromMs + time * (untilMs - fromMs))}
        </text>
      ))}
    </g>
  );
}

/** Lines over time. Its list has the same values as text, at the end or under the pointer. */
export function CurveChart({ label, curves, fromMs, untilMs }: CurveChartProps) {
  const formats = useFormats();
  const { at, onPointerMove, onPointerLeave } = usePointer();
  const shown = at.value ?? 1;
  return (
    <figure class="chart" aria-label={label}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        aria-hidden="true"
        onPointerMove={onPointerMove}
        onPointerLeave={onPointerLeave}
      >
        <Axes fromMs={fromMs} untilMs={untilMs} />
        {curves.slice(0, LINES_MOST).map(({ id, values }, i) => (
          <polyline key={id} class={`chart-line chart-line-${i}`} points={pointsOf(values)} />
        ))}
        {at.value !== null && (
          <line class="chart-cursor" x1={xOf(shown)} x2={xOf(shown)} y1={yOf(1)} y2={yOf(0)} />
        )}
      </svg>
      <figcaption>
        <p class="muted small">{formats.time(fromMs + shown * (untilMs - fromMs))}</p>
        <ul class="chart-list">
          {curves.slice(0, LINES_MOST).map((curve, i) => (
            <li key={curve.id}>
              <svg class="chart-mark" viewBox="0 0 24 8" aria-hidden="true">
                <line class={`chart-line chart-line-${i}`} x1="0" x2="24" y1="4" y2="4" />
              </svg>
              <span>{curve.title}</span>
              <strong>{formats.percent(valueAt(curve, shown))}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
