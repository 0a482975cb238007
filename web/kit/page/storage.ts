/** What the kit asks of a browser's storage. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps everything until the page is left. */
function memory(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A browser may forbid storage, or have none left: the page goes on without it. */
export function safeStore(open: () => Storage): Store {
  const own = memory();
  const attempt = <Value>(use: (store: Store) => Value): Value => {
    const result = use(own);
    try {
      return use(open());
    } catch {
      return result;
    }
  };
  return {
    getItem: (key) => attempt((store) => store.getItem(key)),
    setItem: (key, value) => attempt((store) => store.setItem(key, value)),
    removeItem: (key) => attempt((store) => store.removeItem(key)),
  };
}
