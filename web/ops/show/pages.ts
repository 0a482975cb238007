import { useRef } from 'preact/hooks';
import type { Load } from '../../kit/api/load.ts';
import { useLoad } from '../../kit/page/hooks.ts';
import type { Page } from '../../kit/page/page.ts';

/** A part of a list, and the cursor of the next one. */
export interface Part<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** As a query takes them. */
export interface PartQuery {
  readonly limit: string;
  readonly cursor?: string;
}

export interface Pages<Item> {
  readonly load: Load<Part<Item>>;
  /** Shows one part more. */
  readonly more: () => void;
}

const PART = '50';
/** Who looks for something older searches by the command line. */
const MAX_PARTS = 20;

/**
 * Reads a list from its beginning, one part more each time the operator asks for it, and all of
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
  const readAll = async (page: Page, signal: AbortSignal): Promise<Part<Item>> => {
    const items: Item[] = [];
    let next: string | null = null;
    for (let part = 0; part < wanted.current.parts; part++) {
      const query: PartQuery = { limit: PART, ...(next === null ? {} : { cursor: next }) };
      const answer = await read(page, query, signal);
      items.push(...answer.items);
      next = answer.next;
      if (next === null) break;
    }
    return { items, next };
  };
  const load = useLoad(readAll, inputs, { everyMs });
  const more = () => {
    wanted.current.parts = Math.min(MAX_PARTS, wanted.current.parts + 1);
    load.again();
  };
  return { load, more };
}
