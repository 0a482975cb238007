import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

/** What a visitor did, kept over a reload and a sign-in for as long as the tab is open. */
export interface Kept<Value> {
  readonly value: Signal<Value>;
  /** Forgets it, for instance once it is done. */
  clear(): void;
}

/**
 * @param name tells it from all else that the tab keeps
 * @param read checks what storage holds, which may be from another release; null: not usable
 */
export function keptSignal<Value>(
  keep: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  name: string,
  first: Value,
  read: (stored: unknown) => Value | null,
): Kept<Value> {
  const key = `doorbuster.kept.${name}`;
  const value = signal(stored(keep.getItem(key), read) ?? first);
  let isFirst = true;
  value.subscribe((now) => {
    if (!isFirst) keep.setItem(key, JSON.stringify(now));
    isFirst = false;
  });
  return {
    value,
    clear: () => {
      value.value = first;
      keep.removeItem(key);
    },
  };
}

function stored<Value>(text: string | null, read: (stored: unknown) => Value | null): Value | null {
  if (text === null) return null;
  try {
    return read(JSON.parse(text));
  } catch {
    return null;
  }
}
