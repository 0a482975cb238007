import { useId } from 'preact/hooks';

interface StackedBarProps {
  /** Read aloud in place of the picture, with all figures in it. */
  readonly label: string;
  readonly sold: number;
  readonly reserved: number;
  readonly left: number;
  /** Units above the cap; hatched. */
  readonly debt?: number;
  /** Where a notch stands, counted from the right end, e.g. the warning line. */
  readonly warnAt?: number;
}

const HEIGHT = 12;
const WIDTH = 1_000;

/** `sold / reserved / left` as one bar. */
export function StackedBar(props: StackedBarProps) {
  const { label, sold, reserved, left, debt = 0, warnAt } = props;
  const hatch = useId();
  const all = Math.max(1, sold + reserved + left + debt);
  const wide = (units: number) => (units / all) * WIDTH;
  const segments = [
    { name: 'sold', units: sold },
    { name: 'reserved', units: reserved },
    { name: 'debt', units: debt },
    { name: 'left', units: left },
  ];
  let from = 0;
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <pattern id={hatch} width="12" height="12" patternUnits="userSpaceOnUse">
        <rect class="bar-left" width="12" height="12" />
        <rect class="bar-debt" width="6" height="12" />
      </pattern>
      {segments.map(({ name, units }) => {
        const x = from;
        from += wide(units);
        const fill = name === 'debt' ? { fill: `url(#${hatch})` } : { class: `bar-${name}` };
        return <rect key={name} x={x} width={wide(units)} height={HEIGHT} {...fill} />;
      })}
      {warnAt !== undefined && (
        <line
          class="bar-notch"
          x1={WIDTH - wide(warnAt)}
          x2={WIDTH - wide(warnAt)}
          y1="0"
          y2={HEIGHT}
        />
      )}
    </svg>
  );
}
