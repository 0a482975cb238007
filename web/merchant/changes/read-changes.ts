import { answerOf, listChanges } from '../../../client/index.ts';
import type { Change } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';

export interface ChangesOf {
  readonly sale: string;
  /** E.g. `offer:mug`; empty: of all things. */
  readonly subject: string;
  /** RFC 3339; null: from the first on. */
  readonly from: string | null;
  readonly until: string | null;
}

/** Oldest first, as the service lists them. */
export interface Changes {
  readonly items: readonly Change[];
  /** There are more, which a shorter stretch of time would show. */
  readonly isCut: boolean;
}

const LIMIT = '100';
const PAGES_MOST = 20;

/** The changes known so far, and those read since; each once. */
export function mergeChanges(known: readonly Change[], fresh: readonly Change[]): Change[] {
  const last = known.at(-1)?.number ?? 0;
  return [...known, ...fresh.filter(({ number }) => number > last)];
}

/** Reads changes: all of them the first time, and only what came since after that. */
export function changesReader({ sale, subject, from, until }: ChangesOf) {
  let known: Changes = { items: [], isCut: false };
  return async ({ connection: { read } }: Page, signal: AbortSignal): Promise<Changes> => {
    const since = known.items.at(-1)?.at ?? from;
    const fresh: Change[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < PAGES_MOST && !known.isCut; pages++) {
      const query = {
        limit: LIMIT,
        ...(subject === '' ? {} : { subject }),
        ...(since === null ? {} : { from: since }),
        ...(until === null ? {} : { until }),
        ...(cursor === null ? {} : { cursor }),
      };
      const page: { items: Change[]; next: string | null } = await answerOf(
        listChanges({ client: read, path: { sale }, query, signal }),
      );
      fresh.push(...page.items);
      cursor = page.next;
      if (cursor === null) break;
    }
    known = { items: mergeChanges(known.items, fresh), isCut: known.isCut || cursor !== null };
    return known;
  };
}
