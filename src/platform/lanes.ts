/**
 * Works on items in their order, so many at once.
 * @throws what the first failed one threw, once all under way are over; the rest is not begun
 */
export async function inLanes<Item>(
  items: Iterable<Item>,
  lanes: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let fault: { readonly of: unknown } | null = null;
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && !fault; next = rest.next()) {
      await work(next.value).catch((error: unknown) => (fault ??= { of: error }));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (fault) throw (fault as { readonly of: unknown }).of;
}
