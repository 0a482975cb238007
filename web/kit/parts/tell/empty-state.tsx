import type { ComponentChildren } from 'preact';

interface EmptyStateProps {
  readonly title: string;
  /** What will be here, and how it comes. */
  readonly body: string;
  /** The one thing to do. */
  readonly children?: ComponentChildren;
}

export function EmptyState({ title, body, children }: EmptyStateProps) {
  return (
    <div class="state">
      <h2>{title}</h2>
      <p class="muted">{body}</p>
      {children}
    </div>
  );
}
