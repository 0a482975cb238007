import { useSignal } from '@preact/signals';
import { useFormats } from '../../kit/page/hooks.ts';
import { SIDE, pointsOf, valueAt, yOf } from './curves.ts';
import type { Curve } from './curves.ts';

interface CurveChartProps {
  readonly label: string;
  readonly curves: readonly Curve[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** From the top. */
const SHARES = [1, 0.5, 0];
const TIMES = [0, 0.5, 1];
/** Each line has dashes and a colour of its own. */
export const LINES_MOST = 5;

/** The time under the pointer, from 0 to 1; null: there is none, and the end counts. */
function usePointer() {
  const at = useSignal<number | null>(null);
  const onPointerMove = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof Element)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    at.value = Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const onPointerLeave = () => (at.value = null);
  return { at, onPointerMove, onPointerLeave };
}

interface PictureProps {
  readonly curves: readonly Curve[];
  readonly pointer: ReturnType<typeof usePointer>;
}

function Picture({ curves, pointer }: PictureProps) {
  const { at, onPointerMove, onPointerLeave } = pointer;
  const x = (at.value ?? 1) * SIDE;
  return (
    <svg
      class="chart-picture"
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onPointerMove={onPointerMove}
      onPointerLeave={onPointerLeave}
    >
      {SHARES.map((share) => (
        <line key={share} class="chart-grid" x1="0" x2={SIDE} y1={yOf(share)} y2={yOf(share)} />
      ))}
      {curves.map(({ id, values }, i) => (
        <polyline key={id} class={`chart-line chart-line-${i}`} points={pointsOf(values)} />
      ))}
      {at.value !== null && <line class="chart-cursor" x1={x} x2={x} y1="0" y2={SIDE} />}
    </svg>
  );
}

/** Lines over time. Its list has the same values as text, at the end or under the pointer. */
export function CurveChart({ label, curves, fromMs, untilMs }: CurveChartProps) {
  const formats = useFormats();
  const pointer = usePointer();
  const shown = pointer.at.value ?? 1;
  const drawn = curves.slice(0, LINES_MOST);
  const timeAt = (at: number) => formats.time(fromMs + at * (untilMs - fromMs));
  return (
    <figure class="chart" aria-label={label}>
      <div class="chart-plot">
        <div class="chart-shares muted small" aria-hidden="true">
          {SHARES.map((share) => (
            <span key={share}>{formats.percent(share)}</span>
          ))}
        </div>
        <Picture curves={drawn} pointer={pointer} />
        <div class="chart-times muted small" aria-hidden="true">
          {TIMES.map((time) => (
            <span key={time}>{timeAt(time)}</span>
          ))}
        </div>
      </div>
      <figcaption>
        <p class="muted small">{timeAt(shown)}</p>
        <ul class="chart-list">
          {drawn.map((curve, i) => (
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
