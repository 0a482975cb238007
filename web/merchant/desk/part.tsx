import type { ComponentChildren } from 'preact';

interface PartProps {
  readonly id: string;
  readonly title: string;
  /** Of its heading; default: 2. */
  readonly level?: 2 | 3;
  readonly children: ComponentChildren;
}

/** A part of a view, under a heading that names it. */
export function Part({ id, title, level = 2, children }: PartProps) {
  return (
    <section class="stack" aria-labelledby={id}>
      {level === 2 ? <h2 id={id}>{title}</h2> : <h3 id={id}>{title}</h3>}
      {children}
    </section>
  );
}
