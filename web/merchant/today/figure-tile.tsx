import type { ComponentChildren } from 'preact';
import { Sparkline } from '../../kit/parts/show/sparkline.tsx';

interface FigureTileProps {
  readonly title: string;
  /** The number itself. */
  readonly children: ComponentChildren;
  readonly below: string;
  readonly values: readonly number[];
  /** What the line shows, read aloud. */
  readonly line: string;
}

/** One number, and how it came to be. */
export function FigureTile({ title, children, below, values, line }: FigureTileProps) {
  return (
    <div class="figure">
      <h3>{title}</h3>
      <p class="figure-number">{children}</p>
      <p class="muted small">{below}</p>
      <Sparkline label={line} values={values} />
    </div>
  );
}
