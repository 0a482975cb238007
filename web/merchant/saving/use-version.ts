import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Load } from '../../kit/api/load.ts';
import { useLoad } from '../../kit/page/hooks.ts';
import type { Page } from '../../kit/page/page.ts';
import { versionedOf } from './versioned.ts';
import type { Called, Versioned } from './versioned.ts';

/**
 * Reads something to edit. Later reads, for instance when the visitor comes back to the tab, do not
 * replace the first: the edit began with that one.
 * @param inputs the part that reads must be keyed by them
 */
export function useVersion<Thing>(
  read: (page: Page, signal: AbortSignal) => Promise<Called<Thing>>,
  inputs: readonly unknown[],
): { readonly load: Load<Versioned<Thing>>; readonly first: Versioned<Thing> | null } {
  const load = useLoad((page, signal) => versionedOf(read(page, signal)), inputs);
  const first = useSignal<Versioned<Thing> | null>(null);
  const now = load.now.value;
  useEffect(() => {
    if (first.peek() === null && 'data' in now) first.value = now.data;
  }, [now]);
  return { load, first: first.value };
}
