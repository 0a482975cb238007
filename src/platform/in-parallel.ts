/**
 * Works on items in their order, at most `most` of them at once. After a failure it begins no
 * further item, waits for those under way, and throws the first failure.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let fault: { readonly of: unknown } | null = null;
  const workOff = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && !fault; next = rest.next()) {
      await work(next.value).catch((error: unknown) => (fault ??= { of: error }));
    }
  };
  await Promise.all(Array.from({ length: most }, workOff));
  if (fault) throw (fault as { readonly of: unknown }).of;
}
