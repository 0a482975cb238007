import { useMemo } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import { usePage } from '../../kit/page/hooks.ts';
import { keptSignal } from '../../kit/session/kept.ts';

/** An edit under way, with what it began with: only what the visitor changed is sent. */
export interface Edit<Draft> {
  /** The version that the edit began with; empty: there was no such thing. */
  readonly tag: string;
  readonly base: Draft;
  readonly draft: Draft;
}

export interface Editing<Draft> {
  readonly now: ReadonlySignal<Edit<Draft>>;
  type(change: Partial<Draft>): void;
  /** Begins anew with what is there now. */
  restart(tag: string, draft: Draft): void;
  /** Keeps what was typed, and accepts that this version will be replaced. */
  rebase(tag: string): void;
  /** Forgets the edit, for instance once it is saved. */
  clear(): void;
}

interface EditStart<Draft> {
  /** Tells it from all else that the tab keeps, e.g. `offer.friday.mug`. */
  readonly name: string;
  readonly tag: string;
  readonly draft: Draft;
  /** Checks what the tab kept; null: not usable. */
  readonly read: (stored: unknown) => Draft | null;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function readEdit<Draft>(
  stored: unknown,
  read: (stored: unknown) => Draft | null,
): Edit<Draft> | null {
  const { tag, base, draft } = fieldsOf(stored);
  const [readBase, readDraft] = [read(base), read(draft)];
  if (typeof tag !== 'string' || readBase === null || readDraft === null) return null;
  // Nothing was typed, so the visitor wants to see what is there now.
  return isSame(base, draft) ? null : { tag, base: readBase, draft: readDraft };
}

/** What a visitor types over something; it outlives a reload and a sign-in. */
export function useEdit<Draft extends object>(start: EditStart<Draft>): Editing<Draft> {
  const { tabStore } = usePage();
  return useMemo(() => {
    const { name, tag, draft, read } = start;
    const first = { tag, base: draft, draft };
    const kept = keptSignal<Edit<Draft>>(tabStore, name, first, (stored) => readEdit(stored, read));
    const { value } = kept;
    return {
      now: value,
      type: (change) => {
        const edit = value.peek();
        value.value = { ...edit, draft: { ...edit.draft, ...change } };
      },
      restart: (newTag, newDraft) => {
        value.value = { tag: newTag, base: newDraft, draft: newDraft };
      },
      rebase: (newTag) => (value.value = { ...value.peek(), tag: newTag }),
      clear: () => kept.clear(),
    };
  }, [start.name]);
}

/** Reads a draft that has only texts, such as those of inputs. @param like has the same fields */
export function textsLike<Draft extends Readonly<Record<string, string>>>(like: Draft) {
  return (stored: unknown): Draft | null => {
    const given = fieldsOf(stored);
    const isWhole = (value: Readonly<Record<string, unknown>>): value is Draft =>
      Object.keys(like).every((name) => typeof value[name] === 'string');
    return isWhole(given) ? given : null;
  };
}
