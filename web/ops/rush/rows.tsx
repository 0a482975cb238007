import type { ComponentChildren } from 'preact';
import { useFormats } from '../../kit/page/hooks.ts';

interface RowsProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item) => ComponentChildren;
}

/** Lines of a tile, each as high as one line of text. */
export function Rows<Item>({ items, keyOf, children }: RowsProps<Item>) {
  return (
    <ul class="watch-rows small">
      {items.map((item) => (
        <li key={keyOf(item)}>{children(item)}</li>
      ))}
    </ul>
  );
}

/** As many as fit into the lines, the last of which says how many more there are. */
export const fitting = <Item,>(items: readonly Item[], lines: number): readonly Item[] =>
  items.length <= lines ? items : items.slice(0, lines - 1);

/** Says that the story has more. @param count at most 0: it has not */
export function MoreRows({ count }: { readonly count: number }) {
  const formats = useFormats();
  return count > 0 ? <p class="small muted">+ {formats.count(count)}</p> : null;
}
