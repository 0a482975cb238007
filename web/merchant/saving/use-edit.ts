import { useMemo } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import { usePage } from '../../kit/page/hooks.ts';
import type { Store } from '../../kit/page/storage.ts';
import { keptSignal } from '../../kit/session/kept.ts';

/** An edit under way, with what it began with: only what the visitor changed is sent. */
export interface Edit<Typed> {
  /** The version that the edit began with; empty: there was no such thing. */
  readonly tag: string;
  readonly base: Typed;
  readonly typed: Typed;
}

export interface Editing<Typed> {
  readonly now: ReadonlySignal<Edit<Typed>>;
  type(change: Partial<Typed>): void;
  /** Begins anew with what is there now. */
  restart(tag: string, typed: Typed): void;
  /** Forgets what was typed, so that the next edit begins with what is there then. */
  discard(): void;
}

interface EditStart<Typed> {
  /** Tells it from all else that the tab keeps, e.g. `offer.friday.mug`. */
  readonly name: string;
  readonly tag: string;
  readonly typed: Typed;
  /** Checks what the tab kept; null: not usable. */
  readonly read: (stored: unknown) => Typed | null;
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function readEdit<Typed>(
  stored: unknown,
  read: (stored: unknown) => Typed | null,
): Edit<Typed> | null {
  const { tag, base, typed } = fieldsOf(stored);
  const [readBase, readTyped] = [read(base), read(typed)];
  if (typeof tag !== 'string' || readBase === null || readTyped === null) return null;
  // Nothing was typed, so the visitor wants to see what is there now.
  return isSame(base, typed) ? null : { tag, base: readBase, typed: readTyped };
}

/** The edit that the tab kept, or a new one. */
export function startEdit<Typed extends object>(
  store: Store,
  { name, tag, typed, read }: EditStart<Typed>,
): Editing<Typed> {
  const first = { tag, base: typed, typed };
  const { value, clear } = keptSignal<Edit<Typed>>(store, name, first, (stored) => {
    const edit = readEdit(stored, read);
    // Who makes something new does not go on with what was made here before.
    return tag === '' && edit?.tag !== '' ? null : edit;
  });
  return {
    now: value,
    type: (change) => {
      const edit = value.peek();
      value.value = { ...edit, typed: { ...edit.typed, ...change } };
    },
    restart: (newTag, newTyped) => {
      value.value = { tag: newTag, base: newTyped, typed: newTyped };
    },
    discard: clear,
  };
}

/** What a visitor types over something; it outlives a reload and a sign-in. */
export function useEdit<Typed extends object>(start: EditStart<Typed>): Editing<Typed> {
  const { tabStore } = usePage();
  return useMemo(() => startEdit(tabStore, start), [start.name]);
}

/**
 * Reads what was typed, where that is only texts, such as those of inputs.
 * @param like has the same fields
 */
export function textsLike<Typed extends { readonly [Name in keyof Typed]: string }>(like: Typed) {
  const names = Object.keys(like);
  const isWhole = (value: object): value is Typed => {
    const given = fieldsOf(value);
    return names.every((name) => typeof given[name] === 'string');
  };
  return (stored: unknown): Typed | null =>
    typeof stored === 'object' && stored !== null && isWhole(stored) ? stored : null;
}
