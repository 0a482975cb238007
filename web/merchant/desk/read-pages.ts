const LIMIT = '100';
const PAGES_MOST = 10;

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Reads pages one after another, up to a bound. */
export async function readPages<Item>(
  read: (query: { limit: string; cursor?: string }) => Promise<PageOf<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const page: PageOf<Item> = await read({
      limit: LIMIT,
      ...(cursor === null ? {} : { cursor }),
    });
    all.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
  }
  return all;
}
