import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { opsWords } from '../words.ts';

interface MoreButtonProps {
  /** Null: the list is whole. */
  readonly next: string | null;
  readonly onMore: () => void;
}

/** Stands below a list that goes on. */
export function MoreButton({ next, onMore }: MoreButtonProps) {
  const { more } = useWords(opsWords);
  if (next === null) return null;
  return (
    <div>
      <Button onPress={onMore}>{more}</Button>
    </div>
  );
}
