/** A part of a list, and the cursor of the next one; null: the list ends here. */
export interface ListPart<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/**
 * Reads a list from its beginning, part by part.
 * @param read one part; the cursor is empty for the first one
 * @param most parts: a bound on what one view costs
 * @returns what was read, with the cursor of what was not
 */
export async function readParts<Item>(
  read: (cursor: { readonly cursor?: string }) => Promise<ListPart<Item>>,
  most: number,
): Promise<ListPart<Item>> {
  const items: Item[] = [];
  let next: string | null = null;
  for (let part = 0; part < most; part++) {
    const answer: ListPart<Item> = await read(next === null ? {} : { cursor: next });
    items.push(...answer.items);
    next = answer.next;
    if (next === null) break;
  }
  return { items, next };
}
