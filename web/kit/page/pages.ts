import { useRef } from 'preact/hooks';
import type { Load } from '../api/load.ts';
import { useLoad } from './hooks.ts';
import type { Page } from './page.ts';

/** A part of a list, and the cursor of the next one. */
export interface Part<Item> {
  readonly items: readonly Item[];
  /** Null: the list ends here. */
  readonly next: string | null;
}

/** As a query takes them. */
export interface PartQuery {
  readonly limit: string;
  readonly cursor?: string;
}

/** The parts that are shown. */
export interface Shown<Item> {
  readonly items: Item[];
  readonly next: string | null;
  /** The list goes on, but no further part is shown. */
  readonly isFull: boolean;
}

export interface Pages<Item> {
  readonly load: Load<Shown<Item>>;
  /** Shows one part more. */
  readonly more: () => void;
}

const PART = '50';
/** Who looks for something older filters, or searches by the command line. */
export const MAX_PARTS = 20;

/** Reads the first parts of a list, one after another, so that no row is lost between two. */
export async function readShown<Item>(
  read: (query: PartQuery) => Promise<Part<Item>>,
  parts: number,
): Promise<Shown<Item>> {
  const items: Item[] = [];
  let next: string | null = null;
  for (let part = 0; part < parts; part++) {
    const answer: Part<Item> = await read({
      limit: PART,
      ...(next === null ? {} : { cursor: next }),
    });
    items.push(...answer.items);
    next = answer.next;
    if (next === null) break;
  }
  return { items, next, isFull: next !== null && parts >= MAX_PARTS };
}

/**
 * Reads a list from its beginning, one part more each time the visitor asks for it, and all of
 * them anew while the view stands.
 * @param inputs when one of them changes, it begins with the first part
 */
export function usePages<Item>(
  read: (page: Page, query: PartQuery, signal: AbortSignal) => Promise<Part<Item>>,
  inputs: readonly unknown[],
  everyMs: number,
): Pages<Item> {
  const wanted = useRef({ parts: 1, inputs });
  if (inputs.some((input, i) => input !== wanted.current.inputs[i])) {
    wanted.current = { parts: 1, inputs };
  }
  const load = useLoad(
    (page, signal) => readShown((query) => read(page, query, signal), wanted.current.parts),
    inputs,
    { everyMs },
  );
  const more = () => {
    wanted.current.parts = Math.min(MAX_PARTS, wanted.current.parts + 1);
    load.again();
  };
  return { load, more };
}
