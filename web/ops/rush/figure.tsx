import type { ComponentChildren } from 'preact';
import { Sparkline } from '../../kit/parts/show/sparkline.tsx';
import { useWords } from '../../kit/page/hooks.ts';
import { opsWords } from '../words.ts';

interface FigureProps {
  /** Null: nobody knows it, or there is none. */
  readonly value: string | null;
  /** Says more beside it, or why there is none. */
  readonly children?: ComponentChildren;
  /** The same over the last five minutes, oldest first. */
  readonly line?: readonly number[];
  /** What the line shows. */
  readonly label?: string;
}

/** One large figure. */
export function Figure({ value, children, line, label = '' }: FigureProps) {
  const { figures } = useWords(opsWords);
  return (
    <div class="figure">
      <p class="figure-value">{value ?? '–'}</p>
      <p class="small muted figure-more">{children}</p>
      {line && line.length > 1 && <Sparkline label={figures.line(label)} values={line} />}
    </div>
  );
}
