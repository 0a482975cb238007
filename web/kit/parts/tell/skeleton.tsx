interface SkeletonProps {
  /** The class of what it stands for, which gives it its size. */
  readonly like?: string;
  /** Lines of text. */
  readonly lines?: number;
}

/** Stands where something will be, as large as it will be. */
export function Skeleton({ like = '', lines = 1 }: SkeletonProps) {
  if (like !== '') return <span class={`skeleton ${like}`} aria-hidden="true" />;
  return (
    <span aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="skeleton skeleton-line" />
      ))}
    </span>
  );
}
